import { Refusal } from '@skyhold/platform'
import { describe, expect, test } from 'vitest'
import { assertSameRequest, fingerprintOf, isFinal, type KeyRecord, parseIdempotencyKey, replayOf } from '../../src/domain/idempotency.ts'

function codeOf(act: () => unknown): string | null {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return null
}

describe('the Idempotency-Key header', () => {
  test.each([
    ['bare', 'abc-123', 'abc-123'],
    ['in quotes', '"abc-123"', 'abc-123'],
    ['of 255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['of all signs', "!#$%&'()*+", "!#$%&'()*+"],
  ])('a key — %s — is read', (_how, header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key)
  })
  test.each([
    ['missing', undefined, 'idempotency_key_required'],
    ['empty', '', 'idempotency_key_required'],
    ['empty in quotes', '""', 'invalid_request'],
    ['too long', 'k'.repeat(256), 'invalid_request'],
    ['with a blank', 'a b', 'invalid_request'],
    ['with a letter beyond ASCII', 'schlüssel', 'invalid_request'],
    ['sent twice', ['a', 'b'], 'invalid_request'],
  ])('a key — %s — is refused', (_how, header, code) => {
    expect(codeOf(() => parseIdempotencyKey(header))).toBe(code)
  })
})

describe('what a key is bound to', () => {
  const print = (body: unknown, path = '/api/v1/holds', method = 'POST') => fingerprintOf({ method, path, body })

  test('a body — with its members in another order — is the same', () => {
    expect(print({ a: 1, b: [{ c: null, d: 'x' }] })).toBe(print({ b: [{ d: 'x', c: null }], a: 1 }))
  })
  test.each([
    ['another value', { a: 2 }],
    ['another order of a list', { a: 1, b: [2, 1] }],
    ['a text for a number', { a: '1' }],
    ['one member more', { a: 1, c: null }],
    ['no body', null],
  ])('a body — with %s — is another', (_what, body) => {
    expect(print(body)).not.toBe(print({ a: 1, b: [1, 2] }))
    expect(print(body)).not.toBe(print({ a: 1 }))
  })
  test('a path or method — that differs — is another request', () => {
    expect(new Set([print({}), print({}, '/api/v1/bookings'), print({}, '/api/v1/holds', 'PUT')]).size).toBe(3)
  })
})

describe('what is stored under a key', () => {
  const record: KeyRecord = {
    scope: 'usr_1',
    idemKey: 'k',
    fingerprint: 'f',
    owner: 'evt_1',
    lockedUntilMs: 0,
    resourceId: null,
    responseStatus: 201,
    responseBody: '{"id":"hld_1"}',
  }

  test.each([
    [new Refusal('card_declined'), true],
    [new Refusal('hold_limit_reached'), true],
    [new Refusal('hold_expired'), true],
    [new Refusal('already_paid'), true],
    [new Refusal('seat_unavailable'), false],
    [new Refusal('hold_consumed', { retryAfterSeconds: 1 }), false],
    [new Refusal('idempotency_key_reused'), false],
    [new Refusal('flight_not_found'), false],
    [new Refusal('invalid_request'), false],
    [new Refusal('unavailable'), false],
  ])('a refusal — %s — is final: %s', (refusal, final) => {
    expect(isFinal(refusal)).toBe(final)
  })
  test('an answer — that is stored — comes again as a replay', () => {
    expect(replayOf(record)).toEqual({ status: 201, body: { id: 'hld_1' }, isReplayed: true })
    expect(replayOf({ ...record, responseStatus: null })).toBeNull()
  })
  test('a key — with another fingerprint — is refused as reused', () => {
    expect(codeOf(() => assertSameRequest(record, { ...record, fingerprint: 'g' }))).toBe('idempotency_key_reused')
    expect(codeOf(() => assertSameRequest(record, record))).toBeNull()
  })
})
