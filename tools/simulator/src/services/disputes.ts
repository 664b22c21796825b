import { newObjectId } from '../domain/ids.ts'
import type { DisputeObject, DisputeStatus } from '../domain/objects.ts'
import { invalidRequest } from '../domain/refusal.ts'
import { announce } from './announcing.ts'
import { nobodysCall, nowSeconds, type Provider } from './provider.ts'

/** How long a shop has to answer; Stripe gives 7 to 21 days, by the card's network. */
const ANSWER_SECONDS = 7 * 86_400

/** The cardholder complains at his bank about the whole charge of an intent. The caller holds the transaction. */
export function raiseDispute(
  provider: Provider,
  { paymentIntent, reason = 'fraudulent' }: { paymentIntent: string; reason?: string },
): DisputeObject {
  const intent = provider.intents.get(paymentIntent, 'paymentIntent')
  if (intent.latest_charge === null) throw invalidRequest(`This PaymentIntent (${paymentIntent}) has no charge to dispute.`)
  const charge = provider.charges.get(intent.latest_charge)
  const created = nowSeconds()
  const dispute: DisputeObject = {
    id: newObjectId('du'),
    object: 'dispute',
    amount: charge.amount,
    charge: charge.id,
    created,
    currency: charge.currency,
    evidence_details: { due_by: created + ANSWER_SECONDS, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: paymentIntent,
    reason,
    status: 'needs_response',
  }
  provider.disputes.insert(dispute)
  provider.charges.update({ ...charge, disputed: true })
  announce(provider, { type: 'charge.dispute.created', object: dispute, paymentMethod: charge.payment_method, call: nobodysCall })
  return dispute
}

/** The bank goes on: `won` and `lost` close it. */
export function decideDispute(provider: Provider, id: string, status: DisputeStatus): DisputeObject {
  const dispute: DisputeObject = { ...provider.disputes.get(id), status }
  provider.disputes.update(dispute)
  const type = status === 'won' || status === 'lost' ? 'charge.dispute.closed' : 'charge.dispute.updated'
  const { payment_method: paymentMethod } = provider.charges.get(dispute.charge)
  announce(provider, { type, object: dispute, paymentMethod, call: nobodysCall })
  return dispute
}
