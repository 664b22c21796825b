import type { Money } from '@skyhold/contracts'
import Stripe from 'stripe'

/** An intent to pay at the provider. Nothing is charged before it is confirmed. */
export interface Intent {
  id: string
  clientSecret: string
}

/** What the provider says has become of a payment. `unknown` is not a refusal: it is asked for later. */
export type ProviderResult =
  | { kind: 'captured'; providerId: string; amount: Money }
  | { kind: 'declined'; declineCode: string }
  | { kind: 'requires_action'; clientSecret: string }
  | { kind: 'processing' }
  | { kind: 'unknown'; reason: string }

/** Where an intent stands. `open`: created or declined and still confirmable, so it must be cancelled before "no charge" may be believed. */
export type IntentState = ProviderResult | { kind: 'open'; declineCode: string | null } | { kind: 'canceled'; declineCode: string | null }

export interface PaymentProvider {
  createIntent(payment: { paymentId: string; bookingId: string; amount: Money }): Promise<Intent>
  confirm(intentId: string, payment: { paymentId: string; paymentMethod: string }): Promise<ProviderResult>
  /** Throws when the provider cannot be asked. */
  retrieve(intentId: string): Promise<IntentState>
  /** Fences every confirmation still on its way. True when the intent is cancelled now; false when it can no longer be. */
  cancel(intentId: string, paymentId: string): Promise<boolean>
  refund(refund: {
    refundId: string
    intentId: string
    amount: Money
  }): Promise<{ providerId: string; status: 'succeeded' | 'pending' | 'failed' }>
  /** The signed event, or null when no secret's signature fits or it is stale. */
  readEvent(payload: string, signature: string): Stripe.Event | null
}

export interface StripeOptions {
  secretKey: string
  webhookSecrets: readonly string[]
  /** The simulator's address; null = Stripe itself. */
  simulatorUrl: string | null
  /** All tries of a call fit into it. */
  timeoutMs: number
}

/** Twice more after a connection that failed or an answer that says so; the key makes that safe. */
const RETRIES = 2
const SIGNATURE_TOLERANCE_SECONDS = 300

export function createStripeProvider({ secretKey, webhookSecrets, simulatorUrl, timeoutMs }: StripeOptions): PaymentProvider {
  const place = simulatorUrl ? new URL(simulatorUrl) : null
  const stripe = new Stripe(secretKey, {
    ...(place ? { host: place.hostname, port: place.port, protocol: 'http' as const } : {}),
    maxNetworkRetries: RETRIES,
    timeout: timeoutMs,
    telemetry: false,
  })
  const keyed = (idempotencyKey: string) => ({ idempotencyKey })

  return {
    async createIntent({ paymentId, bookingId, amount }) {
      const call = stripe.paymentIntents.create(
        {
          amount: amount.amountMinor,
          currency: amount.currency.toLowerCase(),
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: { paymentId, bookingId },
        },
        keyed(`${paymentId}:create`),
      )
      const intent = await within(call, timeoutMs)
      return { id: intent.id, clientSecret: intent.client_secret ?? '' }
    },

    async confirm(intentId, { paymentId, paymentMethod }) {
      const call = stripe.paymentIntents.confirm(intentId, { payment_method: paymentMethod }, keyed(`${paymentId}:confirm`))
      try {
        const state = intentState(await within(call, timeoutMs))
        return state.kind === 'open' || state.kind === 'canceled' ? { kind: 'unknown', reason: state.kind } : state
      } catch (error) {
        return resultOfError(error)
      }
    },

    async retrieve(intentId) {
      return intentState(await within(stripe.paymentIntents.retrieve(intentId), timeoutMs))
    },

    async cancel(intentId, paymentId) {
      try {
        const intent = await within(stripe.paymentIntents.cancel(intentId, {}, keyed(`${paymentId}:cancel:${Date.now()}`)), timeoutMs)
        return intent.status === 'canceled'
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return false
        throw error
      }
    },

    async refund({ refundId, intentId, amount }) {
      const call = stripe.refunds.create({ payment_intent: intentId, amount: amount.amountMinor, metadata: { refundId } }, keyed(refundId))
      const refund = await within(call, timeoutMs)
      return {
        providerId: refund.id,
        status: refund.status === 'succeeded' ? 'succeeded' : refund.status === 'failed' ? 'failed' : 'pending',
      }
    },

    readEvent(payload, signature) {
      for (const secret of webhookSecrets) {
        try {
          return stripe.webhooks.constructEvent(payload, signature, secret, SIGNATURE_TOLERANCE_SECONDS)
        } catch (error) {
          if (!(error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError)) throw error
        }
      }
      return null
    },
  }
}

export function intentState(intent: Stripe.PaymentIntent): IntentState {
  const declineCode = intent.last_payment_error
    ? (intent.last_payment_error.decline_code ?? intent.last_payment_error.code ?? 'declined')
    : null
  switch (intent.status) {
    case 'succeeded':
      return {
        kind: 'captured',
        providerId: intent.id,
        amount: { amountMinor: intent.amount_received, currency: intent.currency.toUpperCase() },
      }
    case 'requires_action':
      return { kind: 'requires_action', clientSecret: intent.client_secret ?? '' }
    case 'processing':
    case 'requires_capture':
      return { kind: 'processing' }
    case 'canceled':
      return { kind: 'canceled', declineCode }
    default:
      return { kind: 'open', declineCode }
  }
}

/** A card's no is an answer. Everything else leaves open whether it was charged. */
function resultOfError(error: unknown): ProviderResult {
  if (error instanceof Stripe.errors.StripeCardError)
    return { kind: 'declined', declineCode: error.decline_code ?? error.code ?? 'declined' }
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'payment_method')
    return { kind: 'declined', declineCode: 'no_such_payment_method' }
  return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) }
}

class ProviderTimeout extends Error {
  override name = 'ProviderTimeout'
}

/** The SDK's timeout counts for each of its tries; this one for all of them. */
async function within<T>(call: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new ProviderTimeout(`the provider has not answered within ${ms} ms`)), ms)
  try {
    return await Promise.race([call, promise])
  } finally {
    clearTimeout(timer)
  }
}
