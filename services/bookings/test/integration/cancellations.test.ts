import type { Cancellation, Hold } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { cancelFlight } from '../support/cancelled-flights.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, letLapse } from '../support/books.ts'
import { askForQuote, cancelledInFull, confirm, letGracePass, letQuoteExpire, quote } from '../support/cancelling.ts'
import { bookingOf, type Order, pay, payNow, useShop, VISA } from '../support/paying.ts'
import { bookSeats } from '../support/sales.ts'
import { BUSINESS, ECONOMY, fareOf } from '../support/sample-flights.ts'

const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

describe.each(databases())('cancellations on $name', ({ create }) => {
  const shop = useShop(create)

  async function paidOrder(name: string, seats = ['1A']): Promise<Order> {
    const order = await shop.order(name, { seats })
    await payNow(order)
    return order
  }
  const refundedOf = async ({ booking }: Order) => (await shop.provider.chargesOf(booking.id)).map(({ refundedMinor }) => refundedMinor)

  test('a paid booking — cancelled within a day — gives its seats back at once and all its money', async () => {
    const order = await paidOrder('ada', ['1A', '1B'])
    expect((await bookingOf(order)).availableActions).toContain('cancel')
    const offer = await quote(order)
    expect(offer).toMatchObject({ bookingId: order.booking.id, status: 'quoted', refund: euros(20_000), fee: euros(0) })
    expect(Date.parse(offer.expiresAt) - Date.now()).toBeGreaterThan(9 * 60_000)
    const { status, body } = await confirm(order, offer)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({
      status: 'cancellation_pending',
      refunds: [{ status: 'pending', amount: euros(20_000) }],
      availableActions: [],
    })
    expect(await claimStates(shop.first, order)).toEqual([])
    await cancelledInFull(order)
    const after = await bookingOf(order)
    expect(after).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }], refunds: [{ status: 'succeeded' }] })
    expect(await refundedOf(order)).toEqual([20_000])
    expect((await order.client.get<Cancellation>(`/cancellations/${offer.id}`)).body).toMatchObject({ id: offer.id, status: 'confirmed' })
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.confirmed', 'booking.cancelled'])
    expect(await eventsAbout(shop.first, [after.refunds[0]?.id ?? ''])).toEqual(['refund.succeeded'])
    await payNow(await shop.order('bea', { seats: ['1A', '1B'], flight: order.flight }))
    await expectDeclaredPaths(shop.first, [order.booking.id, after.payments[0]?.id ?? '', after.refunds[0]?.id ?? ''])
  })

  test.each([
    ['not refundable', false, 0, 10_000],
    ['refundable', true, 10_000, 0],
  ])('a fare that is %s — cancelled after a day — decides', async (_words, refundable, refund, fee) => {
    const order = await shop.order('cid', { flight: await shop.first.addFlight({ fares: [fareOf({ refundable })] }) })
    await payNow(order)
    await letGracePass(shop.first, order)
    const offer = await quote(order)
    expect(offer).toMatchObject({ refund: euros(refund), fee: euros(fee) })
    expect((await confirm(order, offer)).status).toBe(200)
    await cancelledInFull(order)
    expect(await refundedOf(order)).toEqual([refund])
    expect(await claimStates(shop.first, order)).toEqual([])
  })

  test('a refundable fare — of a cabin that the flight has lost to a smaller aircraft since — is refundable still', async () => {
    const flight = await shop.first.addFlight({
      layout: { cabins: [BUSINESS, { ...ECONOMY, firstRow: 4 }] },
      fares: [fareOf({ code: 'BIZFLEX', cabin: 'business', refundable: true }), fareOf()],
    })
    const client = shop.first.asUser('una')
    const hold = await client.post<Hold>('/holds', { flights: [{ flightId: flight.id, fare: 'BIZFLEX', seats: ['1A'] }] })
    expect(hold).toMatchObject({ status: 201, body: { flights: [{ fare: 'BIZFLEX' }] } })
    const order = { client, flight, booking: await bookSeats(client, hold.body) }
    await payNow(order)
    await letGracePass(shop.first, order)
    await cancelFlight(shop.first, flight, { layout: { cabins: [ECONOMY] }, fares: [fareOf()] })
    const offer = await quote(order)
    expect(offer).toMatchObject({ refund: euros(10_000), fee: euros(0) })
    expect((await confirm(order, offer)).status).toBe(200)
    await cancelledInFull(order)
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('a quote of within the day — confirmed after it — is honoured', async () => {
    const order = await paidOrder('dot')
    const offer = await quote(order)
    await letGracePass(shop.first, order)
    expect((await confirm(order, offer)).status).toBe(200)
    await cancelledInFull(order)
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('an unpaid booking — cancelled — quotes nothing for nothing, and another buys its seats', async () => {
    const order = await shop.order('eva')
    const offer = await quote(order)
    expect(offer).toMatchObject({ refund: euros(0), fee: euros(0) })
    expect((await confirm(order, offer)).body).toMatchObject({ status: 'cancelled', refunds: [] })
    await payNow(await shop.order('fay', { flight: order.flight }))
    expect(await pay(order.client, order.booking.id, VISA)).toMatchObject({ status: 409, body: { code: 'booking_cancelled' } })
    expect(await askForQuote(order)).toMatchObject({ status: 409, body: { code: 'not_cancellable' } })
  })

  test('a quote for an unpaid booking — confirmed once it is paid — does not take the money', async () => {
    const order = await shop.order('gus')
    const offer = await quote(order)
    await payNow(order)
    expect(await confirm(order, offer)).toMatchObject({ status: 409, body: { code: 'quote_superseded' } })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('a quote — once there is a newer one, or its ten minutes are over — is refused, and the same key may be used again', async () => {
    const order = await paidOrder('hal')
    const first = await quote(order)
    const second = await quote(order)
    expect(await confirm(order, first)).toMatchObject({ status: 409, body: { code: 'quote_superseded' } })
    expect((await order.client.get<Cancellation>(`/cancellations/${first.id}`)).body).toMatchObject({ status: 'superseded' })
    await letQuoteExpire(shop.first, second)
    const expired = await confirm(order, second, { key: 'expired' })
    expect(expired).toMatchObject({ status: 409, body: { code: 'quote_expired' } })
    expect((await confirm(order, second, { key: 'expired' })).headers.get('idempotency-replayed')).toBeNull()
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('a booking — whose time is over, or whose flight has left — cannot be cancelled', async () => {
    const lapsed = await shop.order('ida')
    await letLapse(shop.first, lapsed)
    expect(await askForQuote(lapsed)).toMatchObject({ status: 409, body: { code: 'not_cancellable' } })

    const flown = await paidOrder('joe')
    const offer = await quote(flown)
    await shop.first.addFlight({ ...flown.flight, departsAtUtc: new Date(Date.now() - 60_000).toISOString(), status: 'departed' })
    expect((await bookingOf(flown)).availableActions).not.toContain('cancel')
    expect(await askForQuote(flown)).toMatchObject({ status: 409, body: { code: 'not_cancellable' } })
    expect(await confirm(flown, offer)).toMatchObject({ status: 409, body: { code: 'not_cancellable' } })
  })

  test('a booking — whose flight does not fly — costs no fee, whatever was quoted', async () => {
    const order = await paidOrder('kim')
    await letGracePass(shop.first, order)
    const offer = await quote(order)
    expect(offer).toMatchObject({ refund: euros(0) })
    await shop.first.addFlight({ ...order.flight, status: 'cancelled' })
    expect((await confirm(order, offer)).status).toBe(200)
    await cancelledInFull(order)
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('a cancellation — asked for ten times at once with different keys — is one refund', async () => {
    const order = await paidOrder('lea')
    const offer = await quote(order)
    const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => confirm(order, offer, { key: `cancel-${i}` })))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'not_cancellable')).toHaveLength(9)
    await cancelledInFull(order)
    expect(await refundedOf(order)).toEqual([10_000])
    expect((await bookingOf(order)).refunds).toHaveLength(1)
  })

  test('a confirmation — sent again with its key — is answered again and does nothing', async () => {
    const order = await paidOrder('max')
    const offer = await quote(order)
    const first = await confirm(order, offer, { key: 'once' })
    await cancelledInFull(order)
    const again = await confirm(order, offer, { key: 'once' })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('paying and cancelling at once — ends as one of them, and no money stays without seats', async () => {
    for (let round = 0; round < 5; round += 1) {
      const order = await shop.order(`ned${round}`)
      const offer = await quote(order)
      const [paid, cancelled] = await Promise.all([pay(order.client, order.booking.id, VISA), confirm(order, offer)])
      const isCancelled = cancelled.status === 200
      expect(isCancelled ? paid.body.code : cancelled.body.code, JSON.stringify([paid, cancelled])).toMatch(
        isCancelled ? /^booking_cancelled$/ : /^(payment_in_progress|quote_superseded)$/,
      )
      expect(await bookingOf(order)).toMatchObject({ status: isCancelled ? 'cancelled' : 'confirmed' })
      expect(await refundedOf(order)).toEqual(isCancelled ? [] : [0])
    }
  })

  test('a booking that is being paid — is not cancelled meanwhile, and may be afterwards', async () => {
    const order = await shop.order('ole')
    const offer = await quote(order)
    const paying = await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')
    expect(paying.body.status).toBe('requires_action')
    const refused = await confirm(order, offer)
    expect(refused).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await askForQuote(order)).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } })
  })

  test("another's booking — quoted or confirmed — is not there, and a look-up may do both", async () => {
    const order = await paidOrder('pia')
    const offer = await quote(order)
    const stranger = shop.first.asUser('stranger')
    expect(await askForQuote({ ...order, client: stranger })).toMatchObject({ status: 404, body: { code: 'booking_not_found' } })
    expect(await confirm({ client: stranger }, offer)).toMatchObject({ status: 404, body: { code: 'cancellation_not_found' } })
    expect(await stranger.get(`/cancellations/${offer.id}`)).toMatchObject({ status: 404, body: { code: 'cancellation_not_found' } })

    const lookedUp = await shop.first
      .asNobody()
      .post<{ accessToken: string }>('/bookings/lookup', { reference: order.booking.reference, familyName: 'Berg' })
    const headers = { authorization: `Bearer ${lookedUp.body.accessToken}` }
    const again = await askForQuote({ ...order, client: shop.first.asNobody() }, { headers })
    expect(again.status, JSON.stringify(again.body)).toBe(201)
    const cancelled = await confirm({ client: shop.first.asNobody() }, again.body, { headers })
    expect(cancelled.status).toBe(200)
    expect(cancelled.body).not.toHaveProperty('contact')
    await cancelledInFull(order)
  })
})
