import type { FieldError } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'

/** Collects what is wrong with a body, so that the operator puts it all right in one go. */
export class FieldErrors {
  readonly #errors: FieldError[] = []

  add(pointer: string, code: string, message: string): void {
    this.#errors.push({ pointer, code, message })
  }

  /** Throws 400 invalid_request with all of them, if there are any. */
  assertNone(): void {
    const [first] = this.#errors
    if (first) throw new Refusal('invalid_request', { detail: first.message, errors: this.#errors })
  }
}
