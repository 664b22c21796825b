import type { RedisLink } from '../clients/redis-link.ts'
import { TURN_MS } from '../domain/place-in-line.ts'

/**
 * The lines of all flights. For each of them one number is kept: when the next purchase may begin. Taking a place, or passing without one, moves it on by the interval;
 * that is all there is to order and rate (a leaky bucket of one drop, as in the generic cell rate algorithm).
 */
export interface Lines {
  /** When this user's turn at the flight is, in ms. Asked again before it has lapsed, it is the same. */
  join(flightId: string, userId: string): Promise<number>
  /** Passes where nobody is in line, and answers 0; else how many ms the line is long. */
  pass(flightId: string): Promise<number>
}

export interface LineOptions {
  intervalMs: number
  now?: () => number
}

/** More flights than are ever sold at a time. Past it, those whose line has long gone are forgotten. */
const FLIGHTS_MAX = 1_000

interface Line {
  nextAtMs: number
  turns: Map<string, number>
}

export function memoryLines({ intervalMs, now = Date.now }: LineOptions): Lines {
  const lines = new Map<string, Line>()

  function lineOf(flightId: string): Line {
    const known = lines.get(flightId)
    if (known) return known
    if (lines.size >= FLIGHTS_MAX) for (const [id, { nextAtMs }] of lines) if (nextAtMs + TURN_MS < now()) lines.delete(id)
    const line = { nextAtMs: 0, turns: new Map<string, number>() }
    lines.set(flightId, line)
    return line
  }

  /** Turns are in the order of their times, so those that have lapsed are the first. */
  function forgetLapsed({ turns }: Line): void {
    for (const [userId, atMs] of turns) {
      if (atMs + TURN_MS >= now()) return
      turns.delete(userId)
    }
  }

  return {
    async join(flightId, userId) {
      const line = lineOf(flightId)
      forgetLapsed(line)
      const known = line.turns.get(userId)
      if (known !== undefined) return known
      const atMs = Math.max(now(), Math.ceil(line.nextAtMs))
      line.nextAtMs = Math.max(now(), line.nextAtMs) + intervalMs
      line.turns.set(userId, atMs)
      return atMs
    },
    async pass(flightId) {
      const line = lineOf(flightId)
      const waitMs = line.nextAtMs - now()
      if (waitMs > 0) return waitMs
      line.nextAtMs = now() + intervalMs
      return 0
    },
  }
}

// The clock is Redis's own: gateways whose clocks differ would let each other's buyers wait.
const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) local next = tonumber(redis.call('GET', KEYS[1]) or '0')`
const KEEP = `local function keep(key, value, untilMs) redis.call('SET', key, string.format('%.3f', value), 'PX', math.ceil(untilMs - now)) end`
const JOIN = `${NOW} ${KEEP}
local known = redis.call('GET', KEYS[2])
if known then return math.ceil(tonumber(known)) end
local at = math.max(now, next)
keep(KEYS[1], at + ARGV[1], at + ARGV[1] + ARGV[2])
keep(KEYS[2], at, at + ARGV[2] + 1)
return math.ceil(at)`
const PASS = `${NOW} ${KEEP}
if next > now then return math.ceil(next - now) end
keep(KEYS[1], now + ARGV[1], now + ARGV[1] + ARGV[2])
return 0`

/** The lines that all gateways share. While Redis is away each keeps lines of its own, in which places that were signed before are still good. */
export function sharedLines({ redis, intervalMs, now = Date.now }: LineOptions & { redis: Pick<RedisLink, 'isReady' | 'eval'> }): Lines {
  const own = memoryLines({ intervalMs, now })
  const values = [String(intervalMs), String(TURN_MS)]
  // The braces keep the two keys of a flight on one node of a cluster.
  const keyOf = (flightId: string) => `skyhold:line:{${flightId}}`

  async function ask(script: string, keys: string[], instead: () => Promise<number>): Promise<number> {
    if (!redis.isReady) return instead()
    try {
      return Number(await redis.eval(script, { keys, arguments: values }))
    } catch {
      // The link has told the log; this purchase does not wait for it.
      return instead()
    }
  }
  return {
    join: (flightId, userId) => ask(JOIN, [keyOf(flightId), `${keyOf(flightId)}:${userId}`], () => own.join(flightId, userId)),
    pass: (flightId) => ask(PASS, [keyOf(flightId)], () => own.pass(flightId)),
  }
}
