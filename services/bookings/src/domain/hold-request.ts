import { type FareState, type Money, sumMoney } from '@skyhold/contracts'
import { invalidAt, Refusal } from '@skyhold/platform'
import { seatKey, type TakenSeat } from './award.ts'
import { assertOnSale, assertSeatsOfFare, priceSeats, refusalAt, type SellableFlight, type WantedFlight } from './flight.ts'
import type { HoldRules } from './hold.ts'
import type { IdempotencyKey } from './idempotency.ts'
import { chooseSeats } from './seat-choice.ts'

export interface HoldRequest {
  userId: string
  operatorId: string
  key: IdempotencyKey
  requestId: string
  flights: readonly WantedFlight[]
}

/** One flight of a request that may be sold: which seats are wanted at which fare. */
export interface PlannedFlight {
  flight: SellableFlight
  fare: FareState
  seats: readonly (string | null)[]
}

/** Checks all of a request that needs no look at the claims. Refusals: duplicates, 404 `flight_not_found`, `flight_not_on_sale`, seats, fares, `mixed_currencies`. */
export function planHold(
  request: HoldRequest,
  flights: ReadonlyMap<string, SellableFlight>,
  at: { nowMs: number; rules: HoldRules },
): PlannedFlight[] {
  assertNoDuplicates(request.flights)
  const planned = request.flights.map((wanted, index): PlannedFlight => {
    const flight = flights.get(wanted.flightId)
    if (!flight)
      throw new Refusal('flight_not_found', { detail: `There is no flight ${wanted.flightId}.`, members: { flightId: wanted.flightId } })
    const fare = assertSeatsOfFare(flight, wanted, index)
    assertOnSale(flight, { nowMs: at.nowMs, salesCloseMs: at.rules.salesCloseMs })
    return { flight, fare, seats: wanted.seats }
  })
  if (new Set(planned.map(({ fare }) => fare.price.currency)).size > 1)
    throw new Refusal('mixed_currencies', { detail: 'The flights are sold in different currencies; hold them one by one.' })
  return planned
}

function assertNoDuplicates(flights: readonly WantedFlight[]): void {
  const seen = new Set<string>()
  for (const [index, { flightId, seats }] of flights.entries()) {
    if (seen.has(flightId)) throw refusalAt('duplicate_flight', `/flights/${index}/flightId`, `Flight ${flightId} is asked for twice.`)
    seen.add(flightId)
    if (seats.length !== flights[0]?.seats.length)
      throw invalidAt(`/flights/${index}/seats`, 'same_length', 'Each flight needs the same number of seats, one for each person.')
    const named = seats.filter((seat) => seat !== null)
    const twice = named.findIndex((seat, i) => named.indexOf(seat) !== i)
    if (twice >= 0) throw refusalAt('duplicate_seat', `/flights/${index}/seats`, `Seat ${named[twice]} is asked for twice.`)
  }
}

export interface AwardedSeats {
  flights: ReturnType<typeof priceSeats>[]
  total: Money
}

/**
 * Gives the request its seats if all of them are free, choosing those it left to us. `taken` has every seat that somebody has, this group's earlier winners included.
 * Refusals: `seat_unavailable` with all that are taken, `fare_sold_out`.
 */
export function awardSeats(
  planned: readonly PlannedFlight[],
  taken: ReadonlyMap<string, TakenSeat>,
): AwardedSeats | { taken: TakenSeat[] } {
  const lost = planned.flatMap(({ flight, seats }) =>
    seats.flatMap((seat) => (seat === null ? [] : (taken.get(seatKey(flight.id, seat)) ?? []))),
  )
  if (lost.length) return { taken: lost }
  const flights = planned.map(({ flight, fare, seats }) => {
    const named = new Set(seats.filter((seat) => seat !== null))
    const cabin = [...flight.seats.values()].filter((seat) => seat.cabin === fare.cabin)
    const chosen = chooseSeats(cabin, {
      count: seats.length - named.size,
      beside: cabin.filter(({ designator }) => named.has(designator)),
      isFree: (designator) => !taken.has(seatKey(flight.id, designator)),
    })
    if (!chosen)
      throw new Refusal('fare_sold_out', {
        detail: `Flight ${flight.state.number} has not so many seats left in ${fare.cabin}.`,
        members: { flightId: flight.id },
      })
    const rest = [...chosen]
    return priceSeats(
      flight,
      fare,
      seats.map((seat) => seat ?? rest.shift() ?? ''),
    )
  })
  return { flights, total: sumMoney(flights.flatMap(({ seats }) => seats.map(({ price }) => price))) }
}
