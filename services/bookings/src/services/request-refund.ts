import type { CreateRefund, Refund } from '@skyhold/contracts'
import { newId, Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import type { Answer } from '../domain/idempotency.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { refundView } from '../views/refund.ts'
import { cancelBooking } from './cancel-booking.ts'
import type { IdempotentRequest } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { queueRefund, refundableMinor, takesLastMoney } from './queue-refund.ts'
import { getPayment } from './read-payments.ts'
import { refundUnderKey } from './refund-under-key.ts'

export interface RequestRefund extends IdempotentRequest {
  paymentId: string
  body: CreateRefund
  actor: Actor
}

/**
 * Gives money of a payment back by hand: the amount that is asked for, or all that is left. What would leave a confirmed booking without any money cancels it, so that no seat stays sold unpaid.
 * Answers 201 when the money is back, 202 while it is on its way.
 * Refusals: `payment_not_found`, `not_refundable`, `refund_exceeds_captured`.
 */
export async function requestRefund(request: RequestRefund, parts: Parts): Promise<Answer> {
  const refundId = newId('refund')
  return refundUnderKey({ ...request, refundId, doneStatus: 201 }, parts, (tx) => reserve(request, refundId, parts, tx))
}

async function reserve(
  { paymentId, body, actor, requestId }: RequestRefund,
  refundId: string,
  parts: Parts,
  tx: Transaction,
): Promise<RefundRow> {
  const found = await parts.payments.find(paymentId, tx)
  if (!found) throw new Refusal('payment_not_found', { detail: `There is no payment ${paymentId}.` })
  const booking = await parts.bookings.lock(found.bookingId, tx)
  const hold = booking ? await parts.holds.lock(booking.holdId, tx) : null
  const payment = await parts.payments.lock(paymentId, tx)
  if (!booking || !hold || !payment) throw new Error(`payment ${paymentId} has lost its booking or hold`)
  const nowMs = await parts.db.now(tx)
  const leftMinor = await refundableMinor(payment, parts, tx)
  assertRefundable(payment, leftMinor, body)

  const amountMinor = body.amountMinor ?? leftMinor
  const by = { nowMs, actor: actorName(actor), requestId, reason: body.reason, refundId }
  if (!takesLastMoney(booking, payment, { amountMinor, leftMinor }))
    return queueRefund({ payment, cause: `admin:${refundId}`, amountMinor, ...by }, parts, tx)
  // Owed from here on, as of any cancellation: should it fail at the provider, its money waits for the next try, or the booking would never be through.
  const refundCause = `cancel:${booking.id}`
  const { refund } = await cancelBooking(
    { booking, hold, cause: 'airline', refundMinor: 'all', feeMinor: 0, refundCause, ...by },
    parts,
    tx,
  )
  if (!refund) throw new Error(`booking ${booking.id} was cancelled for a refund of ${amountMinor} and has none`)
  return refund
}

/** An amount that is too much is for the sum to refuse: it may be right next time. */
function assertRefundable({ id, status }: PaymentRow, leftMinor: number, { amountMinor }: CreateRefund): void {
  if (status !== 'captured' && status !== 'partially_refunded' && status !== 'refunded')
    throw new Refusal('not_refundable', { detail: `Payment ${id} is ${status.replaceAll('_', ' ')}; nothing was captured.` })
  if (leftMinor === 0 && amountMinor === undefined)
    throw new Refusal('not_refundable', { detail: `Of payment ${id} everything is back or on its way back.` })
}

/** All refunds of a payment, oldest first. Refusals: `payment_not_found`. */
export async function listRefunds(
  { paymentId, actor }: { paymentId: string; actor: Actor },
  parts: Parts,
): Promise<{ data: Refund[]; nextCursor: null }> {
  await getPayment({ paymentId, actor }, parts)
  return { data: (await parts.refunds.listOfPayment(paymentId)).map(refundView), nextCursor: null }
}

/** Refusals: `refund_not_found`, for another's refund too. */
export async function getRefund({ refundId, actor }: { refundId: string; actor: Actor }, parts: Parts): Promise<Refund> {
  const absent = new Refusal('refund_not_found', { detail: `There is no refund ${refundId}.` })
  const refund = await parts.refunds.find(refundId)
  if (!refund) throw absent
  try {
    await getPayment({ paymentId: refund.paymentId, actor }, parts)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'payment_not_found' ? absent : error
  }
  return refundView(refund)
}
