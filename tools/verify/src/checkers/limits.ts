import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { certainHolds, grants, ROUNDING_MS } from './certain-holds.ts'
import { bookingsSeen, finalBookings, holdsSeen, idInPath, isCaptured, sightsOf } from './seen.ts'

/** Nobody has more live holds at a time than the installation allows. A hold that is being paid for may be sold at any moment, and is not counted from then on. */
export function tooManyHolds(history: History): string[] {
  const { holdsPerUserMax: max } = history.run
  if (max === null) return []
  const holdOf = new Map(bookingsSeen(history).map(({ thing }) => [thing.id, thing.holdId]))
  const paidFromMs = new Map<string, number>()
  for (const { operation, path, startedAtMs } of history.calls) {
    const holdId = operation === 'pay' ? holdOf.get(idInPath(path)) : undefined
    if (holdId !== undefined) paidFromMs.set(holdId, Math.min(startedAtMs, paidFromMs.get(holdId) ?? startedAtMs))
  }
  const live = certainHolds(history).map((hold) => ({ ...hold, toMs: Math.min(hold.toMs, paidFromMs.get(hold.holdId) ?? hold.toMs) }))
  return [...Map.groupBy(live, ({ user }) => user)].flatMap(([user, list]) => {
    const counts = list.map(({ fromMs: atMs }) => ({
      atMs,
      count: new Set(list.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs).map(({ holdId }) => holdId)).size,
    }))
    const worst = counts.toSorted((a, b) => b.count - a.count)[0]
    return worst && worst.count > max
      ? [`${user} had ${worst.count} live holds at ${new Date(worst.atMs).toISOString()}, and may have ${max}`]
      : []
  })
}

/**
 * Charges of a booking whose time was surely over when its first payment was begun. Whoever has tried to pay before may have been given more time;
 * so may he whose extension has no answer.
 */
export function chargedTooLate(history: History, observations: Observations): string[] {
  const latest = latestEnds(history)
  const payments = Map.groupBy(
    history.calls.filter(({ operation }) => operation === 'pay'),
    ({ path }) => idInPath(path),
  )
  return finalBookings(observations).flatMap((booking) => {
    const calls = payments.get(booking.id) ?? []
    const first = calls.toSorted((a, b) => a.startedAtMs - b.startedAtMs)[0]
    const holdIds = [booking.holdId, ...sightsOf(history, booking).map(({ thing }) => thing.holdId)]
    const endMs = Math.max(...holdIds.map((id) => latest.get(id) ?? Number.NEGATIVE_INFINITY))
    if (!first || !Number.isFinite(endMs) || first.startedAtMs <= endMs) return []
    return booking.payments
      .filter(isCaptured)
      .map(({ id }) => `${id} of ${booking.id} was begun ${first.startedAtMs - endMs} ms after its time was over, and was charged`)
  })
}

/** A stack of our own runs on this machine and has its clock. */
const SAME_CLOCK_MS = 250

/** When each hold was over at the latest, by what its owner was told; Infinity when he was not told. */
function latestEnds(history: History): Map<string, number> {
  const ends = new Map<string, number>()
  const extend = (id: string, endMs: number) => ends.set(id, Math.max(endMs, ends.get(id) ?? endMs))
  for (const { call, thing } of holdsSeen(history)) {
    const byOurClock = call.endedAtMs + thing.expiresInSeconds * 1000 + ROUNDING_MS
    if (grants(call)) extend(thing.id, history.run.isPrivate ? Date.parse(thing.expiresAt) + SAME_CLOCK_MS : byOurClock)
  }
  const isUnknown = ({ operation, answer }: Call) => operation === 'extend' && (answer === null || answer.status >= 500)
  for (const call of history.calls) if (isUnknown(call)) extend(idInPath(call.path), Number.POSITIVE_INFINITY)
  return ends
}
