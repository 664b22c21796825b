import { newId, type Transaction } from '@skyhold/platform'
import type Stripe from 'stripe'
import type { DisputeRow } from '../repositories/disputes.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { Parts } from './parts.ts'

/** Of news of the same second the later step counts: created, then updated, then closed. */
const STEPS = ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed'] as const
type DisputeStep = (typeof STEPS)[number]

export type DisputeEvent = Extract<Stripe.Event, { type: DisputeStep }>

export const isDisputeEvent = (event: Stripe.Event): event is DisputeEvent => (STEPS as readonly string[]).includes(event.type)

/** The intent that a dispute is about, if it says so. */
export const intentOfDispute = ({ data: { object } }: DisputeEvent): string | null =>
  typeof object.payment_intent === 'string' ? object.payment_intent : (object.payment_intent?.id ?? null)

/**
 * Keeps what the provider says of a cardholder's dispute and notes it in the payment's trail. Booking and payment stay as they are: the bank decides about the money, and a person
 * answers it in time.
 */
export async function takeDispute(
  { event, payment, requestId }: { event: DisputeEvent; payment: PaymentRow; requestId: string },
  parts: Parts,
): Promise<void> {
  const dispute = await parts.db.transaction(async (tx) => {
    const kept = await keep(event, payment, parts, tx)
    await parts.audit.note(
      {
        aggregateId: payment.id,
        atMs: kept.updatedAtMs,
        actor: 'provider',
        requestId,
        note: `dispute ${kept.id}: ${kept.status}, ${kept.reason}`,
      },
      tx,
    )
    return kept
  })
  parts.paymentMetrics.dispute(dispute.status)
  parts.logger.error(
    { disputeId: dispute.id, paymentId: payment.id, bookingId: payment.bookingId, status: dispute.status, reason: dispute.reason },
    'a cardholder disputes a payment',
  )
}

async function keep(event: DisputeEvent, payment: PaymentRow, parts: Parts, tx: Transaction): Promise<DisputeRow> {
  const { object } = event.data
  const nowMs = await parts.db.now(tx)
  const dueBy = object.evidence_details?.due_by ?? null
  return parts.disputes.keep(
    {
      id: newId('dispute'),
      operatorId: payment.operatorId,
      providerId: object.id,
      paymentId: payment.id,
      bookingId: payment.bookingId,
      status: object.status,
      reason: object.reason,
      amountMinor: object.amount,
      currency: object.currency.toUpperCase(),
      respondByMs: dueBy === null ? null : dueBy * 1000,
      sequence: event.created * STEPS.length + STEPS.indexOf(event.type),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
    tx,
  )
}
