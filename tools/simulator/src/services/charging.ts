import { newObjectId } from '../domain/ids.ts'
import { getMethod, type TestMethod } from '../domain/methods.ts'
import type { ChargeObject, ErrorBody, IntentObject } from '../domain/objects.ts'
import { announce } from './announcing.ts'
import { nowSeconds, type Call, type Provider } from './provider.ts'

export interface Charged {
  intent: IntentObject
  events: string[]
}

/** Takes the money: one charge, the intent succeeded, the webhook queued. The caller holds the transaction and has looked at the intent's state in it. */
export function charge(provider: Provider, intent: IntentObject, call: Call): Charged {
  const paymentMethod = methodOf(intent)
  const taken = newCharge(intent, paymentMethod, getMethod(paymentMethod))
  provider.charges.insert(taken)
  const succeeded: IntentObject = {
    ...intent,
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: taken.id,
    last_payment_error: null,
    next_action: null,
    processing: null,
  }
  provider.intents.update(succeeded)
  return { intent: succeeded, events: [announce(provider, { type: 'payment_intent.succeeded', object: succeeded, paymentMethod, call })] }
}

/** The card is not taken: the intent waits for another method, as Stripe's does. */
export function refuse(provider: Provider, intent: IntentObject, error: ErrorBody, call: Call): Charged {
  const paymentMethod = methodOf(intent)
  const failed: IntentObject = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: error,
    next_action: null,
    processing: null,
  }
  provider.intents.update(failed)
  return { intent: failed, events: [announce(provider, { type: 'payment_intent.payment_failed', object: failed, paymentMethod, call })] }
}

function methodOf(intent: IntentObject): string {
  if (intent.payment_method === null) throw new Error(`${intent.id} is being charged without a payment method`)
  return intent.payment_method
}

const newCharge = (intent: IntentObject, paymentMethod: string, { brand, last4 }: TestMethod): ChargeObject => ({
  id: newObjectId('ch'),
  object: 'charge',
  amount: intent.amount,
  amount_captured: intent.amount,
  amount_refunded: 0,
  captured: true,
  created: nowSeconds(),
  currency: intent.currency,
  description: intent.description,
  disputed: false,
  livemode: false,
  metadata: intent.metadata,
  paid: true,
  payment_intent: intent.id,
  payment_method: paymentMethod,
  payment_method_details: { type: 'card', card: { brand, last4 } },
  receipt_email: intent.receipt_email,
  refunded: false,
  status: 'succeeded',
})
