import { expect, test } from 'vitest'
import { hashRecoveryCode, newRecoveryCode, readCode } from '../../src/domain/recovery-codes.ts'
import { newTotpSecret, otpauthUri, statusOf, stepOf } from '../../src/domain/second-factor.ts'

/** The secret and the last six digits of RFC 6238, appendix B (SHA-1): `12345678901234567890` in base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
])('a code — of RFC 6238 at second %i — belongs to its time step', (second, digits) => {
  expect(stepOf(digits, { secret: RFC_SECRET, nowMs: second * 1000 })).toBe(Math.floor(second / 30))
})

test.each([-60, -30, 0, 30, 60])('a code — typed %i seconds from its time — is taken within half a minute of it', (offset) => {
  const step = Math.floor(1_234_567_890 / 30)
  const read = stepOf('005924', { secret: RFC_SECRET, nowMs: (1_234_567_890 + offset) * 1000 })
  expect(read).toBe(Math.abs(offset) <= 30 ? step : null)
})

test('a secret — for the app — has 160 bits, and its text names us and the account', () => {
  const secret = newTotpSecret()
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSecret()).not.toBe(secret)
  const uri = new URL(otpauthUri(secret, "o'brien+work@mail.example"))
  expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp')
  expect(decodeURIComponent(uri.pathname)).toBe("/Skyhold:o'brien+work@mail.example")
  expect(Object.fromEntries(uri.searchParams)).toEqual({ issuer: 'Skyhold', secret, algorithm: 'SHA1', digits: '6', period: '30' })
})

test('recovery codes — a thousand — are all different, and of letters that are not misread', () => {
  const codes = Array.from({ length: 1000 }, newRecoveryCode)
  expect(new Set(codes).size).toBe(1000)
  for (const code of codes) expect(code).toMatch(/^([B-DF-HJ-NP-TV-XZ2-9]{4}-){5}[B-DF-HJ-NP-TV-XZ2-9]{4}$/)
})

test('a recovery code — at rest — is another one for another user', () => {
  expect(hashRecoveryCode('BCDF', 'usr_1')).not.toBe(hashRecoveryCode('BCDF', 'usr_2'))
})

test.each([
  ['123456', { kind: 'totp', digits: '123456' }],
  [' 123 456 ', { kind: 'totp', digits: '123456' }],
  ['bcdf-ghjk-lmnp-qrst-vwxz-2345', { kind: 'recovery', letters: 'BCDFGHJKLMNPQRSTVWXZ2345' }],
  ['BCDFGHJKLMNPQRSTVWXZ2345', { kind: 'recovery', letters: 'BCDFGHJKLMNPQRSTVWXZ2345' }],
  ['1234567', null],
  ['١٢٣٤٥٦', null],
  ['', null],
])('a code — typed as %j — is read as %j', (typed, read) => {
  expect(readCode(typed)).toEqual(read)
})

test('a second factor — absent, unconfirmed, confirmed — is none, pending, active', () => {
  const factor = { userId: 'usr_1', secretSealed: '', confirmedAtMs: null, lastUsedStep: 0, wrongCodes: 0, closedUntilMs: 0 }
  expect([statusOf(null), statusOf(factor), statusOf({ ...factor, confirmedAtMs: 1 })]).toEqual(['none', 'pending', 'active'])
})
