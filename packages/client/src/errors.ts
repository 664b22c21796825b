import type { ProblemCode, components } from './generated/openapi.ts'

/** The document of a refusal (RFC 9457), with the members that its code brings. */
export type Problem = Omit<components['schemas']['Problem'], 'code'> & { code: ProblemCode } & Record<string, unknown>

/** A refusal: the server has understood, and says no. `code` is what programs read. */
export class SkyholdError extends Error {
  override readonly name = 'SkyholdError'
  readonly status: number
  readonly code: ProblemCode
  /** Names the request in every log of the server. */
  readonly requestId: string | null
  /** Each member of the request that is wrong, as a JSON pointer. */
  readonly errors: readonly { pointer: string; code: string; message: string }[]
  /** When another try makes sense; null when the server does not say. */
  readonly retryAfterSeconds: number | null
  /** The whole document: `seats` of `seat_unavailable`, `declineCode` of `card_declined`, and so on. */
  readonly problem: Problem

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(problem.detail || problem.title)
    this.status = problem.status
    this.code = problem.code
    this.requestId = problem.requestId || null
    this.errors = problem.errors ?? []
    this.retryAfterSeconds = retryAfterSeconds
    this.problem = problem
  }

  /** The first member of the request that is wrong. */
  get pointer(): string | null {
    return this.errors[0]?.pointer ?? null
  }
}

/** No answer came, after all tries: whether the request was carried out is not known. With the same key it can be asked again. */
export class SkyholdUnreachable extends Error {
  override readonly name = 'SkyholdUnreachable'
}

/** Reads a refusal; something in between that speaks another language, such as a proxy, becomes one too. */
export async function refusalOf(response: Response): Promise<SkyholdError> {
  const text = await response.text()
  return new SkyholdError(problemOf(text) ?? foreignProblem(response), retryAfterOf(response.headers))
}

function problemOf(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'code' in value && 'status' in value ? (value as Problem) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const foreignProblem = ({ status, headers }: Response): Problem => ({
  type: 'about:blank',
  title: `The answer was ${status}`,
  status,
  detail: `The answer was ${status}, and no problem document.`,
  instance: '',
  code: status >= 500 ? 'bad_gateway' : 'invalid_request',
  requestId: headers.get('x-request-id') ?? '',
})

/** `Retry-After` in seconds, whether it is a number or a date. */
export function retryAfterOf(headers: Headers, nowMs = Date.now()): number | null {
  const value = headers.get('retry-after')
  if (value === null) return null
  if (/^\d+$/.test(value)) return Number(value)
  const atMs = Date.parse(value)
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000))
}
