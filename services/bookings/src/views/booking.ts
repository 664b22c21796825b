import type { BookedFlight, Booking, BookingAction, BookingFacts, BookingStatus, Passenger, Payment } from '@skyhold/contracts'
import type { Actor } from '../domain/access.ts'
import { cancellability } from '../domain/cancellation.ts'
import { briefOf, type SellableFlight } from '../domain/flight.ts'
import { effectiveHoldStatus } from '../domain/hold.ts'
import type { PaymentModel, WholeBooking } from '../models/index.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { refundView } from './refund.ts'

export interface BookingParts {
  booking: WholeBooking
  hold: HoldRow
  flights: ReadonlyMap<string, SellableFlight>
  nowMs: number
}

/** A booking as its owner sees it. An unpaid one past its time reads `expired` at that instant, whether or not the sweeper has been there. */
export function bookingView(parts: BookingParts): Booking {
  const { booking, hold } = parts
  const status = effectiveStatus(parts)
  return {
    id: booking.id,
    reference: booking.reference,
    status,
    holdId: hold.id,
    ...(status === 'awaiting_payment' || status === 'payment_processing' ? { expiresAt: iso(hold.expiresAtMs) } : {}),
    createdAt: iso(booking.createdAt),
    total: { amountMinor: booking.totalMinor, currency: booking.currency },
    flights: bookedFlights(hold, parts.flights),
    passengers: passengerViews(booking, hold),
    contact: contactOf(booking),
    payments: booking.payments.map(({ id, bookingId, status, amountMinor, currency, createdAt, declineCode, clientSecret }) =>
      paymentView({ id, bookingId, status, amountMinor, currency, createdAtMs: createdAt, declineCode, clientSecret }),
    ),
    refunds: booking.refunds.map(refundView),
    availableActions: actionsOf(status, parts),
  }
}

/** The booking as whoever acts sees it: who has looked it up by its reference and a name may do much with it, and not learn where its owner is reached. */
export function bookingViewFor(actor: Actor, parts: BookingParts): Booking {
  const view = bookingView(parts)
  if (actor.kind === 'user') return view
  const { contact: _, ...rest } = view
  return rest
}

/** An unpaid booking past its time is expired, whatever its row says. */
export const effectiveStatus = ({
  booking,
  hold,
  nowMs,
}: {
  booking: Pick<WholeBooking, 'status'>
  hold: HoldRow
  nowMs: number
}): BookingStatus => (booking.status === 'awaiting_payment' && effectiveHoldStatus(hold, nowMs) === 'expired' ? 'expired' : booking.status)

function actionsOf(status: BookingStatus, { hold, flights, nowMs }: BookingParts): BookingAction[] {
  const isPayable = status === 'awaiting_payment'
  const isCancellable = cancellability({ status, flights: hold.flights, catalog: flights, nowMs }) === 'yes'
  return [
    ...(isPayable ? (['pay'] as const) : []),
    ...(isPayable && hold.expiresAtMs < hold.expiresAtMaxMs ? (['extend'] as const) : []),
    ...(isCancellable ? (['cancel'] as const) : []),
  ]
}

/** What events tell of a booking: all that an e-mail says, so that nobody has to ask. The cancellation is told when it is over. */
export function bookingFacts(
  { booking, hold, flights }: Omit<BookingParts, 'nowMs'>,
  cancellation?: NonNullable<BookingFacts['cancellation']>,
): BookingFacts {
  return {
    bookingId: booking.id,
    reference: booking.reference,
    ownerId: booking.userId,
    operatorId: booking.operatorId,
    contact: contactOf(booking),
    total: { amountMinor: booking.totalMinor, currency: booking.currency },
    flights: bookedFlights(hold, flights),
    passengers: passengerViews(booking, hold),
    expiresAt: iso(hold.expiresAtMs),
    ...(cancellation ? { cancellation } : {}),
  }
}

export const contactOf = ({ contactEmail, contactPhone }: Pick<WholeBooking, 'contactEmail' | 'contactPhone'>) => ({
  email: contactEmail,
  ...(contactPhone ? { phone: contactPhone } : {}),
})

function bookedFlights(hold: HoldRow, flights: ReadonlyMap<string, SellableFlight>): BookedFlight[] {
  return hold.flights.map(({ flightId, fare, seats }) => {
    const flight = flights.get(flightId)
    if (!flight) throw new Error(`hold ${hold.id} is on flight ${flightId}, of which there is no copy`)
    return { flight: briefOf(flight), fare, seats }
  })
}

function passengerViews(booking: WholeBooking, hold: HoldRow): Passenger[] {
  const tickets = booking.tickets.filter(({ status }) => status !== 'voided')
  const order = hold.flights.map(({ flightId }) => flightId)
  return booking.passengers.map((passenger) => ({
    id: passenger.id,
    givenNames: passenger.givenNames,
    familyName: passenger.familyName,
    type: passenger.type,
    ...(passenger.bornOn ? { bornOn: passenger.bornOn } : {}),
    seats: JSON.parse(passenger.seats) as string[],
    tickets: tickets
      .filter(({ passengerId }) => passengerId === passenger.id)
      .sort((a, b) => order.indexOf(a.flightId) - order.indexOf(b.flightId))
      .map(({ number, flightId, seat }) => ({ number, flightId, ...(seat ? { seat } : {}) })),
  }))
}

type ShownPayment = Pick<PaymentRow, 'id' | 'bookingId' | 'status' | 'amountMinor' | 'currency' | 'createdAtMs'> &
  Pick<PaymentModel, 'declineCode' | 'clientSecret'>

export function paymentView({
  id,
  bookingId,
  status,
  amountMinor,
  currency,
  createdAtMs,
  declineCode,
  clientSecret,
}: ShownPayment): Payment {
  return {
    id,
    bookingId,
    status,
    amount: { amountMinor, currency },
    createdAt: iso(createdAtMs),
    ...(status === 'failed' && declineCode ? { declineCode } : {}),
    ...(status === 'requires_action' && clientSecret ? { clientSecret } : {}),
  }
}

const iso = (ms: number) => new Date(ms).toISOString()
