import type { Money } from '@skyhold/contracts'
import Stripe from 'stripe'

/** A payment as the provider's books have it. */
export interface LedgerCharge {
  intentId: string
  /** Ours, as we have told it; null for what was not charged by us. */
  paymentId: string | null
  bookingId: string | null
  isCaptured: boolean
  received: Money
  /** What of it has gone back. Null where it was not asked for: on a list. */
  givenBackMinor: number | null
}

export interface LedgerRefund {
  providerId: string
  refundId: string | null
  intentId: string | null
  amount: Money
  /** Stripe's word: pending, requires_action, succeeded, failed or canceled. */
  status: string
}

/** The provider's own books, read page by page. Every call throws when the provider cannot be asked. */
export interface ProviderLedger {
  charges(sinceSeconds: number): AsyncIterable<LedgerCharge[]>
  refunds(sinceSeconds: number): AsyncIterable<LedgerRefund[]>
  /** null: the provider does not know it. */
  findCharge(intentId: string): Promise<LedgerCharge | null>
  /** null: the provider does not know it. */
  findRefund(providerId: string): Promise<LedgerRefund | null>
}

export interface LedgerOptions {
  secretKey: string
  /** The simulator's address; null = Stripe itself. */
  simulatorUrl: string | null
  timeoutMs: number
}

/** Stripe's largest page. */
const PAGE = 100
const RETRIES = 2

export function createProviderLedger({ secretKey, simulatorUrl, timeoutMs }: LedgerOptions): ProviderLedger {
  const place = simulatorUrl ? new URL(simulatorUrl) : null
  const stripe = new Stripe(secretKey, {
    ...(place ? { host: place.hostname, port: place.port, protocol: 'http' as const } : {}),
    maxNetworkRetries: RETRIES,
    timeout: timeoutMs,
    telemetry: false,
  })
  return {
    charges: (sinceSeconds) => pages((after) => stripe.paymentIntents.list(pageQuery(sinceSeconds, after)), chargeOf),
    refunds: (sinceSeconds) => pages((after) => stripe.refunds.list(pageQuery(sinceSeconds, after)), refundOf),
    findCharge: (intentId) => known(async () => chargeOf(await stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }))),
    findRefund: (providerId) => known(async () => refundOf(await stripe.refunds.retrieve(providerId))),
  }
}

async function known<T>(retrieve: () => Promise<T>): Promise<T | null> {
  try {
    return await retrieve()
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return null
    throw error
  }
}

const pageQuery = (sinceSeconds: number, after: string | null) => ({
  limit: PAGE,
  created: { gte: Math.max(1, sinceSeconds) },
  ...(after ? { starting_after: after } : {}),
})

/** Newest first, as Stripe lists. What is made meanwhile comes before the first page and is seen by the next run. */
async function* pages<T extends { id: string }, U>(
  list: (after: string | null) => Promise<{ data: T[]; has_more: boolean }>,
  view: (object: T) => U,
): AsyncIterable<U[]> {
  for (let after: string | null = null; ; ) {
    const page: { data: T[]; has_more: boolean } = await list(after)
    if (page.data.length > 0) yield page.data.map(view)
    after = page.data.at(-1)?.id ?? null
    if (!page.has_more || after === null) return
  }
}

const chargeOf = ({ id, metadata, status, amount_received, currency, latest_charge }: Stripe.PaymentIntent): LedgerCharge => ({
  intentId: id,
  paymentId: metadata.paymentId ?? null,
  bookingId: metadata.bookingId ?? null,
  isCaptured: status === 'succeeded',
  received: { amountMinor: amount_received, currency: currency.toUpperCase() },
  givenBackMinor: typeof latest_charge === 'object' ? (latest_charge?.amount_refunded ?? null) : null,
})

const refundOf = ({ id, metadata, payment_intent, amount, currency, status }: Stripe.Refund): LedgerRefund => ({
  providerId: id,
  refundId: metadata?.refundId ?? null,
  intentId: typeof payment_intent === 'string' ? payment_intent : (payment_intent?.id ?? null),
  amount: { amountMinor: amount, currency: currency.toUpperCase() },
  status: status ?? 'pending',
})
