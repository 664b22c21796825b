import { setTimeout as sleep } from 'node:timers/promises'
import { newClientSecret, newObjectId } from '../domain/ids.ts'
import { getMethod } from '../domain/methods.ts'
import type { IntentObject } from '../domain/objects.ts'
import type { Parameters } from '../domain/parameters.ts'
import { invalidRequest, unavailable } from '../domain/refusal.ts'
import { assertCancelable, assertOneOf, CANCELLATION_REASONS } from '../domain/states.ts'
import { announce } from './announcing.ts'
import { confirm } from './confirming.ts'
import type { Work } from './executing.ts'
import { nowSeconds, type Call, type Provider } from './provider.ts'

/** Twelve digits is the most that Stripe takes in any currency; per-currency maxima are not played here. */
const AMOUNT_MAX = 999_999_999_999
const UNAVAILABLE_TIMES = 2

// What the SDK may send for a card payment. Parameters without an effect here are taken, so that the same code talks to Stripe.
const CREATE = [
  'amount',
  'currency',
  'payment_method',
  'confirm',
  'metadata',
  'description',
  'receipt_email',
  'return_url',
  'confirmation_method',
  'capture_method',
  'payment_method_types',
  'automatic_payment_methods',
  'payment_method_options',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'off_session',
  'use_stripe_sdk',
  'error_on_requires_action',
  'expand',
] // prettier-ignore
const CONFIRM = [
  'payment_method',
  'return_url',
  'receipt_email',
  'off_session',
  'payment_method_options',
  'payment_method_types',
  'use_stripe_sdk',
  'error_on_requires_action',
  'expand',
] // prettier-ignore

/** `POST /v1/payment_intents`: unconfirmed, or confirmed in the same call with `confirm=true`. */
export function createIntent(provider: Provider, parameters: Parameters, call: Call): Work<IntentObject> {
  parameters.assertKnown(CREATE)
  assertExpandable(parameters)
  const intent = newIntent(parameters)
  const confirmation = { paymentMethod: intent.payment_method, returnUrl: returnUrlOf(parameters) }
  const confirmNow = parameters.flag('confirm')
  return {
    ...(confirmNow ? { before: () => beforeConfirming(provider, intent.payment_method, `key:${call.key ?? 'none'}`) } : {}),
    execute: () => {
      provider.intents.insert(intent)
      return confirmNow ? confirm(provider, intent, confirmation, call) : { status: 200, object: intent }
    },
    view: (made) => viewIntent(provider, made, parameters),
  }
}

/** `POST /v1/payment_intents/:id/confirm` */
export function confirmIntent(provider: Provider, id: string, parameters: Parameters, call: Call): Work<IntentObject> {
  parameters.assertKnown(CONFIRM)
  assertExpandable(parameters)
  const paymentMethod = parameters.text('payment_method')
  const asked = provider.intents.get(id)
  if (paymentMethod !== null) getMethod(paymentMethod)
  const confirmation = { paymentMethod, returnUrl: returnUrlOf(parameters) }
  return {
    before: () => beforeConfirming(provider, paymentMethod ?? asked.payment_method, id),
    // Read again inside the transaction: it may have been cancelled while this call was on its way.
    execute: () => confirm(provider, provider.intents.get(id), confirmation, call),
    view: (made) => viewIntent(provider, made, parameters),
  }
}

/** `POST /v1/payment_intents/:id/cancel`. After it no confirmation succeeds any more. */
export function cancelIntent(provider: Provider, id: string, parameters: Parameters, call: Call): Work<IntentObject> {
  parameters.assertKnown(['cancellation_reason', 'expand'])
  assertExpandable(parameters)
  const reason = parameters.text('cancellation_reason')
  assertOneOf(reason, CANCELLATION_REASONS, 'cancellation_reason')
  provider.intents.get(id)
  return {
    execute: () => {
      const intent = provider.intents.get(id)
      assertCancelable(intent)
      const canceled: IntentObject = {
        ...intent,
        status: 'canceled',
        canceled_at: nowSeconds(),
        cancellation_reason: reason,
        next_action: null,
      }
      provider.intents.update(canceled)
      announce(provider, { type: 'payment_intent.canceled', object: canceled, paymentMethod: intent.payment_method, call })
      return { status: 200, object: canceled }
    },
    view: (made) => viewIntent(provider, made, parameters),
  }
}

