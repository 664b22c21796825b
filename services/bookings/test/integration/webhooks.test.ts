import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { cancelNow } from '../support/cancelling.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, type Order, pay, payNow, useShop } from '../support/paying.ts'
import { deliver, eventOf, paymentRow, SECRET, signatureOf } from '../support/provider-events.ts'

const NEXT_SECRET = 'whsec_next'
const OF_THE_SIMULATOR = /^evt_[0-9a-f]{32}$/

describe.each(databases())('webhooks of the provider on $name', ({ create }) => {
  const shop = useShop(create, { settings: { STRIPE_WEBHOOK_SECRET: `${SECRET},${NEXT_SECRET}` } })

  /** A payment that waits for the customer's bank: nothing but a webhook can end it here. */
  async function waiting(name: string): Promise<Order & { paymentId: string; intentId: string; amountMinor: number }> {
    const order = await shop.order(name)
    expect((await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')).status).toBe(202)
    const { id, intentId, amountMinor } = await paymentRow(shop.first, order)
    return { ...order, paymentId: id, intentId, amountMinor }
  }

  const parked = (): Promise<number> => shop.first.parts.providerEvents.countParked()

  test.each([
    ['forged', (body: string) => signatureOf(body, { secret: 'whsec_of_somebody_else' })],
    ['stale', (body: string) => signatureOf(body, { ageSeconds: 301 })],
    ['over another body', () => signatureOf('{}')],
    ['missing', () => ''],
    ['not a signature', () => 't=now,v1=zz'],
  ])('a signature — %s — is 400 and confirms nothing', async (_what, sign) => {
    const order = await waiting('ada')
    const body = eventOf(order)
    expect(await deliver(shop.first, body, sign(body))).toMatchObject({ status: 400, code: 'invalid_signature' })
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
  })

  test.each([SECRET, NEXT_SECRET])('a success — signed with %s, one of two secrets — confirms the booking', async (secret) => {
    const order = await waiting('bea')
    const body = eventOf(order)
    expect(await deliver(shop.first, body, signatureOf(body, { secret }))).toMatchObject({ status: 200 })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }] })
    await expectDeclaredPaths(shop.first, [order.booking.id, order.paymentId])
  })

  test('one event — a hundred times, twenty at once — has one effect', async () => {
    const order = await waiting('cid')
    const body = eventOf(order)
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(shop.first, body, signatureOf(body))))
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    }
    expect(await eventsAbout(shop.first, [order.paymentId])).toEqual(['payment.captured'])
    expect((await bookingOf(order)).passengers.flatMap(({ tickets }) => tickets)).toHaveLength(1)
    await expectDeclaredPaths(shop.first, [order.booking.id, order.paymentId])
  })

  test('an event — of an intent that nobody knows, or of another amount or currency — is 200, parked, and confirms nothing', async () => {
    const order = await waiting('dot')
    const before = await parked()
    for (const wrong of [{ intentId: 'pi_of_somebody_else' }, { amountMinor: order.amountMinor - 1 }, { currency: 'usd' }]) {
      const body = eventOf({ ...order, ...wrong })
      expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    }
    expect(await parked()).toBe(before + 3)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
  })

  test.each([
    ['of a cancelled intent that was charged', 'payment_intent.canceled', {}],
    ['of a refund that is not ours', 'refund.updated', { object: 'refund', amount: 1, status: 'succeeded' }],
    ['of a refund that somebody made by hand', 'refund.failed', { object: 'refund', amount: 1, status: 'failed', metadata: {} }],
    ['of a dispute over nothing of ours', 'charge.dispute.created', { object: 'dispute', payment_intent: 'pi_of_somebody_else' }],
  ])('an event — %s — is 200, parked and counted, and changes nothing', async (_what, type, object) => {
    const order = await shop.order('ida')
    await payNow(order)
    const { intentId } = await paymentRow(shop.first, order)
    const before = await metricOf(shop.first, 'provider_events_parked')
    const body = JSON.stringify({
      id: `evt_${order.booking.id}`,
      object: 'event',
      type,
      created: 1_700_000_000,
      data: { object: { id: intentId, status: 'canceled', currency: 'eur', ...object } },
    })
    expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    expect(await metricOf(shop.first, 'provider_events_parked')).toBe(before + 1)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }], refunds: [] })
  })

  test.each([['{"a":1}'], ['[]'], ['null'], ['"evt_1"'], ['{"id":7}'], ['{"id":"evt 1"}'], ['{"id":'], ['no JSON']])(
    'a signed body — %s, without the id of an event — is 400 and leaves nothing',
    async (body) => {
      const kept = async (): Promise<string[]> => {
        const rows = await shop.first.parts.db.rows<{ id: string }>('SELECT id FROM provider_events ORDER BY id')
        return rows.map(({ id }) => id).filter((id) => !OF_THE_SIMULATOR.test(id)) // Those of earlier payments may still be coming in.
      }
      const before = await kept()
      expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(await kept()).toEqual(before)
    },
  )

  const broken: [type: unknown, more: object][] = [
    [undefined, {}],
    [7, {}],
    ['payment_intent.succeeded', {}],
    ['payment_intent.succeeded', { data: {} }],
    ['payment_intent.succeeded', { data: { object: null } }],
    ['payment_intent.succeeded', { data: { object: { id: ['pi_1'], status: 'succeeded', amount_received: 1, currency: 'eur' } } }],
    ['payment_intent.succeeded', { data: { object: { id: 'pi_1', status: 'succeeded', amount_received: 1, currency: null } } }],
    ['payment_intent.canceled', { data: { object: { id: 'pi_\u0000', status: 'canceled' } } }],
    ['refund.updated', { data: { object: { id: 're_1', status: 'succeeded', amount: 1, metadata: { refundId: {} } } } }],
    ['refund.failed', { data: [] }],
    ['charge.dispute.created', { data: { object: { id: 'du_1', payment_intent: 'pi_1' } } }],
    ['charge.dispute.closed', { created: 'now', data: { object: {} } }],
  ]
  test.each(
    broken.map(([type, more], index) => [String(type), JSON.stringify(more), { id: `evt_broken_${index}`, type, ...more }] as const),
  )('a signed event — of type %s with %s — is 200, parked with a word why, and not left lying', async (_type, _more, event) => {
    const body = JSON.stringify(event)
    for (let time = 0; time < 2; time += 1) expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    expect(await shop.first.parts.providerEvents.find(event.id)).toMatchObject({ state: 'parked', note: 'it has not the form of its type' })
  })

  test('a refund — that the provider had pending — ends by its webhook', async () => {
    const order = await shop.order('jon')
    await payNow(order, 'pm_card_pendingRefund')
    await cancelNow(shop.first, order)
    await sendRefunds(shop.first.parts)
    await waitFor(async () => (await bookingOf(order)).status === 'cancelled', { what: 'the refund to succeed', timeoutMs: 15_000 })
    const { payments, refunds } = await bookingOf(order)
    expect([...payments, ...refunds]).toMatchObject([{ status: 'refunded' }, { status: 'succeeded' }])
    await expectDeclaredPaths(shop.first, [order.booking.id, payments[0]?.id ?? '', refunds[0]?.id ?? ''])
  })

  test('a refund — that the provider gives up — waits for a person; another amount than ours is parked', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('kim')
    await payNow(order, 'pm_card_pendingRefund')
    await cancelNow(shop.first, order)
    await sendRefunds(shop.first.parts)
    const refundId = (await bookingOf(order)).refunds[0]?.id ?? ''
    const before = await metricOf(shop.first, 'provider_events_parked')
    const failed = (amount: number) =>
      JSON.stringify({
        id: `evt_${refundId}-${amount}`,
        object: 'event',
        type: 'refund.failed',
        data: { object: { id: 're_1', object: 'refund', amount, currency: 'eur', status: 'failed', metadata: { refundId, try: '0' } } },
      })
    const [wrong, right] = [failed(1), failed(order.booking.total.amountMinor)]
    await deliver(shop.first, wrong, signatureOf(wrong))
    expect(await metricOf(shop.first, 'provider_events_parked')).toBe(before + 1)
    expect(await bookingOf(order)).toMatchObject({ refunds: [{ status: 'pending' }] })
    await deliver(shop.first, right, signatureOf(right))
    expect(await bookingOf(order)).toMatchObject({ status: 'cancellation_pending', refunds: [{ status: 'needs_attention' }] })
    await shop.provider.behave({ webhooksPaused: false })
  })

  test('an event — of another type, or of a failure after the capture — is 200 and changes nothing', async () => {
    const order = await shop.order('eva')
    await payNow(order)
    const { id, intentId, amountMinor } = await paymentRow(shop.first, order)
    for (const type of ['payment_intent.payment_failed', 'charge.refunded', 'customer.created']) {
      const body = eventOf({ type, intentId, amountMinor })
      expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    }
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ id, status: 'captured' }] })
  })
})
