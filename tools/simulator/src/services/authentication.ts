import type { IntentObject } from '../domain/objects.ts'
import { charge, refuse } from './charging.ts'
import { nobodysCall, type Provider } from './provider.ts'

/** The intent whose client secret this is, or null. The secret is what a browser knows; the id alone opens nothing. */
export function findByClientSecret(provider: Provider, clientSecret: string): IntentObject | null {
  const intent = provider.intents.find(clientSecret.split('_secret_', 1)[0] ?? '')
  return intent?.client_secret === clientSecret ? intent : null
}

/** The cardholder approves. With automatic confirmation the charge follows at once, as at Stripe; with manual the server has to confirm. */
export function approve(provider: Provider, clientSecret: string): Promise<IntentObject | null> {
  return whileWaiting(provider, clientSecret, (intent) => {
    if (intent.confirmation_method === 'automatic') return charge(provider, intent, nobodysCall).intent
    const ready: IntentObject = { ...intent, status: 'requires_confirmation', next_action: null }
    provider.authentications.insert(intent.id)
    provider.intents.update(ready)
    return ready
  })
}

export function reject(provider: Provider, clientSecret: string): Promise<IntentObject | null> {
  return whileWaiting(
    provider,
    clientSecret,
    (intent) =>
      refuse(
        provider,
        intent,
        {
          type: 'card_error',
          code: 'payment_intent_authentication_failure',
          message: 'The provided payment method has failed authentication.',
        },
        nobodysCall,
      ).intent,
  )
}

/** A second press, or one after a cancel, changes nothing. */
function whileWaiting(
  provider: Provider,
  clientSecret: string,
  change: (intent: IntentObject) => IntentObject,
): Promise<IntentObject | null> {
  return provider.store.commit(() => {
    const intent = findByClientSecret(provider, clientSecret)
    return intent?.status === 'requires_action' ? change(intent) : intent
  })
}
