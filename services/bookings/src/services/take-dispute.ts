import { newId, type Transaction } from '@skyhold/platform'
import type Stripe from 'stripe'
import type { DisputeRow } from '../repositories/disputes.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { Parts } from './parts.ts'

/** Of news of the same second the later step counts: created, then updated, then closed. That the money was moved comes between the two and says where the dispute stands, as an update does. */
const STEPS = {
  'charge.dispute.created': 0,
  'charge.dispute.updated': 1,
  'charge.dispute.funds_withdrawn': 1,
  'charge.dispute.funds_reinstated': 1,
  'charge.dispute.closed': 2,
} as const
/** More than any step, so that a later second comes after every step of the one before. */
const STEPS_A_SECOND = 3
type DisputeStep = keyof typeof STEPS

const MOVED: Partial<Record<DisputeStep, string>> = {
  'charge.dispute.funds_withdrawn': 'the money was withdrawn',
  'charge.dispute.funds_reinstated': 'the money was given back to us',
}

export type DisputeEvent = Extract<Stripe.Event, { type: DisputeStep }>

export const isDisputeEvent = (event: Stripe.Event): event is DisputeEvent => Object.hasOwn(STEPS, event.type)

/** The intent that a dispute is about, if it says so. */
export const intentOfDispute = ({ data: { object } }: DisputeEvent): string | null => idOf(object.payment_intent)

/** Of something that may be spelled out. */
export const idOf = (named: string | { id: string } | null | undefined): string | null =>
  typeof named === 'string' ? named : (named?.id ?? null)

/**
 * Keeps what the provider says of a cardholder's dispute and notes it in the payment's trail. Booking and payment stay as they are: the bank decides about the money, and a person
 * answers it in time.
 */
export async function takeDispute(
  { event, payment, requestId }: { event: DisputeEvent; payment: PaymentRow; requestId: string },
  parts: Parts,
): Promise<void> {
  const moved = MOVED[event.type]
  const dispute = await parts.db.transaction(async (tx) => {
    const kept = await keep(event, payment, parts, tx)
    await parts.audit.note(
      {
        aggregateId: payment.id,
        atMs: kept.updatedAtMs,
        actor: 'provider',
        requestId,
        note: `dispute ${kept.id}: ${[...(moved ? [moved] : []), kept.status, kept.reason].join(', ')}`,
      },
      tx,
    )
    return kept
  })
  const { id: disputeId, status, reason } = dispute
  const log = { disputeId, paymentId: payment.id, bookingId: payment.bookingId, status, reason }
  // The bank moves the money by itself beside the steps, each of which has raised the alarm.
  if (moved) return parts.logger.warn({ ...log, moved }, 'the money of a dispute was moved')
  parts.paymentMetrics.dispute(status)
  parts.logger.error(log, 'a cardholder disputes a payment')
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
      sequence: event.created * STEPS_A_SECOND + STEPS[event.type],
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
    tx,
  )
}
