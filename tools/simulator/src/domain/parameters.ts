import { createHash } from 'node:crypto'
import type { Metadata } from './objects.ts'
import { invalidRequest } from './refusal.ts'

/** Stripe takes 50 keys of 40 characters with values of 500 (https://docs.stripe.com/api/metadata). */
const METADATA_KEYS_MAX = 50
const METADATA_KEY_LENGTH_MAX = 40
const METADATA_VALUE_LENGTH_MAX = 500

/** The parameters of one call: form-encoded, nested by brackets as in `metadata[bookingId]=…` and `expand[0]=…`. */
export class Parameters {
  readonly #entries: [name: string, value: string][]

  constructor(encoded: string) {
    this.#entries = [...new URLSearchParams(encoded)]
  }

  /** Stripe refuses a parameter that it does not know, which finds typing errors early. */
  assertKnown(names: readonly string[]): void {
    for (const [name] of this.#entries) {
      const top = name.split('[', 1)[0] ?? name
      if (!names.includes(top)) throw invalidRequest(`Received unknown parameter: ${top}`, { code: 'parameter_unknown', param: top })
    }
  }

  text(name: string): string | null {
    const found = this.#entries.findLast(([key]) => key === name)?.[1]
    return found === undefined || found === '' ? null : found
  }

  requiredText(name: string): string {
    const value = this.text(name)
    if (value === null) throw invalidRequest(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name })
    return value
  }

  /** A positive whole number, or null when it is not given. */
  positiveInteger(name: string): number | null {
    const value = this.text(name)
    if (value === null) return null
    if (!/^-?\d{1,15}$/.test(value)) throw invalidRequest(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: name })
    if (Number(value) < 1) {
      throw invalidRequest('This value must be greater than or equal to 1.', { code: 'parameter_invalid_integer', param: name })
    }
    return Number(value)
  }

  flag(name: string): boolean {
    const value = this.text(name)
    if (value !== null && value !== 'true' && value !== 'false') throw invalidRequest(`Invalid boolean: ${value}`, { param: name })
    return value === 'true'
  }

  /** The values of a list, `name[]=…` or `name[0]=…`. */
  list(name: string): string[] {
    return this.#entries.filter(([key]) => key.startsWith(`${name}[`)).map(([, value]) => value)
  }

  metadata(): Metadata {
    // fromEntries defines members and never assigns them, so that a key such as `__proto__` is data like any other.
    const pairs = this.#entries.flatMap(([name, value]) => {
      const key = /^metadata\[([^\]]+)\]$/.exec(name)?.[1]
      return key === undefined ? [] : [[key, value] as const]
    })
    if (pairs.length > METADATA_KEYS_MAX) throw invalidRequest(`You can specify up to ${METADATA_KEYS_MAX} keys.`, { param: 'metadata' })
    for (const [key, value] of pairs) {
      if (key.length > METADATA_KEY_LENGTH_MAX || value.length > METADATA_VALUE_LENGTH_MAX) {
        throw invalidRequest('A metadata key has up to 40 characters and a value up to 500.', { param: `metadata[${key}]` })
      }
    }
    return Object.fromEntries(pairs)
  }

  /** The same for equal parameters in any order. */
  fingerprint(): string {
    const canonical = this.#entries.map(([name, value]) => JSON.stringify([name, value])).toSorted()
    return createHash('sha256').update(canonical.join('\n')).digest('base64url')
  }
}
