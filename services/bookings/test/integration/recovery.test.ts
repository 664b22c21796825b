import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { PaymentProvider } from '../../src/clients/payment-provider.ts'
import { settle } from '../../src/services/pay-for-booking.ts'
import type { Parts } from '../../src/services/parts.ts'
import { recoverPayments } from '../../src/services/recover-payments.ts'
import { claimStates, expectDeclaredPaths, makeDue } from '../support/books.ts'
import { refundByHand } from '../support/cancelling.ts'
import { bookingOf, type Order, pay, payNow, useShop, VISA } from '../support/paying.ts'
import { WITHOUT } from '../support/weakened.ts'

const DEATH = new Error('the process is dead')
const die = (): Promise<never> => Promise.reject(DEATH)

/** A replica whose provider fails as told; the booking is made at the first replica, which stays well. */
const withProvider = (change: (provider: PaymentProvider) => Partial<PaymentProvider>) => ({
  replace: ({ provider }: { provider: PaymentProvider }) => ({ provider: { ...provider, ...change(provider) } }),
})

const REPLICAS = {
  well: 0,
  diesBeforeTheIntent: 1,
  diesBeforeTheCharge: 2,
  diesAfterTheCharge: 3,
  hearsLate: 4,
}

/** What the provider says reaches the late replica when this is over. */
let silence: Promise<unknown> = Promise.resolve()

