import type { Booking, Payment } from '@skyhold/contracts'
import type { History } from '../history/history.ts'
import type { Charge, Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { finalBookings, isCaptured } from './seen.ts'

/** I2. Our books against the provider's ledger. */
export const moneyIsConserved: Checker = {
  id: 'I2',
  title: 'money is conserved: payments = ledger',
  check(history, observations): Finding {
    const bookings = finalBookings(observations)
    const own = bookings.flatMap(refundsOutOfBounds)
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

function againstLedger(booking: Booking, ledger: readonly Charge[]): string[] {
  const charges = ledger.filter(({ metadata, status }) => metadata.bookingId === booking.id && status === 'succeeded')
  const kept = charges.filter(({ amountMinor, refundedMinor: back }) => amountMinor > back)
  const violations = charges.flatMap((charge) => chargeViolations(booking, charge))
  // Also when one of them was given back: the cardholder has seen both.
  if (charges.length > 1)
    violations.push(
      `${booking.id} (${booking.status}) was charged ${charges.length} times: ${charges.map(({ id, amountMinor, refundedMinor: back }) => `${id} ${amountMinor}, refunded ${back}`).join('; ')}`,
    )
  const sum = kept.reduce((total, { amountMinor, refundedMinor: back }) => total + amountMinor - back, 0)
  if (sum > booking.total.amountMinor) violations.push(`${booking.id} costs ${booking.total.amountMinor}, and ${sum} was taken`)
  for (const payment of booking.payments) {
    const isCharged = charges.some(({ metadata }) => metadata.paymentId === payment.id)
    if (isCaptured(payment) && payment.amount.amountMinor > 0 && !isCharged)
      violations.push(`${payment.id} of ${booking.id} is ${payment.status}, and the ledger has no charge for it`)
  }
  return violations
}

function chargeViolations(booking: Booking, charge: Charge): string[] {
  const payment = booking.payments.find(({ id }) => id === charge.metadata.paymentId)
  const title = `charge ${charge.id} (${charge.amountMinor}, refunded ${charge.refundedMinor}) of ${booking.id}`
  if (!payment) return [`${title} is of no payment that the booking has`]
  if (!isCaptured(payment)) return [`${title} was made, and ${payment.id} is ${payment.status}`]
  if (payment.amount.amountMinor !== charge.amountMinor)
    return [`${title} differs from ${payment.id}, which is ${payment.amount.amountMinor}`]
  const done = refundedMinor(booking, payment, ['succeeded'])
  if (charge.refundedMinor < done || charge.refundedMinor > refundedMinor(booking, payment))
    return [`${title}: our refunds that succeeded come to ${done}`]
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
const keptMinor = (booking: Booking): number =>
  booking.payments.filter(isCaptured).reduce((sum, payment) => sum + payment.amount.amountMinor - refundedMinor(booking, payment), 0)

/** I3. */
export const moneyHasItsSeats: Checker = {
  id: 'I3',
  title: 'captured money has its seats, or goes back',
  check(history, observations): Finding {
    const paid = finalBookings(observations).filter(({ payments }) => payments.some(isCaptured))
    return { violations: paid.flatMap((booking) => seatlessMoney(history, booking)), looked: counted(paid.length, 'paid booking') }
  },
}

function seatlessMoney(history: History, booking: Booking): string[] {
  const kept = keptMinor(booking)
  const title = `${booking.id} is ${booking.status} and keeps ${kept} of its money`
  switch (booking.status) {
    case 'confirmed':
      return missingTickets(booking)
    case 'cancelled':
    case 'cancellation_pending': {
      const fees = feesAgreed(history, booking)
      return kept === 0 || fees.includes(kept) ? [] : [`${title}; the fees that were quoted: ${fees.join(', ') || 'none'}`]
    }
    default:
      return kept > 0 ? [title] : []
  }
}

function missingTickets({ id, passengers, flights }: Booking): string[] {
  const wanted = flights.reduce((sum, { seats }) => sum + seats.length, 0)
  const has = passengers.flatMap(({ tickets }) => tickets).filter(({ seat }) => seat !== undefined).length
  return has === wanted ? [] : [`${id} is confirmed with ${counted(has, 'ticket')} for ${counted(wanted, 'seat')}`]
}

/** What the customer was told that cancelling costs. */
function feesAgreed({ calls }: History, booking: Booking): number[] {
  return calls
    .filter(({ operation, path }) => operation === 'quote cancellation' && path.includes(booking.id))
    .flatMap(({ answer }) => {
      const body = answer?.body
      if (typeof body !== 'object' || body === null || !('fee' in body)) return []
      const { fee } = body
      return typeof fee === 'object' && fee !== null && 'amountMinor' in fee && typeof fee.amountMinor === 'number' ? [fee.amountMinor] : []
    })
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
