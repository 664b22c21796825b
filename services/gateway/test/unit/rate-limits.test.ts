import { expect, test } from 'vitest'
import {
  createRateLimits,
  memoryLimiter,
  rateHeadersOf,
  type RateState,
  tightestOf,
  TooManyRequests,
} from '../../src/policies/rate-limits.ts'
import type { RateClass } from '../../src/policies/route-table.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const settings = {
  RATE_LIMIT_PER_MINUTE: 3,
  RATE_LIMIT_ADDRESS_PER_MINUTE: 5,
  RATE_LIMIT_LOGIN_PER_MINUTE: 2,
  RATE_LIMIT_LOOKUP_PER_MINUTE: 1,
}

const refusalOf = (call: () => unknown): TooManyRequests => {
  try {
    call()
  } catch (error) {
    if (error instanceof TooManyRequests) return error
    throw error
  }
  throw new Error('it was allowed')
}

/** Limits in memory answer at once; a promise here is a mistake. */
function limitsAt(clock: { ms: number }, overrides: Partial<typeof settings> = {}) {
  const limits = createRateLimits({ ...settings, ...overrides }, (policy) => memoryLimiter(policy, () => clock.ms))
  const atOnce = (counted: ReturnType<typeof limits.takeForCaller>): RateState | null => {
    if (counted instanceof Promise) throw new Error('it was not answered at once')
    return counted
  }
  return {
    takeForAddress: (rate: RateClass, key: string) => atOnce(limits.takeForAddress(rate, key)),
    takeForCaller: (rate: RateClass, key: string) => atOnce(limits.takeForCaller(rate, key)),
  }
}

test('limits — a user past his quota — refuse with the time to wait, others go on', () => {
  const limits = limitsAt({ ms: NOON })
  for (let i = 0; i < 3; i++) limits.takeForCaller('wide', 'usr_1')
  const refusal = refusalOf(() => limits.takeForCaller('wide', 'usr_1'))
  expect(refusal.code).toBe('rate_limited')
  expect(refusal.options.retryAfterSeconds).toBe(20)
  expect(refusal.state).toMatchObject({ remaining: 0, resetSeconds: 60, retryAfterSeconds: 20 })
  expect(limits.takeForCaller('wide', 'usr_2')).toMatchObject({ remaining: 2, resetSeconds: 20, retryAfterSeconds: 0 })
})

test('limits — a quota that is spent — comes back one call after the other, and not all at the turn of a minute', () => {
  const clock = { ms: NOON - 1_000 }
  const limits = limitsAt(clock)
  for (let i = 0; i < 3; i++) limits.takeForCaller('wide', 'usr_1')
  clock.ms += 2_000
  expect(refusalOf(() => limits.takeForCaller('wide', 'usr_1')).options.retryAfterSeconds).toBe(18)
  clock.ms += 18_000
  expect(limits.takeForCaller('wide', 'usr_1')).toMatchObject({ remaining: 0 })
  refusalOf(() => limits.takeForCaller('wide', 'usr_1'))
})

test('limits — refused calls — cost nothing: who waits as long as he was told is let in', () => {
  const clock = { ms: NOON }
  const limits = limitsAt(clock)
  for (let i = 0; i < 3; i++) limits.takeForCaller('wide', 'usr_1')
  for (let i = 0; i < 50; i++) refusalOf(() => limits.takeForCaller('wide', 'usr_1'))
  clock.ms += 20_000
  expect(limits.takeForCaller('wide', 'usr_1')).toMatchObject({ isAllowed: true })
})

test.each([
  ['a minute', 60_000],
  ['three minutes', 180_000],
  ['an hour', 3_600_000],
])('limits — nothing asked for %s — the whole quota is there', (_time, ms) => {
  const clock = { ms: NOON }
  const limits = limitsAt(clock)
  for (let i = 0; i < 3; i++) limits.takeForCaller('wide', 'usr_1')
  clock.ms += ms
  expect(limits.takeForCaller('wide', 'usr_1')).toMatchObject({ remaining: 2 })
})

test('limits — a clock that is set back by an hour — let nobody wait for longer than a minute', () => {
  const clock = { ms: NOON }
  const limits = limitsAt(clock)
  for (let i = 0; i < 3; i++) limits.takeForCaller('wide', 'usr_1')
  clock.ms -= 3_600_000
  expect(refusalOf(() => limits.takeForCaller('wide', 'usr_1')).options.retryAfterSeconds).toBeLessThanOrEqual(20)
  clock.ms += 20_000
  limits.takeForCaller('wide', 'usr_1')
})

test.each([1, 7, 300, 3_000])(
  'limits — a quota of %i — allow so many at once and not one more, and spread over a time twice as many',
  (quota) => {
    const clock = { ms: NOON + 0.5 }
    const limits = limitsAt(clock, { RATE_LIMIT_PER_MINUTE: quota })
    const tries = Math.min(quota, 5_000)
    for (let i = 1; i <= tries; i++) expect(limits.takeForCaller('wide', 'usr_1')).toMatchObject({ remaining: quota - i })
    refusalOf(() => limits.takeForCaller('wide', 'usr_1'))
    for (let i = 0; i < quota; i++) {
      clock.ms += 60_000 / quota
      limits.takeForCaller('wide', 'usr_1')
    }
  },
)

test('limits — logins — are counted apart from other calls of the address', () => {
  const limits = limitsAt({ ms: NOON })
  limits.takeForAddress('login', '1.1.1.1')
  limits.takeForAddress('login', '1.1.1.1')
  refusalOf(() => limits.takeForAddress('login', '1.1.1.1'))
  expect(limits.takeForAddress('wide', '1.1.1.1')).toMatchObject({ remaining: 4 })
})

test('limits — class none — counts nothing', () => {
  const limits = limitsAt({ ms: NOON })
  expect(limits.takeForAddress('none', '1.1.1.1')).toBeNull()
  expect(limits.takeForCaller('none', 'usr_1')).toBeNull()
})

test('limits — RATE_LIMIT_PER_MINUTE=0 — are all off', () => {
  const limits = limitsAt({ ms: NOON }, { RATE_LIMIT_PER_MINUTE: 0 })
  for (let i = 0; i < 20; i++) expect(limits.takeForAddress('lookup', '1.1.1.1')).toBeNull()
})

test('rate headers — of a state — read as the draft says', () => {
  const state: RateState = { policy: { name: 'user', quota: 300 }, isAllowed: true, remaining: 299, resetSeconds: 60, retryAfterSeconds: 0 }
  expect(rateHeadersOf(state)).toEqual({ 'ratelimit-policy': '"user";q=300;w=60', ratelimit: '"user";r=299;t=60' })
})

test('tightest — of two limits — is the one with fewer calls left', () => {
  const user: RateState = { policy: { name: 'user', quota: 300 }, isAllowed: true, remaining: 10, resetSeconds: 60, retryAfterSeconds: 0 }
  const address: RateState = {
    policy: { name: 'address', quota: 3000 },
    isAllowed: true,
    remaining: 9,
    resetSeconds: 60,
    retryAfterSeconds: 0,
  }
  expect(tightestOf(user, address)).toBe(address)
  expect(tightestOf(user, null)).toBe(user)
  expect(tightestOf(null, null)).toBeNull()
})
