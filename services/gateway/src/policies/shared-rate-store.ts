import { Gauge, type Metrics } from '@skyhold/platform/without-database'
import type { RedisLink } from '../clients/redis-link.ts'
import { type Limiter, type LimiterOf, memoryLimiter, type RatePolicy, type RateState, stateOf } from './rate-limits.ts'
import { TAKE_SCRIPT, untilToken, WINDOW_MS } from './token-bucket.ts'

const STORES = ['redis', 'memory'] as const
/** Callers who are turned away at a time, some megabytes. Past it they are forgotten, and Redis is asked again. */
const BLOCKED_MAX = 20_000

export interface RateStoreParts {
  redis: RedisLink | null
  metrics: Metrics
  now?: (() => number) | undefined
}

/** Counts where the installation counts: in Redis when there is a link to one and it answers, else in the memory of this process. */
export function limitersFor({ redis, metrics, now = Date.now }: RateStoreParts): LimiterOf {
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
  return (policy) => (redis ? sharedLimiter(policy, { redis, now }) : memoryLimiter(policy, now))
}

/** While Redis is away each gateway counts in its own memory, and lets its callers have the whole quota. */
function sharedLimiter(policy: RatePolicy, { redis, now }: { redis: RedisLink; now: () => number }): Limiter {
  const own = memoryLimiter(policy, now)
  const blocked = new Map<string, number>()
  const interval = String(WINDOW_MS / policy.quota)

  function block(key: string, waitMs: number): void {
    if (blocked.size >= BLOCKED_MAX) blocked.clear()
    blocked.set(key, now() + waitMs)
  }

  /** Who is past his quota is turned away without asking again, until he has a token: a flood costs Redis nothing. */
  function blockedFor(key: string): number {
    const untilMs = blocked.get(key)
    if (untilMs === undefined) return 0
    if (untilMs <= now()) blocked.delete(key)
    return Math.max(0, untilMs - now())
  }

  async function ask(key: string): Promise<RateState> {
    const options = { keys: [`skyhold:limit:${policy.name}:${key}`], arguments: [interval] }
    // Of a failure the link has told the log; this call does not wait for Redis to be back.
    const answer = (await redis.eval(TAKE_SCRIPT, options).catch(() => null)) as [0 | 1, number] | null
    if (!answer) return own.take(key)
    const [isAllowed, fullInMs] = answer
    if (isAllowed === 0) block(key, untilToken(fullInMs, policy.quota))
    return stateOf(policy, { isAllowed: isAllowed === 1, fullInMs })
  }

  return {
    take(key) {
      const waitMs = blockedFor(key)
      if (waitMs > 0) return stateOf(policy, { isAllowed: false, fullInMs: WINDOW_MS - WINDOW_MS / policy.quota + waitMs })
      return redis.isReady ? ask(key) : own.take(key)
    },
  }
}
