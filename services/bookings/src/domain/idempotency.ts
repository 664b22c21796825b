import { createHash } from 'node:crypto'
import { Refusal } from '@skyhold/platform'

/** 72 hours: a deploy on Friday, a weekend, and Monday's fix. */
export const KEY_LIFE_MS = 72 * 3_600_000
/** A try that has not finished by then has died: another may take its key over. */
export const KEY_LOCK_MS = 20_000
/** How long a second request with the same key, or a second payment, waits for the first. */
export const WAIT_MS = 5_000

/** A key is its user's (or its booking token's) own, and bound to one request. */
export interface IdempotencyKey {
  scope: string
  idemKey: string
  fingerprint: string
}

export interface KeyRecord extends IdempotencyKey {
  owner: string
  lockedUntilMs: number
  resourceId: string | null
  responseStatus: number | null
  responseBody: string | null
}

/** What a call answers: the status and body that a repeat of it gets again. */
export interface Answer {
  status: number
  body: Record<string, unknown>
  isReplayed: boolean
  headers?: Record<string, string>
}

/** The header's value, bare or in quotes. Refusals: `idempotency_key_required`, 400 at the header. */
export function parseIdempotencyKey(header: string | string[] | undefined): string {
  if (header === undefined || header === '') throw new Refusal('idempotency_key_required')
  const bare = typeof header === 'string' ? (/^"(.*)"$/.exec(header)?.[1] ?? header) : ''
  if (!/^[\x21-\x7e]{1,255}$/.test(bare)) {
    const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters.'
    throw new Refusal('invalid_request', { detail: message, errors: [{ pointer: '/headers/idempotency-key', code: 'pattern', message }] })
  }
  return bare
}

/** What the key is bound to: method, concrete path and body, whatever the order of the body's members. */
export const fingerprintOf = ({ method, path, body }: { method: string; path: string; body: unknown }): string =>
  createHash('sha256')
    .update(`${method} ${path} ${canonical(body)}`)
    .digest('hex')

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

export function assertSameRequest(record: KeyRecord, key: IdempotencyKey): void {
  if (record.fingerprint !== key.fingerprint)
    throw new Refusal('idempotency_key_reused', { detail: 'This Idempotency-Key was used for another request. Use a new key.' })
}

const FINAL_CODES = ['already_paid', 'hold_expired', 'hold_consumed', 'booking_expired', 'booking_cancelled', 'not_cancellable']

/** Final refusals are stored and come again; whatever may turn out otherwise next time is not, so that the key may be used again. */
export function isFinal(refusal: Refusal): boolean {
  if (refusal.options.retryAfterSeconds !== undefined || refusal.code === 'idempotency_key_reused') return false
  return refusal.status === 402 || refusal.status === 422 || (refusal.status === 409 && FINAL_CODES.includes(refusal.code))
}

export const replayOf = (record: KeyRecord): Answer | null =>
  record.responseStatus === null || record.responseBody === null
    ? null
    : { status: record.responseStatus, body: JSON.parse(record.responseBody) as Record<string, unknown>, isReplayed: true }
