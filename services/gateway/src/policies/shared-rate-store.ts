import { Gauge, type Metrics } from '@skyhold/platform'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { RedisLink } from '../clients/redis-link.ts'
import { memoryLimiterOf, type RateStore, rateStoreOf, WINDOW_SECONDS } from './rate-limits.ts'

const STORES = ['redis', 'memory'] as const

/** Counts where the installation counts: in Redis when there is a link to one and it answers, else in the memory of this process. */
export function rateStoreFor({ redis, metrics }: { redis: RedisLink | null; metrics: Metrics }): RateStore {
  new Gauge({
    name: 'gateway_rate_limit_store',
    help: 'Where rate limits are counted now: 1 for that store, 0 for the other',
    labelNames: ['store'],
    registers: [metrics],
    collect() {
      const current = redis?.isReady ? 'redis' : 'memory'
      for (const store of STORES) this.set({ store }, store === current ? 1 : 0)
    },
  })
  return rateStoreOf(redis ? (policy) => sharedLimiterOf(policy, redis) : memoryLimiterOf)
}

/** Each gateway's own memory is the insurance: while Redis is away every one of them lets its callers have the whole quota. */
const sharedLimiterOf = (policy: Parameters<typeof memoryLimiterOf>[0], redis: RedisLink): RateLimiterRedis =>
  new RateLimiterRedis({
    storeClient: redis,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    keyPrefix: `skyhold:limit:${policy.name}`,
    points: policy.quota,
    duration: WINDOW_SECONDS,
    // Who is past his quota is turned away without asking again: a flood costs Redis nothing.
    inMemoryBlockOnConsumed: policy.quota + 1,
    insuranceLimiter: memoryLimiterOf(policy),
  })
