import { newId, Refusal, type Transaction } from '@skyhold/platform'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import type { Parts } from './parts.ts'

export interface QueueRefund {
  /** Locked by the caller: its lock is what keeps two refunds from passing the sum. */
  payment: PaymentRow
  /** `cancel:<bookingId>`, `flight:<bookingId>`, `late:<paymentId>`, `second:<paymentId>` or `admin:<refundId>`. */
  cause: string
  amountMinor: number
  /** Read by the customer. */
  reason: string
  /** The database's time, read under the locks. */
  nowMs: number
  actor: string
  requestId: string
  /** The refund's id, where the caller needs it beforehand. */
  refundId?: string
}

/**
 * Reserves money of a captured payment for its way back; `sendRefund` sends it once this is committed. A cause that has a refund already gets that one again.
 * Refusal: `refund_exceeds_captured` when all that is back or on its way would come to more than was captured.
 */
export async function queueRefund(queued: QueueRefund, parts: Parts, tx: Transaction): Promise<RefundRow> {
  const { payment, cause, amountMinor, reason, nowMs, actor, requestId } = queued
  const existing = await parts.refunds.findByCause(cause, tx)
  if (existing) return existing
  const leftMinor = await refundableMinor(payment, parts, tx)
  if (amountMinor > leftMinor)
    throw new Refusal('refund_exceeds_captured', {
      detail: `Of this payment ${leftMinor} ${payment.currency} (minor units) can still be refunded; ${amountMinor} were asked for.`,
    })

  const id = queued.refundId ?? newId('refund')
  const { operatorId, id: paymentId, bookingId, currency } = payment
  await parts.refunds.insertOnce(
    { id, operatorId, paymentId, bookingId, cause, status: 'pending', amountMinor, currency, reason, nowMs, nextCheckAtMs: nowMs },
    tx,
  )
  const refund = await parts.refunds.findByCause(cause, tx)
  if (!refund) throw new Error(`the refund for ${cause} is gone in the transaction that wrote it`)
  if (refund.id === id) {
    const note = `${cause}, ${amountMinor} ${currency} (minor units): ${reason}`
    await parts.audit.append(
      [{ aggregateType: 'refund', aggregateId: id, from: null, to: 'pending', atMs: nowMs, actor, requestId, note }],
      tx,
    )
  }
  return refund
}

/**
 * Looks at the sum again before a refund that has failed has its end after all: what it left free may have gone back otherwise. What can still be refunded, without it; the payment must be locked.
 * Refusal: `refund_exceeds_captured`.
 */
export async function assertRefundFits(refund: RefundRow, payment: PaymentRow, parts: Parts, tx: Transaction): Promise<number> {
  const leftMinor = await refundableMinor(payment, parts, tx, { except: refund.id })
  if (refund.amountMinor > leftMinor)
    throw new Refusal('refund_exceeds_captured', {
      detail: `Of this payment ${leftMinor} ${payment.currency} (minor units) can still be refunded; this refund is of ${refund.amountMinor}.`,
    })
  return leftMinor
}

/** Whether a confirmed booking would be left without any money, and so has to be cancelled: no seat stays sold unpaid. */
export const takesLastMoney = (
  booking: Pick<LockedBooking, 'id' | 'status'>,
  payment: PaymentRow,
  { amountMinor, leftMinor }: { amountMinor: number; leftMinor: number },
): boolean => amountMinor === leftMinor && booking.status === 'confirmed' && payment.chargeSlot === booking.id

/**
 * What of a captured payment is neither back nor on its way, nor owed: a refund of ours that failed at the provider keeps its money until it is tried again, and one that was made by hand does not.
 * `except` is a refund that is looked at as if it were not there. The payment must be locked.
 */
export async function refundableMinor(
  payment: PaymentRow,
  parts: Parts,
  tx: Transaction,
  options: { except?: string } = {},
): Promise<number> {
  return payment.amountMinor - (await parts.refunds.sumReserved(payment.id, tx, options))
}
