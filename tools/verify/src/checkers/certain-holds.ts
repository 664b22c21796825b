import type { Call, History } from '../history/history.ts'
import { bookingsSeen, cancelTries, holdsSeen, idInPath } from './seen.ts'

/** For this time at least a hold is its owner's: the times are those of the caller and are cut short at both ends, whatever the clocks of the servers say. */
export interface CertainHold {
  holdId: string
  user: string
  seats: string[]
  fromMs: number
  toMs: number
}

/** `expiresInSeconds` is rounded to whole seconds, either way. */
export const ROUNDING_MS = 1_000

/** What each grant and each extension has promised, as far as nobody tried to end it. */
export function certainHolds(history: History): CertainHold[] {
  const bookingOf = new Map(bookingsSeen(history).map(({ thing }) => [thing.holdId, thing.id]))
  const firstCallOf = firstCalls(history)
  const givenUpAt = endsOf(history)
  return holdsSeen(history)
    .filter(({ call, thing }) => thing.status === 'active' && grants(call))
    .map(({ call, thing: { id, expiresInSeconds, flights } }) => {
      const promisedMs = firstCallOf(call).startedAtMs + expiresInSeconds * 1000 - ROUNDING_MS
      return {
        holdId: id,
        user: call.user,
        seats: flights.flatMap(({ flightId, seats }) => seats.map(({ designator }) => `${flightId} ${designator}`)),
        fromMs: call.endedAtMs,
        toMs: Math.min(promisedMs, givenUpAt([id, bookingOf.get(id) ?? id, ...flights.map(({ flightId }) => flightId)])),
      }
    })
    .filter(({ fromMs, toMs }) => fromMs < toMs)
}

/** Only what grants or lengthens: a look at a hold says less. */
export const grants = ({ operation }: Call): boolean => operation === 'hold' || operation === 'extend'

/** A replay has the first answer's seconds, and those count from the first request. */
function firstCalls({ calls }: History): (call: Call) => Call {
  const first = new Map<string, Call>()
  for (const call of calls) if (call.key !== null && !first.has(`${call.user} ${call.key}`)) first.set(`${call.user} ${call.key}`, call)
  return (call) => first.get(`${call.user} ${call.key}`) ?? call
}

/**
 * When the owner of a hold or a booking first tried to give it up, or one of its flights was taken away, which ends it on all of them:
 * from then on nothing is certain. A quote gives nothing up. Infinity when nobody did.
 */
export function endsOf(history: History): (ids: readonly string[]) => number {
  const firstAt = new Map<string, number>()
  const ends = (id: string, { startedAtMs }: Call) => firstAt.set(id, Math.min(startedAtMs, firstAt.get(id) ?? startedAtMs))
  for (const call of history.calls) if (call.operation === 'release' || call.operation === 'cancel flight') ends(idInPath(call.path), call)
  for (const { bookingId, call } of cancelTries(history)) ends(bookingId, call)
  return (ids) => Math.min(...ids.map((id) => firstAt.get(id) ?? Number.POSITIVE_INFINITY))
}
