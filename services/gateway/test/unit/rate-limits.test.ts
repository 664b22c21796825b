import { expect, test } from 'vitest'
import { createRateLimits, rateHeadersOf, type RateState, tightestOf, TooManyRequests } from '../../src/policies/rate-limits.ts'

const settings = {
  RATE_LIMIT_PER_MINUTE: 3,
  RATE_LIMIT_ADDRESS_PER_MINUTE: 5,
  RATE_LIMIT_LOGIN_PER_MINUTE: 2,
  RATE_LIMIT_LOOKUP_PER_MINUTE: 1,
}

const refusalOf = async (call: Promise<unknown>): Promise<TooManyRequests> => {
  const error: unknown = await call.catch((caught: unknown) => caught)
  if (!(error instanceof TooManyRequests)) throw new Error('it was allowed')
  return error
}

test('limits — a user past his quota — refuse with the time to wait, others go on', async () => {
  const limits = createRateLimits(settings)
  for (let i = 0; i < 3; i++) await limits.takeForCaller('wide', 'usr_1')
  const refusal = await refusalOf(limits.takeForCaller('wide', 'usr_1'))
  expect(refusal.code).toBe('rate_limited')
  expect(refusal.options.retryAfterSeconds).toBeGreaterThan(0)
  expect(refusal.options.retryAfterSeconds).toBeLessThanOrEqual(60)
  expect(await limits.takeForCaller('wide', 'usr_2')).toMatchObject({ remaining: 2 })
})

test('limits — logins — are counted apart from other calls of the address', async () => {
  const limits = createRateLimits(settings)
  await limits.takeForAddress('login', '1.1.1.1')
  await limits.takeForAddress('login', '1.1.1.1')
  await refusalOf(limits.takeForAddress('login', '1.1.1.1'))
  expect(await limits.takeForAddress('wide', '1.1.1.1')).toMatchObject({ remaining: 4 })
})

test('limits — class none — counts nothing', async () => {
  const limits = createRateLimits(settings)
  expect(await limits.takeForAddress('none', '1.1.1.1')).toBeNull()
  expect(await limits.takeForCaller('none', 'usr_1')).toBeNull()
})

test('limits — RATE_LIMIT_PER_MINUTE=0 — are all off', async () => {
  const limits = createRateLimits({ ...settings, RATE_LIMIT_PER_MINUTE: 0 })
  for (let i = 0; i < 20; i++) expect(await limits.takeForAddress('lookup', '1.1.1.1')).toBeNull()
})

test('rate headers — of a state — read as the draft says', () => {
  const state: RateState = { policy: { name: 'user', quota: 300 }, isAllowed: true, remaining: 299, resetSeconds: 60 }
  expect(rateHeadersOf(state)).toEqual({ 'ratelimit-policy': '"user";q=300;w=60', ratelimit: '"user";r=299;t=60' })
})

test('tightest — of two limits — is the one with fewer calls left', () => {
  const user: RateState = { policy: { name: 'user', quota: 300 }, isAllowed: true, remaining: 10, resetSeconds: 60 }
  const address: RateState = { policy: { name: 'address', quota: 3000 }, isAllowed: true, remaining: 9, resetSeconds: 60 }
  expect(tightestOf(user, address)).toBe(address)
  expect(tightestOf(user, null)).toBe(user)
  expect(tightestOf(null, null)).toBeNull()
})
