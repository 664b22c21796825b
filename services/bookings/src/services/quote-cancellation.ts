import type { Cancellation } from '@skyhold/contracts'
import { newId, Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, maySee } from '../domain/access.ts'
import { cancellability, type Offer, offerOf, QUOTE_LIFE_MS } from '../domain/cancellation.ts'
import type { Answer } from '../domain/idempotency.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { CancellationRow } from '../repositories/cancellations.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { effectiveStatus } from '../views/booking.ts'
import { cancellationView } from '../views/cancellation.ts'
import { notCancellable } from './cancel-booking.ts'
import { idempotently, type IdempotentRequest } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { refundableMinor } from './queue-refund.ts'
import { getBooking } from './read-bookings.ts'

export interface QuoteCancellation extends IdempotentRequest {
  bookingId: string
  actor: Actor
}

/** What is told to come again: a payment of a few seconds, or a person who looks into one. */
const ASK_AGAIN_SECONDS = { payment_processing: 5, attention: 60 }

/**
 * Says what cancelling a booking would give back, and keeps that offer for ten minutes in the place of an earlier one.
 * Refusals: `booking_not_found`, `not_cancellable`, `payment_in_progress`.
 */
export async function quoteCancellation(request: QuoteCancellation, parts: Parts): Promise<Answer> {
  return idempotently(parts, request, async (tx) => {
    const { booking, hold } = await lockSeen(request, parts, tx)
    const nowMs = await parts.db.now(tx)
    const { refundMinor, feeMinor } = await offerFor({ booking, hold, nowMs }, parts, tx)
    const quote: CancellationRow = {
      id: newId('cancellation'),
      bookingId: booking.id,
      status: 'quoted',
      bookingStatus: booking.status,
      refundMinor,
      feeMinor,
      currency: booking.currency,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + QUOTE_LIFE_MS,
    }
    await parts.cancellations.replaceOpen(quote, tx)
    return { status: 201, body: { ...cancellationView(quote) } }
  })
}

/** Refusals: `booking_not_found`, for another's booking too. */
export async function lockSeen(
  { bookingId, actor }: { bookingId: string; actor: Actor },
  parts: Parts,
  tx: Transaction,
): Promise<{ booking: LockedBooking; hold: HoldRow }> {
  const booking = await parts.bookings.lock(bookingId, tx)
  if (!booking || !maySee(actor, { userId: booking.userId, bookingId }))
    throw new Refusal('booking_not_found', { detail: `There is no booking ${bookingId}.` })
  const hold = await parts.holds.lock(booking.holdId, tx)
  if (!hold) throw new Error(`booking ${bookingId} has no hold`)
  return { booking, hold }
}

/** By the rules as they are now. Refusals: `not_cancellable`, `payment_in_progress`. */
export async function offerFor(
  { booking, hold, nowMs }: { booking: LockedBooking; hold: HoldRow; nowMs: number },
  parts: Parts,
  tx: Transaction,
): Promise<Offer> {
  const catalog = await parts.catalog.load(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  const trip = { status: effectiveStatus({ booking, hold, nowMs }), flights: hold.flights, catalog, nowMs }
  assertCancellable(trip)
  const payment = booking.status === 'confirmed' ? await parts.payments.lockCaptured(booking.id, tx) : null
  return offerOf(
    trip,
    payment && { capturedAtMs: payment.capturedAtMs ?? payment.createdAtMs, leftMinor: await refundableMinor(payment, parts, tx) },
  )
}

function assertCancellable(trip: Parameters<typeof cancellability>[0]): void {
  const { status } = trip
  if (cancellability(trip) === 'yes') return
  if (status === 'payment_processing')
    throw new Refusal('payment_in_progress', {
      detail: 'A payment of this booking is at work. Cancel when it has its outcome.',
      retryAfterSeconds: ASK_AGAIN_SECONDS[status],
    })
  if (status === 'attention')
    throw new Refusal('not_cancellable', {
      detail: 'A payment of this booking is being looked into. Cancel when that is done.',
      retryAfterSeconds: ASK_AGAIN_SECONDS[status],
    })
  if (status === 'confirmed') throw new Refusal('not_cancellable', { detail: 'The first flight of the booking has departed.' })
  throw notCancellable(status)
}

/** Refusals: `cancellation_not_found`, for another's too. */
export async function getCancellation(
  { cancellationId, actor }: { cancellationId: string; actor: Actor },
  parts: Parts,
): Promise<Cancellation> {
  const quote = await parts.cancellations.find(cancellationId)
  if (!quote) throw noCancellation(cancellationId)
  try {
    await getBooking({ bookingId: quote.bookingId, actor }, parts)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'booking_not_found' ? noCancellation(cancellationId) : error
  }
  return cancellationView(quote)
}

export const noCancellation = (id: string): Refusal => new Refusal('cancellation_not_found', { detail: `There is no cancellation ${id}.` })
