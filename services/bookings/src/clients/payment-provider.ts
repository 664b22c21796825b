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

/** A refund at the provider. `failed`: the bank has not taken it, and the money is ours to refund again. */
export interface RefundState {
  kind: 'succeeded' | 'pending' | 'failed'
  providerId: string
}

/** `refused`: nothing was refunded and nothing will be. `unknown` is not a refusal; `isStored` says that this error is all that the same key will ever bring. */
export type RefundResult = RefundState | { kind: 'refused'; reason: string } | { kind: 'unknown'; isStored: boolean; reason: string }

export interface RefundOrder {
  refundId: string
  /** Each try has a key of its own. */
  tries: number
  intentId: string
  amount: Money
}

export interface PaymentProvider {
  createIntent(payment: { paymentId: string; bookingId: string; amount: Money }): Promise<Intent>
  confirm(intentId: string, payment: { paymentId: string; paymentMethod: string }): Promise<ProviderResult>
  /** Throws when the provider cannot be asked. */
  retrieve(intentId: string): Promise<IntentState>
  /** Fences every confirmation still on its way. True when the intent is cancelled now; false when it can no longer be. */
  cancel(intentId: string, paymentId: string): Promise<boolean>
  refund(refund: RefundOrder): Promise<RefundResult>
  /** What the provider has of this refund: whichever try succeeded or is on its way, else what became of the present try. Null when nothing was made of it. Throws when the provider cannot be asked. */
  findRefund(refund: Pick<RefundOrder, 'refundId' | 'tries' | 'intentId'>): Promise<RefundState | null>
  /** False when no secret's signature fits, or it is stale. What is signed may be anything. */
  isSigned(payload: string, signature: string): boolean
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
/** The most that a page of the provider's has. */
const LIST_LIMIT = 100

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

    async refund({ refundId, tries, intentId, amount }) {
      const metadata = { refundId, try: String(tries) }
      const call = stripe.refunds.create(
        { payment_intent: intentId, amount: amount.amountMinor, metadata },
        keyed(tries === 0 ? refundId : `${refundId}:${tries}`),
      )
      try {
        return refundState(await within(call, timeoutMs))
      } catch (error) {
        return refundResultOfError(error)
      }
    },

    async findRefund({ refundId, tries, intentId }) {
      const found: Stripe.Refund[] = []
      const list = stripe.refunds.list({ payment_intent: intentId, limit: LIST_LIMIT })
      const read = async () => {
        for await (const refund of list) if (refund.metadata?.refundId === refundId) found.push(refund)
      }
      await within(read(), timeoutMs)
      const states = found.map(refundState)
      const present = found.find(({ metadata }) => metadata?.try === String(tries))
      return (
        states.find(({ kind }) => kind === 'succeeded') ??
        states.find(({ kind }) => kind === 'pending') ??
        (present ? refundState(present) : null)
      )
    },

    isSigned(payload, signature) {
      const { signature: signatures } = stripe.webhooks
      if (!signatures) throw new Error('the SDK has no check of signatures')
      for (const secret of webhookSecrets) {
        try {
          if (signatures.verifyHeader(payload, signature, secret, SIGNATURE_TOLERANCE_SECONDS)) return true
        } catch (error) {
          if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error
        }
      }
      return false
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

export const refundState = ({ id, status }: Stripe.Refund): RefundState => ({
  providerId: id,
  kind: status === 'succeeded' ? 'succeeded' : status === 'failed' || status === 'canceled' ? 'failed' : 'pending',
})

/** Only a plain no says that nothing was refunded. */
function refundResultOfError(error: unknown): RefundResult {
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof Stripe.errors.StripeInvalidRequestError) return { kind: 'refused', reason }
  const isStored = error instanceof Stripe.errors.StripeAPIError && error.headers?.['idempotent-replayed'] === 'true'
  return { kind: 'unknown', isStored, reason }
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
