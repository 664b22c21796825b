import { expect, test } from 'vitest'
import { hashOf, revealSuccessor, succeed } from '../../src/domain/refresh-tokens.ts'
import { deriveKey, seal, SealBroken, unseal } from '@skyhold/platform'

const SECRET = 'a secret that only this test knows'
const key = deriveKey({ secret: SECRET, purpose: 'test' })

test('a sealed text — opened with its key and context — is the text, and no two seals are alike', () => {
  const sealed = seal(key, '{"d":"…"}', 'kid-1')
  expect(unseal(key, sealed, 'kid-1')).toBe('{"d":"…"}')
  expect(seal(key, '{"d":"…"}', 'kid-1')).not.toBe(sealed)
})

test('a sealed text — with another secret, purpose, context or a changed byte — does not open', () => {
  const sealed = seal(key, 'text', 'kid-1')
  const changed = sealed.slice(0, 10) + (sealed[10] === 'A' ? 'B' : 'A') + sealed.slice(11)
  expect(() => unseal(deriveKey({ secret: 'another', purpose: 'test' }), sealed, 'kid-1')).toThrow(SealBroken)
  expect(() => unseal(deriveKey({ secret: SECRET, purpose: 'else' }), sealed, 'kid-1')).toThrow(SealBroken)
  expect(() => unseal(key, sealed, 'kid-2')).toThrow(SealBroken)
  expect(() => unseal(key, changed, 'kid-1')).toThrow(SealBroken)
  expect(() => unseal(key, 'v2.AAAA', 'kid-1')).toThrow(SealBroken)
  expect(() => unseal(key, 'v1.', 'kid-1')).toThrow(SealBroken)
})

test('a successor — sealed for its predecessor — is revealed to that token and to no other', () => {
  const { token, hash, sealed } = succeed('the old token', SECRET)
  expect(hash).toBe(hashOf(token))
  expect(revealSuccessor('the old token', sealed, SECRET)).toBe(token)
  expect(() => revealSuccessor('another token', sealed, SECRET)).toThrow(SealBroken)
  expect(() => revealSuccessor('the old token', sealed, 'another secret')).toThrow(SealBroken)
})
