import { isDeepStrictEqual } from 'node:util'
import {
  type FareState,
  type FlightBrief,
  type FlightState,
  type HeldFlight,
  type LayoutSeat,
  type Money,
  seatsOf,
} from '@skyhold/contracts'
import { invalidAt, Refusal } from '@skyhold/platform'

/** One leg a flight for now; the claims carry it so that a flight with a stop can come. */
export const LEG = 1
const ON_SALE = ['scheduled', 'delayed']
const GONE = ['departed', 'arrived']

/** A flight as it is sold from memory: its state, with seats and fares at hand. */
export interface SellableFlight {
  id: string
  operatorId: string
  sequence: number
  departsAtMs: number
  state: FlightState
  seats: ReadonlyMap<string, LayoutSeat>
  fares: ReadonlyMap<string, FareState>
}

export function sellableFlight(state: FlightState, sequence: number): SellableFlight {
  return {
    id: state.id,
    operatorId: state.operatorId,
    sequence,
    departsAtMs: Date.parse(state.departsAtUtc),
    state,
    seats: new Map(seatsOf(state.layout).map((seat) => [seat.designator, seat])),
    fares: new Map(state.fares.map((fare) => [fare.code, fare])),
  }
}

/** Neither cancelled nor boarding nor gone. */
export const isOnSale = ({ state }: SellableFlight): boolean => ON_SALE.includes(state.status)

export const isCancelled = ({ state }: SellableFlight): boolean => state.status === 'cancelled'

/** Gone, by what is said of it or by its time. One that boards has not left. */
export const hasDeparted = ({ state, departsAtMs }: SellableFlight, nowMs: number): boolean =>
  GONE.includes(state.status) || (state.status !== 'cancelled' && nowMs >= departsAtMs)

/** Whether seats on it may still become somebody's, whenever sales close for those who have none. */
export const stillLeaves = (flight: SellableFlight, nowMs: number): boolean => isOnSale(flight) && nowMs < flight.departsAtMs

/** Refusal `flight_not_on_sale` when it is cancelled or gone, or so near departure that sales have closed. */
export function assertOnSale(flight: SellableFlight, { nowMs, salesCloseMs }: { nowMs: number; salesCloseMs: number }): void {
  if (!isOnSale(flight))
    throw new Refusal('flight_not_on_sale', {
      detail: `Flight ${flight.state.number} is ${flight.state.status}.`,
      members: { flightId: flight.id },
    })
  if (nowMs >= flight.departsAtMs - salesCloseMs)
    throw new Refusal('flight_not_on_sale', {
      detail: `Sales of flight ${flight.state.number} have closed.`,
      members: { flightId: flight.id },
    })
}

/** Whether the seats that are left, by cabin and fare, are other numbers for the one than for the other. */
export const countsDiffer = (before: FlightState, after: FlightState): boolean => !isDeepStrictEqual(counted(before), counted(after))
const counted = ({ layout, fares }: FlightState) => ({ layout, fares: fares.map(({ code, cabin }) => ({ code, cabin })) })

export interface WantedFlight {
  flightId: string
  fare: string
  seats: readonly (string | null)[]
}

/** The fare that is asked for. Refusals: 400 at the fare when the flight has no such one, `no_such_seat`, `fare_cabin_mismatch`, each with its pointer. */
export function assertSeatsOfFare(flight: SellableFlight, wanted: WantedFlight, index: number): FareState {
  const fare = flight.fares.get(wanted.fare)
  if (!fare) throw invalidAt(`/flights/${index}/fare`, 'fare', `Flight ${flight.state.number} has no fare ${wanted.fare}.`)
  for (const [i, designator] of wanted.seats.entries()) {
    if (designator === null) continue
    const pointer = `/flights/${index}/seats/${i}`
    const seat = flight.seats.get(designator)
    if (!seat) throw refusalAt('no_such_seat', pointer, `Flight ${flight.state.number} has no seat ${designator}.`)
    if (seat.cabin !== fare.cabin)
      throw refusalAt('fare_cabin_mismatch', pointer, `Seat ${designator} is in ${seat.cabin}, fare ${fare.code} is for ${fare.cabin}.`)
  }
  return fare
}

export const refusalAt = (
  code: 'no_such_seat' | 'fare_cabin_mismatch' | 'duplicate_seat' | 'duplicate_flight',
  pointer: string,
  message: string,
): Refusal => new Refusal(code, { detail: message, errors: [{ pointer, code, message }] })

/** What a seat costs beside the fare: the dearest of its features. */
export function surchargeOf(flight: SellableFlight, seat: LayoutSeat): Money {
  const amounts = flight.state.surcharges.filter(({ feature }) => seat.features.includes(feature)).map(({ amountMinor }) => amountMinor)
  return { amountMinor: Math.max(0, ...amounts), currency: flight.state.currency }
}

/** A flight of a hold as it was sold: its price and its rule are what was promised, whatever the fare becomes and whether or not it is sold any more. */
export type SoldFlight = HeldFlight & {
  /** Missing in holds of a version that did not keep it. */
  refundable?: boolean
}

export function priceSeats(flight: SellableFlight, fare: FareState, designators: readonly string[]): SoldFlight {
  const seats = designators.map((designator) => {
    const seat = flight.seats.get(designator)
    if (!seat) throw new Error(`${flight.id} has no seat ${designator}`)
    return {
      designator,
      price: { amountMinor: fare.price.amountMinor + surchargeOf(flight, seat).amountMinor, currency: fare.price.currency },
    }
  })
  return { flightId: flight.id, fare: fare.code, seats, refundable: fare.refundable }
}

export function briefOf({ state }: SellableFlight): FlightBrief {
  const { id, number, carrier, from, to, departsAt, departsAtUtc, arrivesAt, arrivesAtUtc, status } = state
  return { id, number, carrier, from, to, departsAt, departsAtUtc, arrivesAt, arrivesAtUtc, status }
}