/** `GET /v1/payment_intents/:id` */
export function retrieveIntent(provider: Provider, id: string, parameters: Parameters): object {
  parameters.assertKnown(['expand', 'client_secret'])
  assertExpandable(parameters)
  return viewIntent(provider, provider.intents.get(id), parameters)
}

/** The intent as it is answered, with its charge inside when `expand` asks for it. */
function viewIntent(provider: Provider, intent: IntentObject, parameters: Parameters): object {
  if (intent.latest_charge === null || !parameters.list('expand').includes('latest_charge')) return intent
  return { ...intent, latest_charge: provider.charges.get(intent.latest_charge) }
}

/** Refused before anything is executed, so that no effect comes with the refusal. */
function assertExpandable(parameters: Parameters): void {
  const unknown = parameters.list('expand').find((name) => name !== 'latest_charge')
  if (unknown !== undefined) throw invalidRequest(`This property cannot be expanded (${unknown}).`, { param: 'expand' })
}

/** The faults that strike before execution begins. */
async function beforeConfirming(provider: Provider, paymentMethod: string | null, scope: string): Promise<void> {
  const fault = paymentMethod === null ? undefined : getMethod(paymentMethod).fault
  if (fault === 'slow') await sleep(provider.slowMs)
  if (fault === 'unavailable_twice') {
    const earlier = await provider.store.commit(() => provider.keys.countTry(scope))
    if (earlier < UNAVAILABLE_TIMES) throw unavailable()
  }
}

function newIntent(parameters: Parameters): IntentObject {
  const paymentMethod = parameters.text('payment_method')
  if (paymentMethod !== null) getMethod(paymentMethod)
  const captureMethod = parameters.text('capture_method') ?? 'automatic'
  if (captureMethod === 'manual')
    throw invalidRequest('The simulator captures at once: capture_method=manual is not played.', { param: 'capture_method' })
  const confirmationMethod = parameters.text('confirmation_method') ?? 'automatic'
  assertOneOf(confirmationMethod, ['automatic', 'manual'], 'confirmation_method')
  const id = newObjectId('pi')
  return {
    id,
    object: 'payment_intent',
    amount: amountOf(parameters),
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: newClientSecret(id),
    confirmation_method: confirmationMethod === 'manual' ? 'manual' : 'automatic',
    created: nowSeconds(),
    currency: currencyOf(parameters),
    customer: null,
    description: parameters.text('description'),
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: parameters.metadata(),
    next_action: null,
    payment_method: paymentMethod,
    payment_method_types: ['card'],
    processing: null,
    receipt_email: parameters.text('receipt_email'),
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
  }
}

function amountOf(parameters: Parameters): number {
  parameters.requiredText('amount')
  const amount = parameters.positiveInteger('amount') ?? 0
  if (amount > AMOUNT_MAX) throw invalidRequest('Amount must be no more than twelve digits.', { code: 'amount_too_large', param: 'amount' })
  return amount
}

function currencyOf(parameters: Parameters): string {
  const currency = parameters.requiredText('currency').toLowerCase()
  if (!/^[a-z]{3}$/.test(currency)) throw invalidRequest(`Invalid currency: ${currency}.`, { param: 'currency' })
  return currency
}

function returnUrlOf(parameters: Parameters): string | null {
  const url = parameters.text('return_url')
  // Only addresses that a browser may be sent to; `javascript:` is not one.
  if (url !== null && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: 'return_url' })
  return url
}
