import { Refusal } from '@skyhold/platform'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { GatewaySettings } from '../config.ts'
import type { RateClass } from './route-table.ts'

export const WINDOW_SECONDS = 60

/** So many calls in a window, for each key. */
export interface RatePolicy {
  name: 'user' | 'address' | 'search' | 'login' | 'register' | 'lookup'
  quota: number
}

export interface RateState {
  policy: RatePolicy
  isAllowed: boolean
  remaining: number
  resetSeconds: number
}

/** Where calls are counted: in memory, or where the gateways of an installation count together (shared-rate-store.ts). */
export interface RateStore {
  take(policy: RatePolicy, key: string): Promise<RateState>
}

export const memoryRateStore = (): RateStore => rateStoreOf(memoryLimiterOf)

export const memoryLimiterOf = ({ name, quota }: RatePolicy): RateLimiterMemory =>
  new RateLimiterMemory({ keyPrefix: name, points: quota, duration: WINDOW_SECONDS })

/** A store of one limiter a policy, each made when it is first needed. */
export function rateStoreOf(limiterFor: (policy: RatePolicy) => Pick<RateLimiterAbstract, 'consume'>): RateStore {
  const limiters = new Map<string, Pick<RateLimiterAbstract, 'consume'>>()
  const limiterOf = (policy: RatePolicy) => {
    const known = limiters.get(policy.name)
    if (known) return known
    const limiter = limiterFor(policy)
    limiters.set(policy.name, limiter)
    return limiter
  }
  const stateOf = (policy: RatePolicy, isAllowed: boolean, result: RateLimiterRes): RateState => ({
    policy,
    isAllowed,
    remaining: Math.max(0, result.remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
  })
  return {
    async take(policy, key) {
      try {
        return stateOf(policy, true, await limiterOf(policy).consume(key))
      } catch (result) {
        if (result instanceof RateLimiterRes) return stateOf(policy, false, result)
        throw result
      }
    },
  }
}

export interface RateLimits {
  /** Counts a call of an address before anything is known of its caller. Throws 429. */
  takeForAddress(rate: RateClass, address: string): Promise<RateState | null>
  /** Counts a call of a user or of a booking's token. Throws 429. */
  takeForCaller(rate: RateClass, caller: string): Promise<RateState | null>
}

type LimitSettings = Pick<
  GatewaySettings,
  'RATE_LIMIT_PER_MINUTE' | 'RATE_LIMIT_ADDRESS_PER_MINUTE' | 'RATE_LIMIT_LOGIN_PER_MINUTE' | 'RATE_LIMIT_LOOKUP_PER_MINUTE'
>

/** The limits as the settings say; `RATE_LIMIT_PER_MINUTE=0` turns every one off. */
export function createRateLimits(settings: LimitSettings, store: RateStore = memoryRateStore()): RateLimits {
  if (settings.RATE_LIMIT_PER_MINUTE === 0) return { takeForAddress: async () => null, takeForCaller: async () => null }
  const user: RatePolicy = { name: 'user', quota: settings.RATE_LIMIT_PER_MINUTE }
  const address: RatePolicy = { name: 'address', quota: settings.RATE_LIMIT_ADDRESS_PER_MINUTE }
  // Searches are counted apart, so that a page that looks at many flights does not use up what its user needs to buy one.
  const search: RatePolicy = { name: 'search', quota: settings.RATE_LIMIT_ADDRESS_PER_MINUTE }
  const login: RatePolicy = { name: 'login', quota: settings.RATE_LIMIT_LOGIN_PER_MINUTE }
  const register: RatePolicy = { name: 'register', quota: settings.RATE_LIMIT_LOGIN_PER_MINUTE }
  const lookup: RatePolicy = { name: 'lookup', quota: settings.RATE_LIMIT_LOOKUP_PER_MINUTE }
  const ofAddress: Record<RateClass, RatePolicy | null> = { wide: address, search, login, register, lookup, none: null }

  const take = async (policy: RatePolicy | null, key: string): Promise<RateState | null> => {
    if (!policy) return null
    const state = await store.take(policy, key)
    if (!state.isAllowed) throw new TooManyRequests(state)
    return state
  }
  return {
    takeForAddress: (rate, key) => take(ofAddress[rate], key),
    takeForCaller: (rate, key) => take(rate === 'none' ? null : user, key),
  }
}

/** 429 that remembers which limit was met, for the headers. */
export class TooManyRequests extends Refusal {
  readonly state: RateState

  constructor(state: RateState) {
    super('rate_limited', {
      detail: `You have made too many requests. Try again in ${state.resetSeconds} s.`,
      retryAfterSeconds: state.resetSeconds,
    })
    this.state = state
  }
}

/** The limit with the fewest calls left is the one a client has to heed. */
export function tightestOf(one: RateState | null, other: RateState | null): RateState | null {
  if (!one || !other) return one ?? other
  return other.remaining < one.remaining ? other : one
}

/** As in draft-ietf-httpapi-ratelimit-headers-11. */
export const rateHeadersOf = ({ policy, remaining, resetSeconds }: RateState) => ({
  'ratelimit-policy': `"${policy.name}";q=${policy.quota};w=${WINDOW_SECONDS}`,
  ratelimit: `"${policy.name}";r=${remaining};t=${resetSeconds}`,
})
