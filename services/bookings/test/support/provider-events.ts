import { createHmac, randomUUID } from 'node:crypto'
import { assertDeclared } from '@skyhold/testkit'
import type { PaymentRow } from '../../src/repositories/payments.ts'
import type { Order } from './paying.ts'
import type { RunningBookings } from './running-bookings.ts'

export const SECRET = 'whsec_simulator'

export interface ProviderEventOptions {
  id?: string
  type?: string
  intentId: string
  amountMinor: number
  currency?: string
}

/** The body of a webhook that says how a payment intent has ended. */
export const eventOf = ({
  id = `evt_${randomUUID()}`,
  type = 'payment_intent.succeeded',
  intentId,
  amountMinor,
  currency = 'eur',
}: ProviderEventOptions): string =>
  JSON.stringify({
    id,
    object: 'event',
    type,
    data: { object: { id: intentId, object: 'payment_intent', status: 'succeeded', amount_received: amountMinor, currency } },
  })

/** Stripe's signature, over the time and the body. */
export function signatureOf(body: string, { secret = SECRET, ageSeconds = 0 }: { secret?: string; ageSeconds?: number } = {}): string {
  const at = Math.floor(Date.now() / 1000) - ageSeconds
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}

export async function deliver({ url }: RunningBookings, body: string, signature: string): Promise<{ status: number; code?: string }> {
  const response = await fetch(`${url}/api/v1/webhooks/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body,
  })
  const text = await response.text()
  assertDeclared('POST', response, text)
  return { status: response.status, ...(JSON.parse(text) as { code?: string }) }
}

/** The row of the only payment of a booking, and the id that the provider gave it. */
export async function paymentRow({ parts }: RunningBookings, { booking }: Order): Promise<PaymentRow & { intentId: string }> {
  const [payment] = await parts.payments.listOfBooking(booking.id)
  if (!payment?.providerId) throw new Error(`booking ${booking.id} has no payment that the provider knows`)
  return { ...payment, intentId: payment.providerId }
}

export interface RefundWord {
  id?: string
  type?: string
  /** The provider's refund. */
  providerId: string
  status: string
  /** Ours, with the amount that the word is about. */
  refund: { id: string; amountMinor: number }
  tries?: number
  intentId?: string
}

/** What the provider says of a refund, delivered. */
export async function deliverRefund(bookings: RunningBookings, word: RefundWord): Promise<void> {
  const { id = `evt_${randomUUID()}`, type = 'refund.updated', providerId, status, refund, tries = 0, intentId } = word
  const object = {
    id: providerId,
    object: 'refund',
    amount: refund.amountMinor,
    currency: 'eur',
    status,
    ...(intentId ? { payment_intent: intentId } : {}),
    metadata: { refundId: refund.id, try: String(tries) },
  }
  const body = JSON.stringify({ id, object: 'event', type, created: 1_700_000_000, data: { object } })
  const answer = await deliver(bookings, body, signatureOf(body))
  if (answer.status !== 200) throw new Error(`the event ${body} was answered with ${answer.status}`)
}
