import { PROBLEMS, type FieldError, type ProblemCode } from '@skyhold/contracts'

export interface RefusalOptions {
  /** A sentence for a person, about this case. Never anything of the inside. */
  detail?: string
  /** Members of the problem document that the code defines, such as `seats` of `seat_unavailable`. */
  members?: Record<string, unknown>
  errors?: FieldError[]
  /** Whole seconds, rounded up. A refusal with it is never stored under an Idempotency-Key. */
  retryAfterSeconds?: number
}

/** A no with a code that programs read. Services throw it; the HTTP layer alone knows that it becomes problem+json. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: ProblemCode
  readonly options: RefusalOptions

  constructor(code: ProblemCode, options: RefusalOptions = {}) {
    super(options.detail ?? PROBLEMS[code][1])
    this.code = code
    this.options = options
  }

  get status(): number {
    return PROBLEMS[this.code][0]
  }
}

/** 400 `invalid_request` for one place of the body, by JSON pointer. */
export const invalidAt = (pointer: string, code: string, message: string): Refusal =>
  new Refusal('invalid_request', { detail: message, errors: [{ pointer, code, message }] })
