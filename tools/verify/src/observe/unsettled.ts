import type { Booking, SeatMap } from '@skyhold/contracts'

const OPEN_PAYMENTS = ['processing', 'unknown']
const OPEN_REFUNDS = ['pending', 'unknown']

/** Sentences about what is still under way. A card that waits for its holder's approval waits for a person, and is not. */
export function unsettledBookings(bookings: readonly Booking[]): string[] {
  return bookings.flatMap(({ id, status, payments, refunds }) => {
    const waitsForPerson = payments.some((payment) => payment.status === 'requires_action')
    const isOpen = (status === 'payment_processing' && !waitsForPerson) || status === 'cancellation_pending' || status === 'attention'
    return [
      ...(isOpen ? [`${id} is ${status}`] : []),
      ...payments
        .filter((payment) => OPEN_PAYMENTS.includes(payment.status))
        .map((payment) => `${payment.id} of ${id} is ${payment.status}`),
      ...refunds.filter((refund) => OPEN_REFUNDS.includes(refund.status)).map((refund) => `${refund.id} of ${id} is ${refund.status}`),
    ]
  })
}

/** Where nobody else buys and holds live for seconds, every seat is free or sold in the end. */
export const heldSeats = (maps: readonly SeatMap[]): string[] =>
  maps.flatMap(({ flightId, cabins }) =>
    cabins
      .flatMap(({ rows }) => rows.flatMap(({ seats }) => seats))
      .filter(({ status }) => status === 'held')
      .map(({ designator }) => `seat ${flightId} ${designator} is held`),
  )
