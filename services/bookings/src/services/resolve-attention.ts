import { Refusal, type Transaction } from '@skyhold/platform'
import { actorName, type Actor } from '../domain/access.ts'
import type { Answer } from '../domain/idempotency.ts'
import { bookingView } from '../views/booking.ts'
import { cancelBooking } from './cancel-booking.ts'
import { idempotently, type IdempotentRequest, type Outcome } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { loadBooking } from './read-bookings.ts'
import { recheckPayments } from './recover-payments.ts'

export interface ResolveAttention extends IdempotentRequest {
  bookingId: string
  action: 'recheck' | 'cancel'
  /** Why, for whoever reads the audit. The customer does not see it. */
  note: string
  actor: Actor
}

/**
 * What a person of the staff does with a booking in `attention`, whose payment has had no known outcome for too long. `recheck` asks the provider now; `cancel` gives the seats back
 * now. Its payment stays open in both cases: money that proves true afterwards is late money and goes back.
 * Refusals: `booking_not_found`, `invalid_transition` when it is not in attention.
 */
export async function resolveAttention(request: ResolveAttention, parts: Parts): Promise<Answer> {
  const { booking } = await loadBooking(request.bookingId, parts)
  const isOurs = booking.status === 'attention'
  // Asked before the transaction, which has no network in it. A repeat asks again, which does no harm.
  if (isOurs && request.action === 'recheck') await recheckPayments(booking.id, parts)
  const answer = await idempotently(parts, request, (tx) => resolve(request, isOurs, parts, tx))
  parts.outbox.onCommit()
  return answer
}

async function resolve(request: ResolveAttention, isOurs: boolean, parts: Parts, tx: Transaction): Promise<Outcome> {
  const { bookingId, action, note, requestId } = request
  const booking = await parts.bookings.lock(bookingId, tx)
  const hold = booking ? await parts.holds.lock(booking.holdId, tx) : null
  if (!booking || !hold) throw new Error(`booking ${bookingId} or its hold is gone`)
  if (!isOurs || (action === 'cancel' && booking.status !== 'attention'))
    throw new Refusal('invalid_transition', {
      detail: `The booking is ${booking.status.replaceAll('_', ' ')}; there is nothing to resolve.`,
    })
  const nowMs = await parts.db.now(tx)
  const actor = actorName(request.actor)
  if (action === 'cancel')
    await cancelBooking(
      {
        booking,
        hold,
        nowMs,
        cause: 'airline',
        refundMinor: 0,
        feeMinor: 0,
        refundCause: `cancel:${bookingId}`,
        actor,
        requestId,
      },
      parts,
      tx,
    )
  await parts.audit.note({ aggregateId: bookingId, atMs: nowMs, actor, requestId, note: `${action}: ${note}` }, tx)
  return { status: 200, body: { ...bookingView(await loadBooking(bookingId, parts, tx)) } }
}
