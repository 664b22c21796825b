import { expect, test } from 'vitest'
import { normalizeEmail } from '../../src/domain/email.ts'
import { isCommonPassword, needsRehash, normalizePassword } from '../../src/domain/passwords.ts'

test('an e-mail address — in any letter case — has one normal spelling, dots and tags kept', () => {
  expect(normalizeEmail(' Jo.Ng+Trips@Mail.EXAMPLE ')).toBe('jo.ng+trips@mail.example')
})

test('a password — typed composed or decomposed — is one password', () => {
  expect(normalizePassword('Nguye\u0302\u0303n 2026')).toBe(normalizePassword('Nguyễn 2026'))
})

test.each(['password', 'Password1', 'QWERTYUIOP', '12345678', 'ｐａｓｓｗｏｒｄ'])(
  'a common password — %s — is known in any case and width',
  (password) => {
    expect(isCommonPassword(password)).toBe(true)
  },
)

test('a password of some random words — is not common', () => {
  expect(isCommonPassword('six blue suitcases')).toBe(false)
})

test.each([
  ['weaker memory', '$argon2id$v=19$m=4096,t=2,p=1$c2FsdA$aGFzaA', true],
  ['one pass', '$argon2id$v=19$m=19456,t=1,p=1$c2FsdA$aGFzaA', true],
  ['argon2i', '$argon2i$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA', true],
  ['the parameters of today', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA', false],
  ['stronger ones', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA', false],
])('a stored hash — with %s — is renewed or kept', (_name, hash, isRenewed) => {
  expect(needsRehash(hash)).toBe(isRenewed)
})
