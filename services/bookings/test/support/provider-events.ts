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
}

/** The body of a webhook that says how a payment intent has ended. */
export const eventOf = ({
  id = `evt_${randomUUID()}`,
  type = 'payment_intent.succeeded',
  intentId,
  amountMinor,
}: ProviderEventOptions): string =>
  JSON.stringify({
    id,
    object: 'event',
    type,
    data: { object: { id: intentId, object: 'payment_intent', status: 'succeeded', amount_received: amountMinor, currency: 'eur' } },
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
