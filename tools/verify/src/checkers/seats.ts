import type { Booking } from '@skyhold/contracts'
import type { History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { certainHolds, endsOf } from './certain-holds.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { tooManyHolds } from './limits.ts'
import { bookingsSeen, finalBookings, fresh, idInPath } from './seen.ts'

/** Somebody was told that a seat is his, and that is true for this time at least. */
interface Ownership {
  seat: string
  owner: string
  fromMs: number
  toMs: number
}

/** I1. */
export const seatsHaveOneOwner: Checker = {
  id: 'I1',
  title: 'a seat has one owner at a time',
  check(history, observations): Finding {
    const ownerships = [...heldSeats(history), ...soldSeats(history)].filter(({ fromMs, toMs }) => fromMs < toMs)
    const sold = soldAtTheEnd(observations)
    return {
      violations: [
        ...overlaps(ownerships),
        ...tooManyHolds(history),
        ...soldTwice(sold),
        ...differencesFromMaps(history, observations, sold),
      ],
      looked: `${counted(ownerships.length, 'acknowledged claim')}, ${counted(sold.size, 'sold seat')} at the end`,
      ...(history.run.holdsPerUserMax === null ? { unchecked: 'how many holds a person may have is not known (HOLDS_PER_USER_MAX)' } : {}),
    }
  },
}

function heldSeats(history: History): Ownership[] {
  // A booking stands for its hold.
  const bookings = new Map(bookingsSeen(history).map(({ thing }) => [thing.holdId, thing.id]))
  return certainHolds(history).flatMap(({ holdId, seats, fromMs, toMs }) =>
    seats.map((seat) => ({ seat, owner: bookings.get(holdId) ?? holdId, fromMs, toMs })),
  )
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

function differencesFromMaps({ run }: History, observations: Observations, sold: ReadonlyMap<string, unknown>): string[] {
  const statuses = statusesIn(observations)
  const unsold = [...sold.keys()].filter((seat) => statuses.has(seat) && statuses.get(seat) !== 'sold')
  const held = new Set(observations.holds.flatMap(({ hold }) => (hold?.status === 'active' ? hold.flights : []).flatMap(seatsOf)))
  const free = [...stillHeld(observations)].filter((seat) => statuses.get(seat) === 'available')
  const ownerless = (status: string, owners: { has(seat: string): boolean }) =>
    run.isPrivate ? [...statuses].filter(([seat, shown]) => shown === status && !owners.has(seat)) : []
  return [
    ...unsold.map((seat) => `seat ${seat} is on a ticket, and the seat map says ${statuses.get(seat)}`),
    ...ownerless('sold', sold).map(([seat]) => `seat ${seat} is sold, and nobody has a ticket for it`),
    ...ownerless('held', held).map(([seat]) => `seat ${seat} is held, and nobody has a hold of it`),
    ...free.map((seat) => `seat ${seat} has an active hold, and the seat map says available`),
  ]
}

const statusesIn = ({ seatMaps }: Observations): Map<string, string> =>
  new Map(
    seatMaps.flatMap(({ flightId, cabins }) =>
      cabins.flatMap(({ rows }) =>
        rows.flatMap(({ seats }) => seats.map(({ designator, status }) => [`${flightId} ${designator}`, status] as const)),
      ),
    ),
  )

const seatsOf = ({ flightId, seats }: { flightId: string; seats: readonly { designator: string }[] }): string[] =>
  seats.map(({ designator }) => `${flightId} ${designator}`)

/** Seats of holds that had time left when the maps had been read. */
const stillHeld = ({ holds, observedAtMs }: Observations): Set<string> =>
  new Set(
    holds.flatMap(({ hold, atMs }) =>
      hold?.status === 'active' && atMs + (hold.expiresInSeconds - 1) * 1000 > observedAtMs ? hold.flights.flatMap(seatsOf) : [],
    ),
  )
