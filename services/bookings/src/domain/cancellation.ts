import type { BookingStatus } from '@skyhold/contracts'
import type { SellableFlight, SoldFlight } from './flight.ts'

/** An offer to cancel stands so long. */
export const QUOTE_LIFE_MS = 10 * 60_000
/** Within a day of paying everybody may change his mind, whatever the fare says. */
export const GRACE_MS = 24 * 3_600_000

export interface CancellableBooking {
  /** As its owner sees it: an unpaid booking past its time is `expired`. */
  status: BookingStatus
  flights: readonly SoldFlight[]
  catalog: ReadonlyMap<string, SellableFlight>
  nowMs: number
}

/** Whether a booking can be cancelled now: `busy` while a card is being charged or a person looks into it, `no` for good. */
export function cancellability(booking: CancellableBooking): 'yes' | 'busy' | 'no' {
  const { status, nowMs } = booking
  if (status === 'payment_processing' || status === 'attention') return 'busy'
  return (status === 'awaiting_payment' || status === 'confirmed') && nowMs < firstDepartureMs(booking) ? 'yes' : 'no'
}

/** Of the flights that fly; one that is cancelled keeps nobody from leaving. */
function firstDepartureMs({ flights, catalog }: CancellableBooking): number {
  const departures = flights.flatMap(({ flightId }) => {
    const flight = catalog.get(flightId)
    return flight && flight.state.status !== 'cancelled' ? [flight.departsAtMs] : []
  })
  return Math.min(...departures)
}

export interface PaidMoney {
  capturedAtMs: number
  /** What is neither back nor on its way back. */
  leftMinor: number
}

export interface Offer {
  refundMinor: number
  feeMinor: number
}

/**
 * What goes back and what is kept when a booking is cancelled: all goes back within a day of the payment, or when one of the flights does not fly; after that the price of the seats
 * on refundable fares. Never more than what is left of the payment, and refund and fee together are what is left. Nothing was paid: nothing and nothing.
 */
export function offerOf({ flights, catalog, nowMs }: Omit<CancellableBooking, 'status'>, paid: PaidMoney | null): Offer {
  if (!paid) return { refundMinor: 0, feeMinor: 0 }
  const isFree = nowMs < paid.capturedAtMs + GRACE_MS || flights.some(({ flightId }) => isCancelled(catalog.get(flightId)))
  const refundMinor = isFree ? paid.leftMinor : Math.min(refundablePrice(flights, catalog), paid.leftMinor)
  return { refundMinor, feeMinor: paid.leftMinor - refundMinor }
}

/** What was quoted, although the rules give less by now; more, if they give more; and never more than what is left of the money. */
export function honoured(quoted: Offer, present: Offer): Offer {
  const leftMinor = present.refundMinor + present.feeMinor
  const refundMinor = Math.min(Math.max(quoted.refundMinor, present.refundMinor), leftMinor)
  return { refundMinor, feeMinor: leftMinor - refundMinor }
}

const isCancelled = (flight: SellableFlight | undefined): boolean => flight?.state.status === 'cancelled'

/** By the rule that was sold. A hold that has not kept it goes by the fare as it is now, and by none that is no longer sold. */
const refundablePrice = (flights: readonly SoldFlight[], catalog: ReadonlyMap<string, SellableFlight>): number =>
  flights
    .filter(({ flightId, fare, refundable }) => refundable ?? catalog.get(flightId)?.fares.get(fare)?.refundable)
    .flatMap(({ seats }) => seats)
    .reduce((sum, { price }) => sum + price.amountMinor, 0)
