import { Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import { honoured } from '../domain/cancellation.ts'
import type { Answer } from '../domain/idempotency.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { CancellationRow } from '../repositories/cancellations.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { bookingViewFor } from '../views/booking.ts'
import { cancelBooking } from './cancel-booking.ts'
import { idempotently, type IdempotentRequest } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { lockSeen, noCancellation, offerFor } from './quote-cancellation.ts'
import { loadBooking } from './read-bookings.ts'
import { sendRefundSoon } from './send-refunds.ts'

export interface ConfirmCancellation extends IdempotentRequest {
  cancellationId: string
  actor: Actor
}

/**
 * Cancels a booking as it was quoted; the refund leaves as soon as this is committed. What was quoted is honoured although the rules give less by now, but never more than what is left.
 * Refusals: `cancellation_not_found`, `not_cancellable`, `payment_in_progress`, `quote_superseded`, `quote_expired`. The last two are not stored: a repeat is refused again by itself.
 */
export async function confirmCancellation(request: ConfirmCancellation, parts: Parts): Promise<Answer> {
  let refund: RefundRow | null = null
  const answer = await idempotently(parts, request, async (tx) => {
    const cancelled = await cancelAsQuoted(request, parts, tx)
    refund = cancelled.refund
    return { status: 200, body: { ...bookingViewFor(request.actor, await loadBooking(cancelled.bookingId, parts, tx)) } }
  })
  parts.outbox.onCommit()
  const queued = refund as RefundRow | null
  // Beside the answer: the seats are free and the money is reserved, whatever the provider says.
  if (queued && !answer.isReplayed) void sendRefundSoon(queued.id, parts)
  return answer
}

async function cancelAsQuoted(
  { cancellationId, actor, requestId }: ConfirmCancellation,
  parts: Parts,
  tx: Transaction,
): Promise<{ bookingId: string; refund: RefundRow | null }> {
  const { bookingId } = await findQuote(cancellationId, parts, tx)
  const { booking, hold } = await lockQuoted({ bookingId, cancellationId, actor }, parts, tx)
  const quote = await findQuote(cancellationId, parts, tx)
  const nowMs = await parts.db.now(tx)
  const offer = await offerFor({ booking, hold, nowMs }, parts, tx)
  assertOpen(quote, booking, nowMs)
  if ((await parts.cancellations.confirm(cancellationId, tx)) !== 1) throw superseded()
  const { refund } = await cancelBooking(
    {
      booking,
      hold,
      nowMs,
      cause: 'customer',
      ...honoured(quote, offer),
      refundCause: `cancel:${bookingId}`,
      actor: actorName(actor),
      requestId,
    },
    parts,
    tx,
  )
  return { bookingId, refund }
}

async function findQuote(cancellationId: string, parts: Parts, tx: Transaction): Promise<CancellationRow> {
  const quote = await parts.cancellations.find(cancellationId, tx)
  if (!quote) throw noCancellation(cancellationId)
  return quote
}

async function lockQuoted(
  { bookingId, cancellationId, actor }: { bookingId: string; cancellationId: string; actor: Actor },
  parts: Parts,
  tx: Transaction,
): ReturnType<typeof lockSeen> {
  try {
    return await lockSeen({ bookingId, actor }, parts, tx)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'booking_not_found' ? noCancellation(cancellationId) : error
  }
}

function assertOpen(quote: CancellationRow, booking: LockedBooking, nowMs: number): void {
  if (quote.status !== 'quoted') throw superseded()
  if (quote.bookingStatus !== booking.status)
    throw new Refusal('quote_superseded', { detail: 'The booking has been paid since this quote. Ask for a new one.' })
  if (quote.expiresAtMs <= nowMs) throw new Refusal('quote_expired', { detail: 'The quote has expired. Ask for a new one.' })
}

const superseded = () => new Refusal('quote_superseded', { detail: 'There is a newer quote for this booking, or this one has been used.' })
