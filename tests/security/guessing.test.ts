import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Person } from './support/people.ts'
import { codeOf, sendJson } from './support/send.ts'
import { useSkyhold } from './support/skyhold.ts'

const LOOKUPS = 10
const LOGINS = 8
/** With its limits on, and small ones, so that the test need not guess for long. */
const skyhold = useSkyhold({
  RATE_LIMIT_PER_MINUTE: '300',
  RATE_LIMIT_LOOKUP_PER_MINUTE: String(LOOKUPS),
  RATE_LIMIT_LOGIN_PER_MINUTE: String(LOGINS),
})
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ23456789'
const guess = () => Array.from({ length: 6 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join('')
/** Every request says that it comes from elsewhere, as a guesser would. */
const elsewhere = () => ({
  'x-forwarded-for': `203.0.113.${Math.floor(Math.random() * 250)}`,
  forwarded: 'for=203.0.113.9',
  'x-real-ip': '203.0.113.9',
})

describe('guessing', () => {
  test('references — a hundred, from as many claimed addresses — are looked up ten times a minute, and each miss reads the same', async () => {
    const answers = []
    for (let i = 0; i < 100; i += 1)
      answers.push(
        await sendJson(skyhold.baseUrl, 'POST', '/api/v1/bookings/lookup', { reference: guess(), familyName: 'Smith' }, elsewhere()),
      )
    const looked = answers.filter(({ status }) => status === 404)
    const refused = answers.filter(({ status }) => status === 429)
    // Some come back while the test runs on a slow machine.
    expect(looked.length).toBeGreaterThanOrEqual(1)
    expect(looked.length).toBeLessThanOrEqual(3 * LOOKUPS)
    expect(looked.length + refused.length).toBe(100)
    for (const answer of refused) {
      expect(codeOf(answer)).toBe('rate_limited')
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    const told = looked.map(({ text }) => text.replace(/"requestId":"[^"]+"/, ''))
    expect(new Set(told).size).toBe(1)
  })

  test('passwords of one account — from as many claimed addresses — are tried a few times a minute, and the right one is no longer asked about', async () => {
    const victim = await Person.registered(skyhold.baseUrl)
    const answers = []
    for (let i = 0; i < 40; i += 1)
      answers.push(
        await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/login', { email: victim.email, password: randomUUID() }, elsewhere()),
      )
    const tried = answers.filter(({ status }) => status === 401)
    expect(tried.length).toBeLessThanOrEqual(3 * LOGINS)
    expect(answers.filter(({ status }) => status === 429).length).toBe(40 - tried.length)
    expect(new Set(tried.map(codeOf))).toEqual(new Set(['invalid_credentials']))
    // Slowed down and not locked out: who is signed in stays so.
    expect((await victim.call('GET', '/me')).status).toBe(200)
  })

  test('addresses with an account — by register, reset and login — are told apart by register alone, which is limited', async () => {
    const resets = await Promise.all(
      ['admin@skyhold.example', 'nobody@example.com'].map((email) =>
        sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/password-resets', { email }),
      ),
    )
    expect(resets.map(({ status, text }) => [status, text])).toEqual([
      [202, ''],
      [202, ''],
    ])
    const registering = []
    for (let i = 0; i < 30; i += 1)
      registering.push(
        await sendJson(
          skyhold.baseUrl,
          'POST',
          '/api/v1/auth/register',
          { email: 'admin@skyhold.example', password: randomUUID(), givenNames: 'A', familyName: 'B' },
          elsewhere(),
        ),
      )
    expect(registering.some(({ status }) => status === 429)).toBe(true)
  })
})
