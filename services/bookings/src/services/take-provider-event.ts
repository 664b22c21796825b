import { Refusal } from '@skyhold/platform'
import { intentState } from '../clients/payment-provider.ts'
import { settle } from './pay-for-booking.ts'
import type { Parts } from './parts.ts'

/**
 * Takes in a webhook of the provider. Only a success changes anything here: that a card was declined is learnt from the answer, or by recovery after it has fenced the intent.
 * Refusals: `invalid_signature`. Validly signed but not ours to understand: parked with an alarm, answered 200.
 */
export async function takeProviderEvent(
  { payload, signature, requestId }: { payload: string; signature: string; requestId: string },
  parts: Parts,
): Promise<void> {
  const event = parts.provider.readEvent(payload, signature)
  if (!event) throw new Refusal('invalid_signature', { detail: 'The signature is not valid, or too old.' })
  const seen = await parts.providerEvents.receive({ id: event.id, type: event.type, payload })
  if (seen !== 'received') return
  if (event.type !== 'payment_intent.succeeded') return parts.providerEvents.settle(event.id, 'ignored')

  const state = intentState(event.data.object)
  const payment = await parts.payments.findByProviderId(event.data.object.id)
  if (!payment || state.kind !== 'captured') return park(event.id, 'no payment of ours has this intent', parts)
  if (state.amount.amountMinor !== payment.amountMinor || state.amount.currency !== payment.currency)
    return park(event.id, `another amount than payment ${payment.id}`, parts)
  await settle({ paymentId: payment.id, result: state, actor: 'provider', requestId }, parts)
  await parts.providerEvents.settle(event.id, 'applied')
}

async function park(id: string, note: string, parts: Parts): Promise<void> {
  parts.logger.error({ providerEventId: id, note }, 'a signed provider event makes no sense and is parked')
  await parts.providerEvents.settle(id, 'parked', note)
}
