import { getMethod } from '../domain/methods.ts'
import type { ErrorBody, IntentObject } from '../domain/objects.ts'
import { apiError, ProviderRefusal, unexpectedState } from '../domain/refusal.ts'
import { assertConfirmable } from '../domain/states.ts'
import { charge, refuse } from './charging.ts'
import type { Outcome } from './executing.ts'
import type { Call, Provider } from './provider.ts'

export interface Confirmation {
  paymentMethod: string | null
  returnUrl: string | null
}

/** Confirms a stored intent inside the caller's transaction. Refusals are thrown before anything is written; a decline is an outcome. */
export function confirm(
  provider: Provider,
  intent: IntentObject,
  { paymentMethod, returnUrl }: Confirmation,
  call: Call,
): Outcome<IntentObject> {
  assertConfirmable(intent)
  const name = paymentMethod ?? intent.payment_method
  if (name === null) {
    throw unexpectedState('You cannot confirm this PaymentIntent because it is missing a payment method.', intent)
  }
  const method = getMethod(name)
  const ready: IntentObject = { ...intent, payment_method: name }

  if (method.fault === 'error_stored_uncharged') return { status: 500, error: apiError().error }
  if (method.does === 'decline' && method.decline) return decline(provider, ready, method.decline, call)
  if (method.does === 'process') return startProcessing(provider, ready)
  if (method.does === 'authenticate' && !provider.authentications.has(intent.id)) return askForAuthentication(provider, ready, returnUrl)

  const { intent: succeeded, events } = charge(provider, ready, call)
  if (method.fault === 'error_stored') return { status: 500, error: apiError().error }
  return {
    status: 200,
    object: succeeded,
    cutConnection: method.fault === 'drop_after',
    deliverFirst: method.webhooks === 'before_answer' ? events : [],
  }
}

function decline(
  provider: Provider,
  intent: IntentObject,
  { code, declineCode, message }: { code: string; declineCode: string; message: string },
  call: Call,
): Outcome<IntentObject> {
  const error: ErrorBody = { type: 'card_error', code, decline_code: declineCode, message }
  const { intent: failed } = refuse(provider, intent, error, call)
  return { status: 402, error: new ProviderRefusal(402, { ...error, payment_intent: failed }).error }
}

function startProcessing(provider: Provider, intent: IntentObject): Outcome<IntentObject> {
  const processing: IntentObject = { ...intent, status: 'processing', processing: { type: 'card' }, last_payment_error: null }
  provider.intents.update(processing)
  provider.settlements.insert('intent_succeeds', intent.id, Date.now() + provider.slowMs)
  return { status: 200, object: processing }
}

function askForAuthentication(provider: Provider, intent: IntentObject, returnUrl: string | null): Outcome<IntentObject> {
  const url = `${provider.pageUrl()}/3ds/${intent.client_secret}`
  const waiting: IntentObject = {
    ...intent,
    status: 'requires_action',
    last_payment_error: null,
    next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
  }
  provider.intents.update(waiting)
  return { status: 200, object: waiting }
}
