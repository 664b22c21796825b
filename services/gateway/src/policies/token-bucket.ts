/** A bucket holds as many tokens as may be spent in so long, and is filled again in as long, evenly. */
export const WINDOW_MS = 60_000
/** The part of a token that roundings may have cost: the last one of a full bucket is there. */
const GRACE = 0.1

/** What came of taking a token. */
export interface Taken {
  isAllowed: boolean
  /** How long it takes until the bucket is full again. */
  fullInMs: number
}

export interface Buckets {
  /** Takes a token out of the bucket of this key, where there is one. */
  take(key: string): Taken
}

export interface BucketOptions {
  /** The tokens of a full bucket. */
  quota: number
  now: () => number
}

/**
 * Token buckets in the memory of this process. All that there is to know of a bucket is when it will be full: a token moves that on by the time in which one is filled in, and is
 * not there when it would be more than a window away (the generic cell rate algorithm, ITU-T I.371).
 */
export function memoryBuckets({ quota, now }: BucketOptions): Buckets {
  const intervalMs = WINDOW_MS / quota
  // A bucket that nobody has touched for a window is full, as one that was never touched is: forgetting the older half costs nothing and nobody.
  let recent = new Map<string, number>()
  let former = new Map<string, number>()
  let turnsAtMs = 0

  return {
    take(key) {
      const nowMs = now()
      if (nowMs >= turnsAtMs || nowMs < turnsAtMs - WINDOW_MS) {
        former = recent
        recent = new Map()
        turnsAtMs = nowMs + WINDOW_MS
      }
      const kept = recent.get(key) ?? former.get(key) ?? nowMs
      // Within the window also when the clock was set back.
      const fullAtMs = Math.min(Math.max(kept, nowMs), nowMs + WINDOW_MS)
      const isAllowed = fullAtMs + intervalMs <= nowMs + WINDOW_MS + GRACE * intervalMs
      const nextMs = isAllowed ? fullAtMs + intervalMs : fullAtMs
      recent.set(key, nextMs)
      return { isAllowed, fullInMs: nextMs - nowMs }
    },
  }
}

/** How many tokens are in a bucket that will be full in so long. */
export const tokensLeft = (fullInMs: number, quota: number): number =>
  Math.max(0, Math.floor(((WINDOW_MS - fullInMs) * quota) / WINDOW_MS + GRACE))

/** How long it takes until an empty bucket has a token. */
export const untilToken = (fullInMs: number, quota: number): number => Math.max(0, fullInMs - WINDOW_MS + WINDOW_MS / quota)

/**
 * The same in Redis: KEYS[1] is the bucket, ARGV[1] the interval. The clock is Redis's own, so that gateways whose clocks differ count alike; the answer is
 * whether there was a token, and in how many ms the bucket is full.
 */
export const TAKE_SCRIPT = `local t = redis.call('TIME') local now = t[1] * 1000 + t[2] / 1000
local kept = tonumber(redis.call('GET', KEYS[1]) or '0')
local full = math.min(math.max(kept, now), now + ${WINDOW_MS})
local allowed = full + ARGV[1] <= now + ${WINDOW_MS} + ${GRACE} * ARGV[1]
local next = allowed and full + ARGV[1] or full
redis.call('SET', KEYS[1], string.format('%.3f', next), 'PX', math.max(1, math.ceil(next - now)))
return {allowed and 1 or 0, math.ceil(next - now)}`
