import type { Payment } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import type { Answer } from '../domain/idempotency.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { paymentView } from '../views/booking.ts'
import { answerOf, isOpen } from '../views/payment-answer.ts'
import type { Parts } from './parts.ts'
import { settle } from './pay-for-booking.ts'
import { getBooking } from './read-bookings.ts'

/** What a client is told to wait before it asks again. */
const ASK_AGAIN_SECONDS = 2

/** All tries of a booking, oldest first. Refusals: `booking_not_found`. */
export async function listPayments(
  { bookingId, actor }: { bookingId: string; actor: Actor },
  parts: Parts,
): Promise<{ data: Payment[]; nextCursor: null }> {
  await getBooking({ bookingId, actor }, parts)
  return { data: (await parts.payments.listOfBooking(bookingId)).map(paymentView), nextCursor: null }
}

/** Refusals: `payment_not_found`, for another's payment too. */
export async function getPayment({ paymentId, actor }: { paymentId: string; actor: Actor }, parts: Parts): Promise<Payment> {
  return paymentView(await findSeen(paymentId, actor, parts))
}

async function findSeen(paymentId: string, actor: Actor, parts: Parts): Promise<PaymentRow> {
  const payment = await parts.payments.find(paymentId)
  const absent = new Refusal('payment_not_found', { detail: `There is no payment ${paymentId}.` })
  if (!payment) throw absent
  try {
    await getBooking({ bookingId: payment.bookingId, actor }, parts)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'booking_not_found' ? absent : error
  }
  return payment
}

/**
 * After the bank has approved (3-D Secure): asks the provider and answers as the payment itself does. Safe to repeat, because the provider is only asked.
 * Refusals: `payment_not_found`, `card_declined`, `unavailable` while the provider cannot be asked.
 */
export async function confirmPayment(
  { paymentId, actor, requestId }: { paymentId: string; actor: Actor; requestId: string },
  parts: Parts,
): Promise<Answer> {
  const payment = await findSeen(paymentId, actor, parts)
  const call = { requestId, instance: `/api/v1/payments/${paymentId}/confirmation` }
  const later = { 'retry-after': String(ASK_AGAIN_SECONDS) }
  if (payment.status !== 'requires_action' || !payment.providerId)
    return { ...answerOf(payment, call), isReplayed: false, headers: isOpen(payment) ? later : {} }
  const state = await asked(parts.provider.retrieve(payment.providerId), paymentId, parts)
  if (state.kind === 'captured')
    return { ...answerOf(await settle({ paymentId, result: state, actor: actorName(actor), requestId }, parts), call), isReplayed: false }
  // Declined by the bank: believed once the intent is fenced.
  if (
    state.kind === 'canceled' ||
    (state.kind === 'open' && (await asked(parts.provider.cancel(payment.providerId, paymentId), paymentId, parts)))
  ) {
    const result = { kind: 'declined' as const, declineCode: state.declineCode ?? 'authentication_failed' }
    return { ...answerOf(await settle({ paymentId, result, actor: actorName(actor), requestId }, parts), call), isReplayed: false }
  }
  return { ...answerOf(payment, call), isReplayed: false, headers: later }
}

/** What the provider says; where it says nothing, the client is told to come back, and nothing has changed. */
async function asked<T>(work: Promise<T>, paymentId: string, { logger }: Parts): Promise<T> {
  try {
    return await work
  } catch (error) {
    logger.warn({ err: error, paymentId }, 'the provider could not be asked what became of a payment')
    throw new Refusal('unavailable', {
      detail: 'The payment provider cannot be asked right now. Try again.',
      retryAfterSeconds: ASK_AGAIN_SECONDS,
    })
  }
}
