import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { bookingOf, type Order, pay, payNow, useShop } from '../support/paying.ts'
import { deliver, eventOf, paymentRow, SECRET, signatureOf } from '../support/provider-events.ts'

const NEXT_SECRET = 'whsec_next'

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

  test('an event — of an intent that nobody knows, or of another amount — is 200, parked, and confirms nothing', async () => {
    const order = await waiting('dot')
    const before = await parked()
    for (const body of [eventOf({ ...order, intentId: 'pi_of_somebody_else' }), eventOf({ ...order, amountMinor: order.amountMinor - 1 })])
      expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    expect(await parked()).toBe(before + 2)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
  })

  test('an event — of another type, or of a failure after the capture — is 200 and changes nothing', async () => {
    const order = await shop.order('eva')
    await payNow(order)
    const { id, intentId, amountMinor } = await paymentRow(shop.first, order)
    for (const type of ['payment_intent.payment_failed', 'payment_intent.canceled', 'charge.dispute.created']) {
      const body = eventOf({ type, intentId, amountMinor })
      expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    }
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ id, status: 'captured' }] })
  })
})
