import { newObjectId } from '../domain/ids.ts'
import { getMethod } from '../domain/methods.ts'
import type { ChargeObject, RefundObject } from '../domain/objects.ts'
import type { Parameters } from '../domain/parameters.ts'
import { apiError, invalidRequest } from '../domain/refusal.ts'
import { assertOneOf, REFUND_REASONS } from '../domain/states.ts'
import { announce } from './announcing.ts'
import type { Outcome, Work } from './executing.ts'
import { nowSeconds, type Call, type Provider } from './provider.ts'

/** `POST /v1/refunds` for a charge or the charge of an intent; without an amount, of all that is left. */
export function createRefund(provider: Provider, parameters: Parameters, call: Call): Work<RefundObject> {
  parameters.assertKnown(['payment_intent', 'charge', 'amount', 'reason', 'metadata', 'expand'])
  const amount = parameters.positiveInteger('amount')
  const reason = parameters.text('reason')
  assertOneOf(reason, REFUND_REASONS, 'reason')
  const metadata = parameters.metadata()
  const chargeId = chargeIdOf(provider, parameters)
  return {
    execute: () => {
      const charge = provider.charges.get(chargeId)
      const refund = newRefund({ charge, amount: refundable(charge, amount), reason, metadata })
      return outcomeOf(provider, charge, refund, call)
    },
    view: (refund) => refund,
  }
}

/** What the control door has ordered for refunds, or the refund itself. */
function outcomeOf(provider: Provider, charge: ChargeObject, refund: RefundObject, call: Call): Outcome<RefundObject> {
  const { refunds: fault } = provider.control
  if (fault === 'error_stored_unrefunded') return { status: 500, error: apiError().error }
  if (fault === 'failed') {
    const failed: RefundObject = { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' }
    provider.refunds.insert(failed)
    announce(provider, { type: 'refund.failed', object: failed, paymentMethod: charge.payment_method, call })
    return { status: 200, object: failed }
  }
  const object = apply(provider, charge, refund, call)
  if (fault === 'error_stored') return { status: 500, error: apiError().error }
  return { status: 200, object, cutConnection: fault === 'drop_answer' }
}

/** Gives a refund up that the card's bank did not take: the money is ours to refund again. */
export function failRefund(provider: Provider, refund: RefundObject, call: Call): void {
  const charge = provider.charges.get(refund.charge)
  const failed: RefundObject = { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' }
  provider.refunds.update(failed)
  provider.charges.update({ ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false })
  announce(provider, { type: 'refund.failed', object: failed, paymentMethod: charge.payment_method, call })
}

export function succeedRefund(provider: Provider, refund: RefundObject, call: Call): void {
  const succeeded: RefundObject = { ...refund, status: 'succeeded' }
  provider.refunds.update(succeeded)
  const { payment_method: paymentMethod } = provider.charges.get(refund.charge)
  announce(provider, { type: 'refund.updated', object: succeeded, paymentMethod, call })
}

function apply(provider: Provider, charge: ChargeObject, asked: RefundObject, call: Call): RefundObject {
  const paymentMethod = charge.payment_method
  const later = getMethod(paymentMethod).refunds
  const refund: RefundObject = { ...asked, status: later === 'pending' ? 'pending' : 'succeeded' }
  const amountRefunded = charge.amount_refunded + refund.amount
  const refunded: ChargeObject = { ...charge, amount_refunded: amountRefunded, refunded: amountRefunded === charge.amount }
  provider.refunds.insert(refund)
  provider.charges.update(refunded)
  announce(provider, { type: 'charge.refunded', object: refunded, paymentMethod, call })
  if (refund.status === 'succeeded') announce(provider, { type: 'refund.updated', object: refund, paymentMethod, call })
  if (later !== undefined) {
    provider.settlements.insert(later === 'pending' ? 'refund_succeeds' : 'refund_fails', refund.id, Date.now() + provider.slowMs)
  }
  return refund
}

function chargeIdOf(provider: Provider, parameters: Parameters): string {
  const charge = parameters.text('charge')
  if (charge !== null) return provider.charges.get(charge, 'charge').id
  const intentId = parameters.text('payment_intent')
  if (intentId === null) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
    })
  }
  const intent = provider.intents.get(intentId, 'payment_intent')
  if (intent.latest_charge === null) throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`)
  return intent.latest_charge
}

/** The amount that will be refunded: never more than what is left, counting pending refunds as done. */
function refundable(charge: ChargeObject, amount: number | null): number {
  const left = charge.amount - charge.amount_refunded
  if (left === 0)
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded', charge: charge.id })
  if (amount !== null && amount > left) {
    throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
      charge: charge.id,
    })
  }
  return amount ?? left
}

const newRefund = ({
  charge,
  amount,
  reason,
  metadata,
}: {
  charge: ChargeObject
  amount: number
  reason: string | null
  metadata: Record<string, string>
}): RefundObject => ({
  id: newObjectId('re'),
  object: 'refund',
  amount,
  balance_transaction: null,
  charge: charge.id,
  created: nowSeconds(),
  currency: charge.currency,
  metadata,
  payment_intent: charge.payment_intent,
  reason,
  status: 'pending',
})