describe.each(databases())('recovery of payments on $name', ({ create }) => {
  const shop = useShop(create, {
    settings: { PAYMENT_TIMEOUT_MS: '3000', PIN_MAX_SECONDS: '60', DATABASE_POOL_MAX: '4' },
    replicas: [
      {},
      withProvider(() => ({ createIntent: die })),
      withProvider(() => ({ confirm: die })),
      withProvider((provider) => ({ confirm: (...args) => provider.confirm(...args).then(die) })),
      withProvider((provider) => ({
        confirm: async (...args) => {
          const result = await provider.confirm(...args)
          await silence
          return result
        },
      })),
    ],
  })

  /** Pays at a replica that goes wrong; what it answers is nobody's concern. */
  async function payAt(replica: number, { client, booking }: Order, method = VISA): Promise<void> {
    await pay(shop.replica(replica).asUser(client.userId.slice('usr_'.length)), booking.id, method)
    await waitFor(() => shop.replica(replica).parts.unfinished.size === 0, { what: 'the process to be through', timeoutMs: 15_000 })
  }

  /** Every replica recovers at once, as in life; how often a payment was found settled. On a busy machine the pause of the one runs out, and the other finds the same. */
  async function recoverEverywhere(): Promise<number> {
    const settled = await Promise.all([REPLICAS.well, REPLICAS.diesBeforeTheIntent].map((at) => recoverPayments(shop.replica(at).parts)))
    return settled.reduce((sum, each) => sum + each, 0)
  }

  async function idsOf(order: Order): Promise<string[]> {
    const { payments, holdId } = await bookingOf(order)
    return [order.booking.id, holdId, ...payments.map(({ id }) => id)]
  }

  test('a process — that dies before the intent — leaves a payment that recovery gives up, and the seats wait for another card', async () => {
    const order = await shop.order('ada')
    await payAt(REPLICAS.diesBeforeTheIntent, order)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
    expect(await recoverEverywhere()).toBe(0)
    await makeDue(shop.first, order)
    expect(await recoverEverywhere()).toBeGreaterThan(0)
    expect(await bookingOf(order)).toMatchObject({
      status: 'awaiting_payment',
      payments: [{ status: 'failed', declineCode: 'not_attempted' }],
    })
    await payNow(order)
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('a recoverer — that read the payment before its intent was kept — does not give up what its process goes on with', async () => {
    const order = await shop.order('cyd')
    await payAt(REPLICAS.diesBeforeTheCharge, order)
    const { payments } = await bookingOf(order)
    const parts = shop.replica(REPLICAS.well).parts
    const settled = await settle(
      {
        paymentId: payments[0]?.id ?? '',
        onlyWithoutIntent: true,
        result: { kind: 'declined', declineCode: 'not_attempted' },
        actor: 'job:recover',
        requestId: '',
      },
      parts,
    )
    expect(settled.status).toBe('processing')
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
  })

  test('a process — that dies after the charge — leaves a payment that one recoverer of two confirms', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('bea')
    await payAt(REPLICAS.diesAfterTheCharge, order)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
    await makeDue(shop.first, order)
    expect(await recoverEverywhere()).toBeGreaterThan(0)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
    expect(await claimStates(shop.first, order)).toEqual(['sold'])
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    await shop.provider.behave({ webhooksPaused: false })
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('a process — that hears of its charge when the money has gone back already — answers what was kept, and so does every repeat', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('fay')
    const { promise, resolve: speak } = Promise.withResolvers<void>()
    silence = promise
    const late = shop.replica(REPLICAS.hearsLate).asUser('fay')
    const answering = pay(late, order.booking.id, VISA, { key: 'key-of-fay' })
    await waitFor(async () => (await shop.provider.chargesOf(order.booking.id)).length === 1, { what: 'the charge' })
    await makeDue(shop.first, order)
    expect(await recoverEverywhere()).toBeGreaterThan(0)
    const { payments } = await bookingOf(order)
    expect(await refundByHand(shop.first, payments[0]?.id ?? '')).toMatchObject({ status: 201 })
    await waitFor(async () => (await bookingOf(order)).payments[0]?.status === 'refunded', { what: 'the money to be back' })
    speak()
    const answer = await answering
    expect(answer).toMatchObject({ status: 201, body: { status: 'captured' } })
    expect((await pay(late, order.booking.id, VISA, { key: 'key-of-fay' })).body).toEqual(answer.body)
    await shop.provider.behave({ webhooksPaused: false })
  })

  /** Recovers the payment of a process that died between intent and charge, whose confirmation comes after all; then the customer pays again. What the late one was answered. */
  async function confirmAfterRecovery(name: string, recovering: Parts): Promise<{ late: string; charges: number }> {
    const order = await shop.order(name)
    await payAt(REPLICAS.diesBeforeTheCharge, order)
    await makeDue(shop.first, order)
    await recoverPayments(recovering)
    expect(await bookingOf(order)).toMatchObject({ status: 'awaiting_payment', payments: [{ status: 'failed' }] })
    const [payment] = await shop.first.parts.payments.listOfBooking(order.booking.id)
    const late = await shop.first.parts.provider.confirm(payment?.providerId ?? '', { paymentId: payment?.id ?? '', paymentMethod: VISA })
    await payNow(order)
    return { late: late.kind, charges: (await shop.provider.chargesOf(order.booking.id)).length }
  }

  test('a process — that dies between intent and charge — is fenced: its confirmation that comes late charges nothing', async () => {
    expect(await confirmAfterRecovery('cid', shop.first.parts)).toEqual({ late: 'unknown', charges: 1 })
  })

  test('a process — that dies between intent and charge, without the fence — charges late what the customer pays again', async () => {
    await shop.provider.behave({ webhooksPaused: true }) // The provider would tell of the charge that nobody knows of.
    const unfenced = WITHOUT['charge-fence'](shop.first.parts)
    expect(await confirmAfterRecovery('cem', { ...shop.first.parts, ...unfenced })).toEqual({ late: 'captured', charges: 2 })
    await shop.provider.behave({ webhooksPaused: false })
  })

  test('the provider — away when a payment begins — is answered 202, and nobody is charged when it is back', async () => {
    const order = await shop.order('dot')
    await shop.provider.behave({ down: true })
    const begun = await pay(order.client, order.booking.id, VISA)
    await shop.provider.behave({ down: false })
    expect(begun).toMatchObject({ status: 202, body: { status: 'processing' } })
    await makeDue(shop.first, order)
    expect(await recoverEverywhere()).toBeGreaterThan(0)
    expect(await bookingOf(order)).toMatchObject({
      status: 'awaiting_payment',
      payments: [{ status: 'failed', declineCode: 'not_attempted' }],
    })
  })

  test('the provider — away for longer than seats may wait — turns the booking to attention, and its word still counts when it is back', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('eva')
    await payAt(REPLICAS.diesAfterTheCharge, order)
    await shop.provider.behave({ down: true })
    await makeDue(shop.first, order)
    expect(await recoverEverywhere()).toBe(0)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
    await makeDue(shop.first, order, 61)
    expect(await recoverEverywhere()).toBe(0)
    expect(await bookingOf(order)).toMatchObject({ status: 'attention' })
    expect(await claimStates(shop.first, order)).toEqual(['held'])
    await shop.provider.behave({ down: false })
    await makeDue(shop.first, order)
    expect(await recoverEverywhere()).toBeGreaterThan(0)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    await shop.provider.behave({ webhooksPaused: false })
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })
})
