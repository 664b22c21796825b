import type { Booking, Money, Payment } from '@skyhold/contracts'
import type { History } from '../history/history.ts'
import type { Charge, Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { chargedTooLate } from './limits.ts'
import { cancelTries, finalBookings, isCaptured, isDone, isGrounded, isOver } from './seen.ts'

/** I2. Our books against the provider's ledger. */
export const moneyIsConserved: Checker = {
  id: 'I2',
  title: 'money is conserved: payments = ledger',
  check(history, observations): Finding {
    const bookings = finalBookings(observations)
    const own = bookings.flatMap((booking) => [...otherAmounts(booking), ...refundsOutOfBounds(booking)])
    if (!observations.ledger)
      return { violations: own, looked: counted(bookings.length, 'booking'), unchecked: "the provider's ledger is not known" }
    const ledger = observations.ledger
    return {
      violations: [
        ...own,
        ...bookings.flatMap((booking) => againstLedger(booking, ledger)),
        ...ownerlessCharges(history, observations, ledger),
      ],
      looked: `${counted(bookings.length, 'booking')}, ${counted(ledger.length, 'charge')}`,
    }
  },
}

/** Refunds of these states have been promised a part of the money. */
const RESERVING = ['pending', 'unknown', 'succeeded', 'needs_attention']
const UNDER_WAY = ['pending', 'unknown']

export function refundedMinor(booking: Booking, payment: Payment, statuses: readonly string[] = RESERVING): number {
  return booking.refunds
    .filter(({ paymentId, status }) => paymentId === payment.id && statuses.includes(status))
    .reduce((sum, { amount }) => sum + amount.amountMinor, 0)
}

const refundsOutOfBounds = (booking: Booking): string[] =>
  booking.payments
    .filter((payment) => refundedMinor(booking, payment) > (isCaptured(payment) ? payment.amount.amountMinor : 0))
    .map(
      (payment) =>
        `${payment.id} of ${booking.id} (${payment.status}): refunds of ${refundedMinor(booking, payment)} exceed what was captured`,
    )

/** A payment is over the price of its booking. */
const otherAmounts = ({ id: bookingId, total, payments }: Booking): string[] =>
  payments
    .filter(({ amount }) => amount.amountMinor !== total.amountMinor || amount.currency !== total.currency)
    .map(({ id, amount }) => `${id} is over ${textOf(amount)}, and ${bookingId} costs ${textOf(total)}`)

const textOf = ({ amountMinor, currency }: Money): string => `${amountMinor} ${currency}`

function againstLedger(booking: Booking, ledger: readonly Charge[]): string[] {
  const charges = ledger.filter(({ metadata, status }) => metadata.bookingId === booking.id && status === 'succeeded')
  const violations = charges.flatMap((charge) => chargeViolations(booking, charge))
  // Also when one of them was given back: the cardholder has seen both.
  if (charges.length > 1)
    violations.push(
      `${booking.id} (${booking.status}) was charged ${charges.length} times: ${charges.map(({ id, amountMinor, refundedMinor: back }) => `${id} ${amountMinor}, refunded ${back}`).join('; ')}`,
    )
  for (const payment of booking.payments) {
    const isCharged = charges.some(({ metadata }) => metadata.paymentId === payment.id)
    if (isCaptured(payment) && payment.amount.amountMinor > 0 && !isCharged)
      violations.push(`${payment.id} of ${booking.id} is ${payment.status}, and the ledger has no charge for it`)
  }
  return violations
}

function chargeViolations(booking: Booking, charge: Charge): string[] {
  const payment = booking.payments.find(({ id }) => id === charge.metadata.paymentId)
  const title = `charge ${charge.id} (${textOf(charge)}, refunded ${charge.refundedMinor}) of ${booking.id}`
  if (!payment) return [`${title} is of no payment that the booking has`]
  if (!isCaptured(payment)) return [`${title} was made, and ${payment.id} is ${payment.status}`]
  if (textOf(payment.amount) !== textOf(charge)) return [`${title} differs from ${payment.id}, which is over ${textOf(payment.amount)}`]
  const done = refundedMinor(booking, payment, ['succeeded'])
  // Between the two, while a refund is on its way.
  const most = done + refundedMinor(booking, payment, UNDER_WAY)
  if (charge.refundedMinor < done || charge.refundedMinor > most) return [`${title}: our refunds that succeeded come to ${done}`]
  return []
}

/** A charge in the name of these people that no booking of theirs has. On a shared system others buy too. */
function ownerlessCharges({ run }: History, { bookings }: Observations, ledger: readonly Charge[]): string[] {
  if (!run.isPrivate) return []
  const known = new Set(bookings.map(({ booking }) => booking.id))
  return ledger
    .filter(({ metadata }) => !known.has(metadata.bookingId ?? ''))
    .map(({ id, amountMinor, metadata }) => `charge ${id} (${amountMinor}) is for ${metadata.bookingId ?? 'nothing'}, which nobody has`)
}

/** What a booking has taken and neither given back nor promised back. */
export const keptMinor = (booking: Booking): number =>
  booking.payments.filter(isCaptured).reduce((sum, payment) => sum + payment.amount.amountMinor - refundedMinor(booking, payment), 0)

/** I3. */
export const moneyHasItsSeats: Checker = {
  id: 'I3',
  title: 'captured money has its seats, or goes back',
  check(history, observations): Finding {
    const paid = finalBookings(observations).filter(({ payments }) => payments.some(isCaptured))
    return {
      violations: [
        ...paid.flatMap((booking) => seatlessMoney(history, booking)),
        ...finalBookings(observations).flatMap(ticketViolations),
        ...chargedTooLate(history, observations),
      ],
      looked: counted(paid.length, 'paid booking'),
    }
  },
}

function seatlessMoney(history: History, booking: Booking): string[] {
  const kept = keptMinor(booking)
  if (booking.status === 'confirmed') return []
  const title = `${booking.id} is ${booking.status} and keeps ${kept} of its money`
  if (!isOver(booking)) return kept > 0 ? [title] : []
  const fees = feesAgreed(history, booking)
  return fees.includes(kept) ? [] : [`${title}, not ${fees.join(' or ')}`]
}

/**
 * What the customer agreed to that cancelling costs: the fee of the quote that was confirmed, or nothing when the flight does not fly; and nothing
 * when it was not he who cancelled. Of a confirmation without an answer nobody knows.
 */
function feesAgreed(history: History, booking: Booking): number[] {
  const tries = cancelTries(history).filter(({ bookingId }) => bookingId === booking.id)
  const confirmed = tries.filter(({ call }) => isDone(call))
  const open = tries.filter(({ call: { answer } }) => answer === null || answer.status >= 500)
  const fees = (confirmed.length ? confirmed : open).map(({ feeMinor }) => feeMinor)
  return [...new Set(confirmed.length && !isGrounded(booking) ? fees : [...fees, 0])]
}

/** A confirmed booking has a ticket for each of its seats and no other; any other booking has none. */
function ticketViolations({ id, status, passengers, flights }: Booking): string[] {
  const booked =
    status === 'confirmed' ? flights.flatMap(({ flight, seats }) => seats.map(({ designator }) => `${flight.id} ${designator}`)) : []
  const ticketed = passengers.flatMap(({ tickets }) => tickets.flatMap(({ flightId, seat }) => (seat ? [`${flightId} ${seat}`] : [])))
  return [
    ...booked.filter((seat) => !ticketed.includes(seat)).map((seat) => `${id} is confirmed without a ticket for ${seat}`),
    ...ticketed
      .filter((seat) => !booked.includes(seat))
      .map((seat) => `${id} (${status}) has a ticket for ${seat}, which it has not booked`),
    ...ticketed.filter((seat, i) => ticketed.indexOf(seat) !== i).map((seat) => `${id} has two tickets for ${seat}`),
  ]
}

/** I4. */
export const soldSeatsArePaid: Checker = {
  id: 'I4',
  title: 'a sold seat is paid for',
  check(_history, observations): Finding {
    const confirmed = finalBookings(observations).filter(({ status }) => status === 'confirmed')
    return {
      violations: confirmed
        .filter((booking) => booking.total.amountMinor > 0 && keptMinor(booking) <= 0)
        .map(({ id, payments }) => `${id} is confirmed, and its payments are ${payments.map(({ status }) => status).join(', ') || 'none'}`),
      looked: counted(confirmed.length, 'confirmed booking'),
    }
  },
}
