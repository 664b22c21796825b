import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { claimStates, eventsAbout, expectDeclaredPaths, letLapse } from '../support/books.ts'
import { bookingOf, type Order, pay, type PaymentReply, type Shop, useShop, VISA } from '../support/paying.ts'
import { takeSeats } from '../support/sales.ts'

const MANY = 50

/** The same booking paid by fifty calls at once, spread over the replicas. */
function payAtOnce(shop: Shop, { booking, client }: Order, keyOf: (i: number) => string): Promise<PaymentReply[]> {
  const name = client.userId.slice('usr_'.length)
  return Promise.all(
    Array.from({ length: MANY }, (_, i) => pay(shop.replica(i % shop.replicas.length).asUser(name), booking.id, VISA, { key: keyOf(i) })),
  )
}

const counted = (replies: readonly PaymentReply[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status, body } of replies) {
    const kind = `${status} ${status < 300 ? body.status : body.code}`
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

describe.each(databases())('payments at once on two replicas and $name', ({ create }) => {
  const shop = useShop(create, { replicas: [{}, {}] })

  async function expectPaidOnce(order: Order): Promise<void> {
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    const paid = await bookingOf(order)
    expect(paid).toMatchObject({ status: 'confirmed' })
    expect(paid.payments.filter(({ status }) => status === 'captured')).toHaveLength(1)
    expect(await claimStates(shop.first, order)).toEqual(['sold'])
    const payments = paid.payments.map(({ id }) => id)
    expect((await eventsAbout(shop.first, [order.booking.id, ...payments])).filter((type) => type !== 'booking.created')).toEqual([
      'booking.confirmed',
      'payment.captured',
    ])
    await expectDeclaredPaths(shop.first, [order.booking.id, paid.holdId, ...payments])
  }

  test('fifty payments — with one key — are one payment, which all of them are told', async () => {
    const order = await shop.order('ada')
    const replies = await payAtOnce(shop, order, () => 'the-one-key')
    const paid = replies.filter(({ status }) => status === 201)
    expect(paid.length, JSON.stringify(counted(replies))).toBeGreaterThan(0)
    expect(new Set(paid.map(({ body }) => body.id)).size).toBe(1)
    const others = replies.filter(({ status }) => status !== 201).map(({ status, body }) => [status, body.code])
    for (const other of others) expect(other).toEqual([409, 'request_in_progress'])
    await expectPaidOnce(order)
  })

  test('fifty payments — with fifty keys — are one payment and forty-nine refusals', async () => {
    const order = await shop.order('bea')
    const replies = await payAtOnce(shop, order, (i) => `key-${i}`)
    expect(counted(replies)).toEqual({ '201 captured': 1, '409 already_paid': MANY - 1 })
    await expectPaidOnce(order)
  })

  test('one key — used for two bookings — is refused for the second', async () => {
    const [one, two] = [await shop.order('cid'), await shop.order('cid')]
    expect((await pay(one.client, one.booking.id, VISA, { key: 'shared' })).status).toBe(201)
    expect(await pay(two.client, two.booking.id, VISA, { key: 'shared' })).toMatchObject({ body: { code: 'idempotency_key_reused' } })
    expect(await shop.provider.chargesOf(two.booking.id)).toEqual([])
  })

  test('ten bookings — each paid with a declined and a good card at once — are paid once each', async () => {
    const orders = await Promise.all(Array.from({ length: 10 }, (_, i) => shop.order(`dot${i}`)))
    await Promise.all(
      orders.map(async (order) => {
        const [bad, good] = await Promise.all([
          pay(order.client, order.booking.id, 'pm_card_visa_chargeDeclined'),
          pay(shop.replica(1).asUser(order.client.userId.slice('usr_'.length)), order.booking.id, VISA),
        ])
        expect(good?.status, JSON.stringify(good?.body)).toBe(201)
        expect([402, 409]).toContain(bad?.status)
      }),
    )
    for (const order of orders) await expectPaidOnce(order)
  })

  test('twenty holds — paid and wanted by another at the instant they lapse — are sold to one of the two, who alone is charged', async () => {
    const flight = await shop.first.addFlight()
    const orders = await Promise.all(Array.from({ length: 20 }, (_, i) => shop.order(`eva${i}`, { flight, seats: [`${i + 1}A`] })))
    await Promise.all(
      orders.map(async (order, i) => {
        await letLapse(shop.first, order, 10 * i)
        const rival = shop.replica(1).asUser(`rival${i}`)
        const [paid, taken] = await Promise.all([
          pay(order.client, order.booking.id, VISA),
          waitFor(
            async () => {
              const reply = await takeSeats(rival, flight, [`${i + 1}A`])
              const [seat] = reply.body.seats ?? []
              return reply.status === 201 || seat?.status === 'sold' ? reply : null
            },
            { what: `seat ${i + 1}A to be decided`, timeoutMs: 20_000 },
          ),
        ])
        expect([paid.status, taken.status], JSON.stringify(paid.body)).toEqual(paid.status === 201 ? [201, 409] : [409, 201])
        expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(paid.status === 201 ? 1 : 0)
      }),
    )
  })
})
