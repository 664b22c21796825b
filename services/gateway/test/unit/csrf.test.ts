import { Refusal } from '@skyhold/platform'
import { expect, test } from 'vitest'
import { createCsrfTokens } from '../../src/policies/csrf.ts'

const HOUR_MS = 3_600_000
const codeOf = (work: () => void) => {
  try {
    work()
    return 'passed'
  } catch (error) {
    return error instanceof Refusal ? error.code : error
  }
}

test('a CSRF token — for twelve hours — is good for its session and for no other', () => {
  let nowMs = 1_800_000_000_000
  const tokens = createCsrfTokens({ secret: 'a secret', now: () => nowMs })
  const token = tokens.tokenFor('ses_1')
  nowMs += 12 * HOUR_MS
  expect(codeOf(() => tokens.assert('ses_1', token))).toBe('passed')
  expect(codeOf(() => tokens.assert('ses_2', token))).toBe('csrf_failed')
  nowMs += 1000
  expect(codeOf(() => tokens.assert('ses_1', token))).toBe('csrf_failed')
})

test('a CSRF token — with a later time written in — is refused', () => {
  const tokens = createCsrfTokens({ secret: 'a secret' })
  const [salt, , signature] = tokens.tokenFor('ses_1').split('.')
  expect(codeOf(() => tokens.assert('ses_1', `${salt}.zzzzzz.${signature}`))).toBe('csrf_failed')
})

test('a CSRF token — signed with another secret — is refused', () => {
  const token = createCsrfTokens({ secret: 'another' }).tokenFor('ses_1')
  expect(codeOf(() => createCsrfTokens({ secret: 'a secret' }).assert('ses_1', token))).toBe('csrf_failed')
})
