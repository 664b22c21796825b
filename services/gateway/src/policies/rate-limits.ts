import { Refusal } from '@skyhold/platform/without-database'
import type { GatewaySettings } from '../config.ts'
import type { RateClass } from './route-table.ts'
import { memoryBuckets, type Taken, tokensLeft, untilToken, WINDOW_MS } from './token-bucket.ts'

/** A bucket of so many calls for each key, filled again in a minute. */
export interface RatePolicy {
  name: 'user' | 'address' | 'search' | 'login' | 'register' | 'lookup'
  quota: number
}

export interface RateState {
  policy: RatePolicy
  isAllowed: boolean
  remaining: number
  /** Until the whole quota is there again. */
  resetSeconds: number
  /** Until one call is allowed again; 0 while one is. */
  retryAfterSeconds: number
}

/** Counts the calls of one policy: in memory, or where the gateways of an installation count together (shared-rate-store.ts). At once where it can: most calls wait for nothing. */
export interface Limiter {
  take(key: string): RateState | Promise<RateState>
}

export type LimiterOf = (policy: RatePolicy) => Limiter

export function memoryLimiter(policy: RatePolicy, now: () => number = Date.now): Limiter {
  const buckets = memoryBuckets({ quota: policy.quota, now })
  return { take: (key) => stateOf(policy, buckets.take(key)) }
}

export function stateOf(policy: RatePolicy, { isAllowed, fullInMs }: Taken): RateState {
  return {
    policy,
    isAllowed,
    remaining: isAllowed ? tokensLeft(fullInMs, policy.quota) : 0,
    resetSeconds: Math.max(1, Math.ceil(fullInMs / 1000)),
    retryAfterSeconds: isAllowed ? 0 : Math.max(1, Math.ceil(untilToken(fullInMs, policy.quota) / 1000)),
  }
}

/** null where nothing is counted. */
type Counted = RateState | null | Promise<RateState | null>

export interface RateLimits {
  /** Counts a call of an address before anything is known of its caller. Throws 429. */
  takeForAddress(rate: RateClass, address: string): Counted
  /** Counts a call of a user or of a booking's token. Throws 429. */
  takeForCaller(rate: RateClass, caller: string): Counted
}

type LimitSettings = Pick<
  GatewaySettings,
  'RATE_LIMIT_PER_MINUTE' | 'RATE_LIMIT_ADDRESS_PER_MINUTE' | 'RATE_LIMIT_LOGIN_PER_MINUTE' | 'RATE_LIMIT_LOOKUP_PER_MINUTE'
>

/** The limits as the settings say; `RATE_LIMIT_PER_MINUTE=0` turns every one off. */
export function createRateLimits(settings: LimitSettings, limiterOf: LimiterOf = memoryLimiter): RateLimits {
  if (settings.RATE_LIMIT_PER_MINUTE === 0) return { takeForAddress: () => null, takeForCaller: () => null }
  const user = limiterOf({ name: 'user', quota: settings.RATE_LIMIT_PER_MINUTE })
  const ofAddress: Record<RateClass, Limiter | null> = {
    wide: limiterOf({ name: 'address', quota: settings.RATE_LIMIT_ADDRESS_PER_MINUTE }),
    // Searches are counted apart, so that a page that looks at many flights does not use up what its user needs to buy one.
    search: limiterOf({ name: 'search', quota: settings.RATE_LIMIT_ADDRESS_PER_MINUTE }),
    login: limiterOf({ name: 'login', quota: settings.RATE_LIMIT_LOGIN_PER_MINUTE }),
    register: limiterOf({ name: 'register', quota: settings.RATE_LIMIT_LOGIN_PER_MINUTE }),
    lookup: limiterOf({ name: 'lookup', quota: settings.RATE_LIMIT_LOOKUP_PER_MINUTE }),
    none: null,
  }

  const take = (limiter: Limiter | null, key: string): Counted => {
    if (!limiter) return null
    const state = limiter.take(key)
    return state instanceof Promise ? state.then(allowed) : allowed(state)
  }
  return {
    takeForAddress: (rate, key) => take(ofAddress[rate], key),
    takeForCaller: (rate, key) => take(rate === 'none' ? null : user, key),
  }
}

function allowed(state: RateState): RateState {
  if (!state.isAllowed) throw new TooManyRequests(state)
  return state
}

/** 429 that remembers which limit was met, for the headers. */
export class TooManyRequests extends Refusal {
  readonly state: RateState

  constructor(state: RateState) {
    super('rate_limited', {
      detail: `You have made too many requests. Try again in ${state.retryAfterSeconds} s.`,
      retryAfterSeconds: state.retryAfterSeconds,
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
  'ratelimit-policy': `"${policy.name}";q=${policy.quota};w=${WINDOW_MS / 1000}`,
  ratelimit: `"${policy.name}";r=${remaining};t=${resetSeconds}`,
})
