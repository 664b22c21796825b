import type { BookingFacts, BookingStatus, CancellationCause } from '@skyhold/contracts'
import { Refusal, type Transaction } from '@skyhold/platform'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { bookingFacts } from '../views/booking.ts'
import { isFree, isOpen } from '../views/payment-answer.ts'
import type { Parts } from './parts.ts'
import { queueRefund, refundableMinor } from './queue-refund.ts'
import { loadBooking } from './read-bookings.ts'

export interface CancelBooking {
  /** Both locked by the caller, in this order, and as they are now. */
  booking: LockedBooking
  hold: HoldRow
  /** The database's time, read under these locks. */
  nowMs: number
  cause: CancellationCause
  /** Of what was paid; `all` is whatever of it is left. More than what is left never goes back. */
  refundMinor: number | 'all'
  /** What is kept, as the customer was told. */
  feeMinor: number
  /** What the refund is unique for: `cancel:<bookingId>` or `flight:<bookingId>`. */
  refundCause: string
  /** The refund's id, where the caller needs it beforehand. */
  refundId?: string
  /** The refund, where there is one already: one that failed and is tried again, or has come through after all. */
  refund?: RefundRow
  /** In words for the customer. */
  reason?: string
  /** The flight that does not fly. */
  flightId?: string
  /** The flight that had left before its payment was known. */
  departedFlightId?: string
  actor: string
  requestId: string
}

export interface Cancelled {
  status: 'cancelled' | 'cancellation_pending'
  /** To be sent once the transaction is committed. */
  refund: RefundRow | null
}

/**
 * The one door out of a booking, in the caller's transaction. An unpaid one gives its hold and claims back and is `cancelled`. A confirmed one voids its tickets, frees its seats and
 * queues its refund, and is `cancellation_pending` until the money is back; with nothing to give back it is `cancelled` at once. Says `booking.cancelled`, once.
 * A payment that is open is not touched: if its money comes, it is late money.
 * Refusal: `not_cancellable` from a status without this way out.
 */
export async function cancelBooking(cancel: CancelBooking, parts: Parts, tx: Transaction): Promise<Cancelled> {
  const { status } = cancel.booking
  if (status === 'confirmed') return cancelConfirmed(cancel, parts, tx)
  if (status !== 'awaiting_payment' && status !== 'payment_processing' && status !== 'attention') throw notCancellable(status)
  await releaseSeats(cancel, parts, tx)
  await moveBooking(cancel, status, 'cancelled', parts, tx)
  const refund = cancel.refund ?? null
  await announce(cancel, { refundMinor: refund?.amountMinor ?? 0, isPaymentOpen: await hasOpenCharge(cancel, parts, tx) }, parts, tx)
  return { status: 'cancelled', refund }
}

export const notCancellable = (status: BookingStatus): Refusal =>
  new Refusal('not_cancellable', { detail: `The booking is ${status.replaceAll('_', ' ')}; it cannot be cancelled.` })

async function cancelConfirmed(cancel: CancelBooking, parts: Parts, tx: Transaction): Promise<Cancelled> {
  await freeSoldSeats(cancel, parts, tx)
  await moveBooking(cancel, 'confirmed', 'cancellation_pending', parts, tx)
  const refund = cancel.refund ?? (await refundOf(cancel, parts, tx))
  const isThrough = !refund || refund.status === 'succeeded'
  if (isThrough) await moveBooking(cancel, 'cancellation_pending', 'cancelled', parts, tx)
  await announce(cancel, { refundMinor: refund?.amountMinor ?? 0, isPaymentOpen: false }, parts, tx)
  return { status: isThrough ? 'cancelled' : 'cancellation_pending', refund }
}

async function releaseSeats({ hold, nowMs, actor, requestId }: CancelBooking, parts: Parts, tx: Transaction): Promise<void> {
  const released = await parts.holds.transition([hold.id], 'released', tx)
  if (released === 1)
    await parts.audit.append(
      [{ aggregateType: 'hold', aggregateId: hold.id, from: hold.status, to: 'released', atMs: nowMs, actor, requestId }],
      tx,
    )
  await parts.claims.release([hold.id], tx)
  await markFlights(hold, parts, tx)
}

