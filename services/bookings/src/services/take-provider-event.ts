import { Refusal } from '@skyhold/platform'
import type Stripe from 'stripe'
import { intentState, refundState } from '../clients/payment-provider.ts'
import { type SignedEvent, signedEventIn } from '../clients/provider-event.ts'
import { isOpen } from '../views/payment-answer.ts'
import { applyRefundResult } from './apply-refund-result.ts'
import { settle } from './pay-for-booking.ts'
import type { Parts } from './parts.ts'
import { idOf, intentOfDispute, isDisputeEvent, takeDispute } from './take-dispute.ts'

/** What became of an event. `parked`: validly signed and of no sense to us, so that a person must look at it. */
export interface Taken {
  state: 'applied' | 'ignored' | 'parked'
  note: string
}

const APPLIED: Taken = { state: 'applied', note: '' }
const IGNORED: Taken = { state: 'ignored', note: '' }
const parked = (note: string): Taken => ({ state: 'parked', note })

/**
 * Takes in a webhook of the provider. Of a payment only a success changes anything here: that a card was declined is learnt from the answer, or by recovery after it has fenced the intent.
 * Refunds that the provider had pending learn their end here, and disputes are kept.
 * Refusals: `invalid_signature`, `invalid_request` where there is no event. Validly signed but not ours to understand: parked with an alarm, answered 200.
 */
export async function takeProviderEvent(
  { payload, signature, requestId }: { payload: string; signature: string; requestId: string },
  parts: Parts,
): Promise<void> {
  if (!parts.provider.isSigned(payload, signature))
    throw new Refusal('invalid_signature', { detail: 'The signature is not valid, or too old.' })
  const signed = signedEventIn(payload)
  if (!signed) throw new Refusal('invalid_request', { detail: 'The body is no event: it has no id.' })
  const seen = await parts.providerEvents.receive({ id: signed.id, type: signed.type, payload })
  if (seen !== 'received') return
  const taken = await takeIn(signed, requestId, parts)
  // A delivery of the same event that was slower finds what the first one left, and by then perhaps a person. What has been applied is so, whatever another one found.
  const from = taken.state === 'applied' ? (['received', 'parked'] as const) : (['received'] as const)
  const settled = await parts.providerEvents.settle(signed.id, { from, ...taken })
  if (settled === 0) parts.logger.info({ providerEventId: signed.id, ...taken }, 'a provider event was taken in by another delivery of it')
}

/** What an event changes here, any number of times with one effect. */
export async function takeIn({ id, type, event }: SignedEvent, requestId: string, parts: Parts): Promise<Taken> {
  const taken = event ? await take(event, requestId, parts) : parked('it has not the form of its type')
  if (taken.state === 'parked')
    parts.logger.error({ providerEventId: id, type, note: taken.note }, 'a signed provider event makes no sense and is parked')
  return taken
}

async function take(event: Stripe.Event, requestId: string, parts: Parts): Promise<Taken> {
  if (event.type === 'payment_intent.succeeded') return takeSuccess(event.data.object, requestId, parts)
  if (event.type === 'payment_intent.canceled') return takeCancel(event.data.object, parts)
  if (isRefundEvent(event)) return takeRefund(event.data.object, parts)
  if (isDisputeEvent(event)) {
    const intentId = intentOfDispute(event)
    const payment = intentId ? await parts.payments.findByProviderId(intentId) : null
    if (!payment) return parked('a dispute of a payment that is not ours')
    await takeDispute({ event, payment, requestId }, parts)
    return APPLIED
  }
  return IGNORED
}

async function takeSuccess(intent: Stripe.PaymentIntent, requestId: string, parts: Parts): Promise<Taken> {
  const state = intentState(intent)
  const payment = await parts.payments.findByProviderId(intent.id)
  if (!payment || state.kind !== 'captured') return parked('no payment of ours has this intent')
  if (state.amount.amountMinor !== payment.amountMinor || state.amount.currency !== payment.currency)
    return parked(`another amount than payment ${payment.id}`)
  await settle({ paymentId: payment.id, result: state, actor: 'provider', requestId }, parts)
  return APPLIED
}

/** A cancelled intent can never have been charged, nor be charged any more: one of ours that was is a contradiction, and the capture stands. */
async function takeCancel(intent: Stripe.PaymentIntent, parts: Parts): Promise<Taken> {
  const payment = await parts.payments.findByProviderId(intent.id)
  const isContradiction = payment !== null && !isOpen(payment) && payment.status !== 'failed'
  return isContradiction ? parked(`payment ${payment.id} is ${payment.status}`) : IGNORED
}

/** `charge.refund.updated` is what older versions of Stripe's API call both. */
const REFUND_TYPES = ['refund.updated', 'refund.failed', 'charge.refund.updated'] as const
type RefundEvent = Extract<Stripe.Event, { type: (typeof REFUND_TYPES)[number] }>
const isRefundEvent = (event: Stripe.Event): event is RefundEvent => (REFUND_TYPES as readonly string[]).includes(event.type)

/** Our refunds carry their id; one that does not was made by hand at the provider, past our books. */
async function takeRefund(object: Stripe.Refund, parts: Parts): Promise<Taken> {
  const refundId = object.metadata?.refundId
  const refund = refundId ? await parts.refunds.find(refundId) : null
  if (!refund) return parked('no refund of ours has this id')
  if (object.amount !== refund.amountMinor || object.currency.toUpperCase() !== refund.currency)
    return parked(`another amount than refund ${refund.id}`)
  const intentId = idOf(object.payment_intent)
  if (intentId && intentId !== (await parts.payments.find(refund.paymentId))?.providerId)
    return parked(`of another payment than refund ${refund.id}`)
  const { contradiction } = await applyRefundResult(
    { refundId: refund.id, tries: Number(object.metadata?.try ?? 0), result: refundState(object), actor: 'provider' },
    parts,
  )
  if (!contradiction) return APPLIED
  return contradiction.kind === 'given_twice' ? parked(contradiction.note) : { state: 'ignored', note: contradiction.note }
}
