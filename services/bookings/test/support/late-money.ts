import type { PaymentProvider } from '../../src/clients/payment-provider.ts'
import { recoverPayments } from '../../src/services/recover-payments.ts'
import { expect } from 'vitest'
import { waitFor } from '@skyhold/testkit'
import { makeDue } from './books.ts'
import { bookingOf, type Order, pay, type Shop, VISA } from './paying.ts'
import { deliver, eventOf, signatureOf } from './provider-events.ts'

const DEATH = new Error('the process is dead')
const die = (): Promise<never> => Promise.reject(DEATH)

const withProvider = (change: (provider: PaymentProvider) => Partial<PaymentProvider>) => ({
  replace: ({ provider }: { provider: PaymentProvider }) => ({ provider: { ...provider, ...change(provider) } }),
})

/** Replicas to open a shop with, so that a charge can be given up: one is well, one dies after the charge, and one believes that nothing was charged. */
export const LATE_REPLICAS = [
  {},
  withProvider((provider) => ({ confirm: (...args) => provider.confirm(...args).then(die) })),
  withProvider(() => ({ retrieve: async () => ({ kind: 'open', declineCode: null }), cancel: async () => true })),
]
const DIES_AFTER_THE_CHARGE = 1
const GIVES_UP_WHAT_IS_CHARGED = 2

/** Charges a card for a booking whose payment is then given up: the money is at the provider, and nobody here knows. Its webhook must be held back. */
export async function chargeAndGiveUp(shop: Shop, order: Order): Promise<{ paymentId: string; evidence: string }> {
  const known = new Set((await bookingOf(order)).payments.map(({ id }) => id))
  const dying = shop.replica(DIES_AFTER_THE_CHARGE)
  await pay(dying.asUser(order.client.userId.slice('usr_'.length)), order.booking.id, VISA)
  await waitFor(() => dying.parts.unfinished.size === 0, { what: 'the process to be through', timeoutMs: 15_000 })
  await makeDue(shop.first, order)
  await recoverPayments(shop.replica(GIVES_UP_WHAT_IS_CHARGED).parts)
  const payment = (await shop.first.parts.payments.listOfBooking(order.booking.id)).find(({ id }) => !known.has(id))
  expect(payment?.status).toBe('failed')
  if (!payment?.providerId) throw new Error(`booking ${order.booking.id} has no payment that the provider knows`)
  return { paymentId: payment.id, evidence: eventOf({ intentId: payment.providerId, amountMinor: payment.amountMinor }) }
}

/** The provider says that it has charged. */
export async function bringEvidence(shop: Shop, evidence: string): Promise<void> {
  expect(await deliver(shop.first, evidence, signatureOf(evidence))).toMatchObject({ status: 200 })
}
