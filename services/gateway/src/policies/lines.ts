import type { RedisLink } from '../clients/redis-link.ts'
import { TURN_MS } from '../domain/place-in-line.ts'

/**
 * The lines of all flights. For each of them one number is kept: when the next purchase may begin. Taking a place, or passing without one, moves it on by the interval;
 * that is all there is to order and rate (a leaky bucket of one drop, as in the generic cell rate algorithm).
 */
export interface Lines {
  /** When this user's turn at the flight is, in ms. Asked again before it has lapsed, it is the same. */
  join(flightId: string, userId: string): Promise<number>
  /** How many ms this user would have to wait to pass: 0 where nobody is in line, and for as long as a turn lasts where he has passed already. Takes nothing. */
  waitOf(flightId: string, userId: string): Promise<number>
  /** Passes where there is nothing to wait for, and answers 0; else how many ms there are. Who has passed may do so again for as long as a turn lasts: his first answer may be lost. */
  pass(flightId: string, userId: string): Promise<number>
}

export interface LineOptions {
  intervalMs: number
  now?: () => number
}

/** More flights than are ever sold at a time: no memory is lost to flights that somebody has made up. While all of them have a line, a further one has none, and its buyers pass. */
export const LINES_MAX = 10_000
/** Looking at all lines takes a millisecond or so, which not every call may cost. */
const SWEEP_EVERY_MS = 5_000

interface Line {
  nextAtMs: number
  /** Places that were taken, and whoever has passed without one: when, by user. Both in the order of their times. */
  turns: Map<string, number>
  passed: Map<string, number>
}

export function memoryLines({ intervalMs, now = Date.now }: LineOptions): Lines {
  const lines = new Map<string, Line>()
  let sweptAtMs = -Infinity

  /** null when there are as many lines as there may be. */
  function lineOf(flightId: string): Line | null {
    const known = lines.get(flightId)
    if (known) return known
    if (lines.size >= LINES_MAX) sweep()
    if (lines.size >= LINES_MAX) return null
    const line: Line = { nextAtMs: 0, turns: new Map(), passed: new Map() }
    lines.set(flightId, line)
    return line
  }

  /** Forgets the lines in which nobody stands. That costs whoever has passed his second try, and the flights that have a line keep it. */
  function sweep(): void {
    if (now() < sweptAtMs + SWEEP_EVERY_MS) return
    sweptAtMs = now()
    for (const [id, { nextAtMs }] of lines) if (nextAtMs <= now()) lines.delete(id)
  }

  /** Those that have lapsed are the first. */
  function forgetLapsed(turns: Map<string, number>): void {
    for (const [userId, atMs] of turns) {
      if (atMs + TURN_MS >= now()) return
      turns.delete(userId)
    }
  }

  function waitAt({ nextAtMs, passed }: Line, userId: string): number {
    forgetLapsed(passed)
    return passed.has(userId) ? 0 : Math.max(0, nextAtMs - now())
  }

  return {
    async join(flightId, userId) {
      const line = lineOf(flightId)
      if (!line) return now()
      forgetLapsed(line.turns)
      const known = line.turns.get(userId)
      if (known !== undefined) return known
      const atMs = Math.max(now(), Math.ceil(line.nextAtMs))
      line.nextAtMs = Math.max(now(), line.nextAtMs) + intervalMs
      line.turns.set(userId, atMs)
      return atMs
    },
    async waitOf(flightId, userId) {
      const line = lines.get(flightId)
      return line ? waitAt(line, userId) : 0
    },
    async pass(flightId, userId) {
      const line = lineOf(flightId)
      if (!line) return 0
      const waitMs = waitAt(line, userId)
      if (waitMs > 0 || line.passed.has(userId)) return waitMs
      line.nextAtMs = now() + intervalMs
      line.passed.set(userId, now())
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
const WAIT = `${NOW}
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
return math.max(0, math.ceil(next - now))`
const PASS = `${NOW} ${KEEP}
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
if next > now then return math.ceil(next - now) end
keep(KEYS[1], now + ARGV[1], now + ARGV[1] + ARGV[2])
keep(KEYS[2], now, now + ARGV[2])
return 0`

/** The lines that all gateways share. While Redis is away each keeps lines of its own, in which places that were signed before are still good. */
export function sharedLines({ redis, intervalMs, now = Date.now }: LineOptions & { redis: Pick<RedisLink, 'isReady' | 'eval'> }): Lines {
  const own = memoryLines({ intervalMs, now })
  const values = [String(intervalMs), String(TURN_MS)]
  // The braces keep the two keys of a flight on one node of a cluster.
  const keyOf = (flightId: string) => `skyhold:line:{${flightId}}`
  const passedKeys = (flightId: string, userId: string) => [keyOf(flightId), `${keyOf(flightId)}:passed:${userId}`]

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
    waitOf: (flightId, userId) => ask(WAIT, passedKeys(flightId, userId), () => own.waitOf(flightId, userId)),
    pass: (flightId, userId) => ask(PASS, passedKeys(flightId, userId), () => own.pass(flightId, userId)),
  }
}
