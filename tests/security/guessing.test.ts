import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Person } from './support/people.ts'
import { codeOf, send, sendJson } from './support/send.ts'
import { useEmbeddedSkyhold } from './support/skyhold.ts'

const LOOKUPS = 10
const LOGINS = 8
/** With its limits on, and small ones, so that the test need not guess for long. */
const skyhold = useEmbeddedSkyhold({
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

/** How many passwords identity has hashed or compared with a hash. */
async function hashesOf(identity: string): Promise<number> {
  const { text } = await send(identity, { method: 'GET', path: '/metrics' })
  return Number(/^password_hashes_total(?:\{[^}]*\})? (\d+)$/m.exec(text)?.[1])
}

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

  test('passwords of one account — from as many claimed addresses — are tried a few times a minute', async () => {
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

  test('passwords of one account — guessed at identity’s own port, from as many addresses — are hashed as often as they are tried, and the right one is not looked at', async () => {
    const identity = skyhold.running.services.identity
    const victim = await Person.registered(identity)
    const login = ({ email, password }: { email: string; password: string }, from: string) =>
      sendJson(identity, 'POST', '/api/v1/auth/login', { email, password }, { 'x-forwarded-for': from })
    for (let n = 0; n < LOGINS; n += 1)
      expect((await login({ email: victim.email, password: randomUUID() }, `203.0.113.${n}`)).status).toBe(401)
    const before = await hashesOf(identity)
    for (const from of ['203.0.113.100', '203.0.113.101', '2001:db8::1'])
      expect(codeOf(await login(victim.credentials, from))).toBe('rate_limited')
    expect(await hashesOf(identity)).toBe(before)
    // The owner is where he has been before.
    expect((await login(victim.credentials, '127.0.0.1')).status).toBe(200)
  })

  test('signing in and asking for a new password — with an account and with none — are the same work, counted as hashes, and the same words', async () => {
    const identity = skyhold.running.services.identity
    const { email } = await Person.registered(identity)
    const costs = []
    for (const each of [email, `nobody.${email}`]) {
      const before = await hashesOf(identity)
      const login = await sendJson(identity, 'POST', '/api/v1/auth/login', { email: each, password: randomUUID() }, elsewhere())
      const hashedByLogin = (await hashesOf(identity)) - before
      const reset = await sendJson(identity, 'POST', '/api/v1/auth/password-resets', { email: each }, elsewhere())
      const told = [login, reset].map(({ status, text }) => [status, text.replace(/"requestId":"[^"]+"/, '')])
      costs.push({ hashedByLogin, hashedByReset: (await hashesOf(identity)) - before - hashedByLogin, told })
    }
    expect(costs[1]).toEqual(costs[0])
    expect(costs[0]).toMatchObject({ hashedByLogin: 1, hashedByReset: 0 })
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
