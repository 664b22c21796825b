import type { Booking } from '@skyhold/contracts'
import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { bookingsSeen, finalBookings, fresh, holdsSeen, idInPath } from './seen.ts'

/** Somebody was told that a seat is his, and that is true for this time at least. */
interface Ownership {
  seat: string
  owner: string
  fromMs: number
  toMs: number
}

/** `expiresInSeconds` is rounded to whole seconds, either way. */
const ROUNDING_MS = 1_000

/** I1. The times are those of the caller and are cut short at both ends: an overlap is certain, whatever the clocks of the servers say. */
export const seatsHaveOneOwner: Checker = {
  id: 'I1',
  title: 'a seat has one owner at a time',
  check(history, observations): Finding {
    const ownerships = [...heldSeats(history), ...soldSeats(history)].filter(({ fromMs, toMs }) => fromMs < toMs)
    const sold = soldAtTheEnd(observations)
    return {
      violations: [...overlaps(ownerships), ...soldTwice(sold), ...differencesFromMaps(history, observations, sold)],
      looked: `${counted(ownerships.length, 'acknowledged claim')}, ${counted(sold.size, 'sold seat')} at the end`,
    }
  },
}

function heldSeats(history: History): Ownership[] {
  const ownerOf = ownersOf(history)
  const firstCallOf = firstCalls(history)
  const givenUpAt = endsOf(history)
  return holdsSeen(history).flatMap(({ call, thing: hold }) => {
    // Only what grants or lengthens: a look at a hold says less.
    if (hold.status !== 'active' || (call.operation !== 'hold' && call.operation !== 'extend')) return []
    const toMs = firstCallOf(call).startedAtMs + hold.expiresInSeconds * 1000 - ROUNDING_MS
    return hold.flights.flatMap(({ flightId, seats }) =>
      seats.map(({ designator }) => ({
        seat: `${flightId} ${designator}`,
        owner: ownerOf(hold.id),
        fromMs: call.endedAtMs,
        toMs: Math.min(toMs, givenUpAt([hold.id, ownerOf(hold.id), ...hold.flights.map((each) => each.flightId)])),
      })),
    )
  })
}

function soldSeats(history: History): Ownership[] {
  const confirmed = fresh(bookingsSeen(history)).filter(({ thing }) => thing.status === 'confirmed')
  const paid = history.calls.filter(({ operation, answer }) => operation === 'pay' && answer?.status === 201 && !answer.isReplayed)
  const givenUpAt = endsOf(history)
  const known = new Map(bookingsSeen(history).map(({ thing }) => [thing.id, thing]))
  const sales = [
    ...confirmed.map(({ call, thing }) => ({ booking: thing, atMs: call.endedAtMs })),
    ...paid.flatMap((call) => {
      const booking = known.get(idInPath(call.path))
      return booking ? [{ booking, atMs: call.endedAtMs }] : []
    }),
  ]
  return sales.flatMap(({ booking, atMs }) =>
    booking.flights.flatMap(({ flight, seats }) =>
      seats.map(({ designator }) => ({
        seat: `${flight.id} ${designator}`,
        owner: booking.id,
        fromMs: atMs,
        toMs: givenUpAt([booking.holdId, booking.id, ...booking.flights.map((each) => each.flight.id)]),
      })),
    ),
  )
}

/** A booking stands for its hold. */
function ownersOf(history: History): (holdId: string) => string {
  const bookings = new Map(bookingsSeen(history).map(({ thing }) => [thing.holdId, thing.id]))
  return (holdId) => bookings.get(holdId) ?? holdId
}

/** A replay has the first answer's seconds, and those count from the first request. */
function firstCalls({ calls }: History): (call: Call) => Call {
  const first = new Map<string, Call>()
  for (const call of calls) if (call.key !== null && !first.has(`${call.user} ${call.key}`)) first.set(`${call.user} ${call.key}`, call)
  return (call) => first.get(`${call.user} ${call.key}`) ?? call
}

/**
 * When the owner of a hold or a booking first tried to give it up, or one of its flights was taken away, which ends it on all of them:
 * from then on nothing is certain. Infinity when nobody did.
 */
function endsOf({ calls }: History): (ids: readonly string[]) => number {
  const firstAt = new Map<string, number>()
  for (const { operation, path, startedAtMs } of calls) {
    if (operation !== 'release' && operation !== 'quote cancellation' && operation !== 'cancel flight') continue
    if (!firstAt.has(idInPath(path))) firstAt.set(idInPath(path), startedAtMs)
  }
  return (ids) => Math.min(...ids.map((id) => firstAt.get(id) ?? Number.POSITIVE_INFINITY))
}

function overlaps(ownerships: readonly Ownership[]): string[] {
  const bySeat = Map.groupBy(ownerships, ({ seat }) => seat)
  return [...bySeat].flatMap(([seat, list]) => {
    const found = new Map<string, string>()
    const sorted = list.toSorted((a, b) => a.fromMs - b.fromMs)
    for (const [i, first] of sorted.entries())
      for (const second of sorted.slice(i + 1)) {
        if (second.fromMs >= first.toMs || second.owner === first.owner) continue
        const sentence = `seat ${seat} was ${first.owner}'s and ${second.owner}'s at ${new Date(second.fromMs).toISOString()}`
        found.set([first.owner, second.owner].sort().join(), sentence)
      }
    return [...found.values()]
  })
}

/** The seats of all tickets of confirmed bookings, each with its bookings. */
function soldAtTheEnd(observations: Observations): Map<string, Booking[]> {
  const sold = new Map<string, Booking[]>()
  for (const booking of finalBookings(observations).filter(({ status }) => status === 'confirmed'))
    for (const { flightId, seat } of booking.passengers.flatMap(({ tickets }) => tickets)) {
      if (seat === undefined) continue
      const key = `${flightId} ${seat}`
      sold.set(key, [...(sold.get(key) ?? []), booking])
    }
  return sold
}

const soldTwice = (sold: ReadonlyMap<string, readonly Booking[]>): string[] =>
  [...sold]
    .filter(([, bookings]) => bookings.length > 1)
    .map(([seat, bookings]) => `seat ${seat} is on the tickets of ${bookings.map(({ id }) => id).join(' and ')}`)

function differencesFromMaps({ run }: History, { seatMaps }: Observations, sold: ReadonlyMap<string, unknown>): string[] {
  const statuses = new Map<string, string>(
    seatMaps.flatMap(({ flightId, cabins }) =>
      cabins.flatMap(({ rows }) =>
        rows.flatMap(({ seats }) => seats.map(({ designator, status }) => [`${flightId} ${designator}`, status] as const)),
      ),
    ),
  )
  const unsold = [...sold.keys()].filter((seat) => statuses.has(seat) && statuses.get(seat) !== 'sold')
  const ownerless = run.isPrivate ? [...statuses].filter(([seat, status]) => status === 'sold' && !sold.has(seat)) : []
  return [
    ...unsold.map((seat) => `seat ${seat} is on a ticket, and the seat map says ${statuses.get(seat)}`),
    ...ownerless.map(([seat]) => `seat ${seat} is sold, and nobody has a ticket for it`),
  ]
}