/** Tickets and claims go together, so that no seat is sold without a ticket or ticketed without a claim. */
async function freeSoldSeats({ booking, hold, nowMs, actor, requestId }: CancelBooking, parts: Parts, tx: Transaction): Promise<void> {
  const freed = await parts.claims.releaseSold(hold.id, tx)
  if (freed !== hold.seatCount)
    throw new Error(`booking ${booking.id} is confirmed for ${hold.seatCount} seats and had ${freed} sold ones under its lock`)
  const tickets = await parts.tickets.listLive(booking.id, tx)
  const voided = await parts.tickets.voidAll(booking.id, tx)
  if (voided !== tickets.length) throw new Error(`booking ${booking.id} had ${tickets.length} good tickets, and ${voided} were voided`)
  await parts.audit.append(
    tickets.map(({ number, status }) => ({
      aggregateType: 'ticket' as const,
      aggregateId: number,
      from: status,
      to: 'voided',
      atMs: nowMs,
      actor,
      requestId,
    })),
    tx,
  )
  await markFlights(hold, parts, tx)
}

const markFlights = (hold: HoldRow, parts: Parts, tx: Transaction): Promise<void> =>
  parts.marks.add(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )

async function moveBooking(
  { booking, nowMs, actor, requestId, reason }: CancelBooking,
  from: BookingStatus,
  to: BookingStatus,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  if ((await parts.bookings.transition([booking.id], to, tx)) !== 1) throw new Error(`booking ${booking.id} changed under its lock`)
  await parts.audit.append(
    [{ aggregateType: 'booking', aggregateId: booking.id, from, to, atMs: nowMs, actor, requestId, note: reason ?? '' }],
    tx,
  )
}

/** Null when there is nothing to give back: nothing was asked for, nothing is left, or the booking was free. */
async function refundOf(cancel: CancelBooking, parts: Parts, tx: Transaction): Promise<RefundRow | null> {
  const { booking, refundMinor, refundCause, refundId, nowMs, actor, requestId } = cancel
  const payment = await parts.payments.lockCaptured(booking.id, tx)
  if (!payment) return null
  const leftMinor = await refundableMinor(payment, parts, tx)
  const amountMinor = refundMinor === 'all' ? leftMinor : Math.min(refundMinor, leftMinor)
  if (amountMinor <= 0) return null
  const reason = cancel.reason ?? 'The booking was cancelled.'
  return queueRefund(
    { payment, cause: refundCause, amountMinor, reason, nowMs, actor, requestId, ...(refundId ? { refundId } : {}) },
    parts,
    tx,
  )
}

/** A card may have been charged for it, and nobody knows yet. */
const hasOpenCharge = async ({ booking }: CancelBooking, parts: Parts, tx: Transaction): Promise<boolean> =>
  (await parts.payments.listOfBooking(booking.id, tx)).some((payment) => isOpen(payment) && !isFree(payment))

async function announce(
  cancel: CancelBooking,
  { refundMinor, isPaymentOpen }: { refundMinor: number; isPaymentOpen: boolean },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { booking, cause, feeMinor, reason, flightId, departedFlightId, nowMs, requestId } = cancel
  const loaded = await loadBooking(booking.id, parts, tx)
  const money = (amountMinor: number) => ({ amountMinor, currency: booking.currency })
  const cancellation: NonNullable<BookingFacts['cancellation']> = {
    cause,
    refund: money(refundMinor),
    fee: money(feeMinor),
    ...(reason ? { reason } : {}),
    ...(flightId ? { flightId } : {}),
    ...(departedFlightId ? { departedFlightId } : {}),
    ...(isPaymentOpen ? { isPaymentOpen } : {}),
  }
  await parts.outbox.append(tx, [
    {
      type: 'booking.cancelled',
      aggregate: { type: 'booking', id: booking.id, sequence: loaded.booking.version },
      correlationId: requestId || loaded.booking.requestId,
      data: bookingFacts(loaded, cancellation),
      occurredAtMs: nowMs,
    },
  ])
}
