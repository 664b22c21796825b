import type { Hold } from '@skyhold/contracts'
import { newId } from '@skyhold/platform'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { cancelFlights } from '../../src/services/cancel-flights.ts'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { settle } from '../../src/services/pay-for-booking.ts'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, notesAbout } from '../support/books.ts'
import { cancelFlight } from '../support/cancelled-flights.ts'
import { cancellationsOf } from '../support/cancelling.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import { bookingOf, comeBack, type Order, pay, payNow, type Shop, useShop } from '../support/paying.ts'
import { bookSeats, holdBody, holdSeats, takeSeats } from '../support/sales.ts'

const THREE_DS = 'pm_card_threeDSecure2Required'

describe.each(databases())('cancelled flights on $name', ({ create }) => {
  const shop = useShop(create, { replicas: [{}, {}] })

  const idsOf = async (order: Order): Promise<string[]> => {
    const { payments, refunds } = await bookingOf(order)
    return [order.booking.id, order.booking.holdId, ...payments.map(({ id }) => id), ...refunds.map(({ id }) => id)]
  }

  const claimsOn = ({ id }: { id: string }) => shop.first.parts.claims.listOfFlights([id])

  test('a hold, an unpaid booking and a paid one — on a cancelled flight — are released, cancelled, and refunded in full without a fee', async () => {
    const flight = await shop.first.addFlight()
    const hold = await holdSeats(shop.first.asUser('ada'), flight, ['1A'])
    const unpaid = await shop.order('bea', { flight, seats: ['2A', '2B'] })
    const paid = await shop.order('cid', { flight, seats: ['3A', '3B'] })
    await payNow(paid)
    await cancelFlight(shop.first, flight)
    expect(await cancelFlights(shop.first.parts)).toBe(3)

    expect((await shop.first.asUser('ada').get<Hold>(`/holds/${hold.id}`)).body).toMatchObject({ status: 'released' })
    expect(await bookingOf(unpaid)).toMatchObject({ status: 'cancelled', refunds: [] })
    expect(await bookingOf(paid)).toMatchObject({ status: 'cancellation_pending', refunds: [{ amount: paid.booking.total }] })
    expect(await claimsOn(flight)).toEqual([])
    const none = { amountMinor: 0, currency: 'EUR' }
    const about = { cause: 'flight_cancelled', fee: none, reason: 'The crew is ill.', flightId: flight.id }
    expect(await cancellationsOf(shop.first, unpaid)).toEqual([{ ...about, refund: none }])
    expect(await cancellationsOf(shop.first, paid)).toEqual([{ ...about, refund: paid.booking.total }])

    await sendRefunds(shop.first.parts)
    expect(await bookingOf(paid)).toMatchObject({
      status: 'cancelled',
      payments: [{ status: 'refunded' }],
      refunds: [{ status: 'succeeded' }],
    })
    expect(await cancelFlights(shop.first.parts)).toBe(0)
    await expectDeclaredPaths(shop.first, [hold.id, ...(await idsOf(unpaid)), ...(await idsOf(paid))])
  })

  test('a booking over two flights — of which one is cancelled — goes as a whole, and the seats on the other are free', async () => {
    const [out, back] = [await shop.first.addFlight(), await shop.first.addFlight({ departsInHours: 96 })]
    const client = shop.first.asUser('dot')
    const flights = [out, back].flatMap((flight) => holdBody(flight, ['4A']).flights)
    const { body: hold } = await client.post<Hold>('/holds', { flights })
    const order = { client, flight: out, booking: await bookSeats(client, hold) }
    await payNow(order)
    await cancelFlight(shop.first, back)
    expect(await cancelFlights(shop.first.parts)).toBe(1)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancellation_pending' })
    expect(await cancellationsOf(shop.first, order)).toMatchObject([{ flightId: back.id, refund: order.booking.total }])
    await holdSeats(shop.first.asUser('eva'), out, ['4A'])
  })

  test('a cancelled flight — takes no holds and no payments', async () => {
    const order = await shop.order('fay')
    await cancelFlight(shop.first, order.flight)
    expect(await takeSeats(shop.first.asUser('gus'), order.flight, ['9A'])).toMatchObject({
      status: 409,
      body: { code: 'flight_not_on_sale' },
    })
    expect(await pay(order.client, order.booking.id, 'pm_card_visa')).toMatchObject({ status: 409, body: { code: 'booking_cancelled' } })
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
    await cancelFlights(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [] })
  })

  test('a payment at work — when its flight is cancelled — is left until it is charged, then refunded in full, and only the cancellation is told', async () => {
    const order = await shop.order('hal', { seats: ['1A', '1B'] })
    const begun = await pay(order.client, order.booking.id, THREE_DS)
    await cancelFlight(shop.first, order.flight)
    expect(await cancelFlights(shop.first.parts)).toBe(0)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing' })
    await shop.provider.decide(begun.body.clientSecret ?? '', 'approve')
    expect(await comeBack(order, begun.body)).toMatchObject({ status: 201 })

    const after = await bookingOf(order)
    expect(after).toMatchObject({ status: 'cancellation_pending', refunds: [{ amount: order.booking.total }] })
    expect(after.passengers.flatMap(({ tickets }) => tickets)).toEqual([])
    expect(await claimsOn(order.flight)).toEqual([])
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.cancelled'])
    expect(await cancellationsOf(shop.first, order)).toMatchObject([{ cause: 'flight_cancelled', refund: order.booking.total }])
    const refunds = await shop.first.parts.refunds.listOfPayment(begun.body.id)
    expect(refunds.map(({ cause }) => cause)).toEqual([`flight:${order.booking.id}`])
    await sendRefunds(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: order.booking.total.amountMinor }])
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('a payment at work — declined after its flight was cancelled — cancels the booking, and nothing is charged', async () => {
    const order = await shop.order('ida')
    const begun = await pay(order.client, order.booking.id, THREE_DS)
    await cancelFlight(shop.first, order.flight)
    await shop.provider.decide(begun.body.clientSecret ?? '', 'reject')
    expect(await comeBack(order, begun.body)).toMatchObject({ status: 402 })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'failed' }], refunds: [] })
    expect(await claimsOn(order.flight)).toEqual([])
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.cancelled'])
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test.each([
    ['departed', { status: 'departed' as const }],
    ['arrived', { status: 'arrived' as const }],
    ['past its time, whatever is said of it', { departsAtUtc: new Date(Date.now() - 60_000).toISOString() }],
  ])(
    'a payment — that proves captured when its flight is %s — confirms nothing: all goes back, and the cancellation says why',
    async (_words, gone) => {
      const order = await shop.order('gia')
      const begun = await pay(order.client, order.booking.id, THREE_DS)
      await cancelFlight(shop.first, order.flight, gone)
      await shop.provider.decide(begun.body.clientSecret ?? '', 'approve')
      expect(await comeBack(order, begun.body)).toMatchObject({ status: 201 })

      const after = await bookingOf(order)
      expect(after).toMatchObject({ status: 'cancellation_pending', refunds: [{ amount: order.booking.total }] })
      expect(after.passengers.flatMap(({ tickets }) => tickets)).toEqual([])
      expect(await claimsOn(order.flight)).toEqual([])
      expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.cancelled'])
      expect(await cancellationsOf(shop.first, order)).toMatchObject([
        { cause: 'airline', refund: order.booking.total, fee: { amountMinor: 0 }, departedFlightId: order.flight.id },
      ])
      expect(await notesAbout(shop.first, order.booking.id)).toContain('Flight SK 201 had left before the payment was known.')
      await sendRefunds(shop.first.parts)
      expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
      expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: order.booking.total.amountMinor }])
      await expectDeclaredPaths(shop.first, await idsOf(order))
    },
  )

  test('a payment — that proves captured while its flight is boarding — confirms the booking', async () => {
    const order = await shop.order('hedi')
    const begun = await pay(order.client, order.booking.id, THREE_DS)
    await cancelFlight(shop.first, order.flight, { status: 'boarding' })
    await shop.provider.decide(begun.body.clientSecret ?? '', 'approve')
    expect(await comeBack(order, begun.body)).toMatchObject({ status: 201 })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', refunds: [] })
  })

  test('a payment — whose pinned seats are gone when it proves captured — goes back in full, and the cancellation says so', async () => {
    const order = await shop.order('ivo')
    const begun = await pay(order.client, order.booking.id, THREE_DS)
    await shop.first.parts.db.run('DELETE FROM claims WHERE hold_id = :id', { id: order.booking.holdId })
    await shop.provider.decide(begun.body.clientSecret ?? '', 'approve')
    expect(await comeBack(order, begun.body)).toMatchObject({ status: 201 })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', refunds: [{ amount: order.booking.total }] })
    expect(await cancellationsOf(shop.first, order)).toEqual([
      { cause: 'airline', refund: order.booking.total, fee: { amountMinor: 0, currency: 'EUR' } },
    ])
    expect(await eventsAbout(shop.first, [begun.body.id])).toEqual(['payment.returned'])
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('seats — taken by a replica that had not heard of the cancellation — are found by the next run', async () => {
    const order = await shop.order('jon')
    await payNow(order)
    await cancelFlight(shop.first, order.flight)
    expect(await cancelFlights(shop.first.parts)).toBe(1)
    // What a transaction leaves that read the copy just before the cancellation was committed.
    await cancelFlight(shop.first, order.flight, { status: 'scheduled' })
    const late = await shop.order('kim', { flight: order.flight, seats: ['8A'] })
    await payNow(late)
    await cancelFlight(shop.first, order.flight)
    expect(await cancelFlights(shop.first.parts)).toBe(1)
    expect(await bookingOf(late)).toMatchObject({ status: 'cancellation_pending', refunds: [{ amount: late.booking.total }] })
  })

  test('a lapsed hold — on a cancelled flight — is the sweeper’s: its booking expires', async () => {
    const order = await shop.order('lea')
    await letHoldsLapse(shop.first, [order.booking.holdId])
    await cancelFlight(shop.first, order.flight)
    expect(await cancelFlights(shop.first.parts)).toBe(0)
    await expireHolds(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'expired' })
    expect(await cancellationsOf(shop.first, order)).toEqual([])
  })

  test('many bookings — worked through by two replicas at once, while their cards are charged — end once each, with all money back', async () => {
    const flight = await shop.first.addFlight()
    const orders = await Promise.all(
      Array.from({ length: 12 }, (_, i) => shop.order(`max${i}`, { flight, seats: [`${i + 1}A`, `${i + 1}B`] })),
    )
    await Promise.all(orders.slice(0, 4).map((order) => payNow(order)))
    const paying = orders.slice(4, 8).map((order) => pay(order.client, order.booking.id, 'pm_card_visa'))
    await cancelFlight(shop.first, flight)
    await Promise.all([...shop.replicas.map(({ parts }) => cancelFlights(parts)), ...paying])
    await Promise.all(shop.replicas.map(({ parts }) => cancelFlights(parts)))
    await waitFor(async () => (await claimsOn(flight)).length === 0, { what: 'all seats to be free' })
    await Promise.all(shop.replicas.map(({ parts }) => sendRefunds(parts)))
    for (const order of orders) {
      await waitFor(async () => (await bookingOf(order)).status === 'cancelled', { what: `${order.booking.id} to be cancelled` })
      expect(await cancellationsOf(shop.first, order)).toHaveLength(1)
      for (const charge of await shop.provider.chargesOf(order.booking.id)) expect(charge.refundedMinor).toBe(charge.amountMinor)
      await expectDeclaredPaths(shop.first, await idsOf(order))
    }
  })

  test('the answer of a card — that comes after the payment was given up for a cancelled flight — goes back as late money', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('ned')
    const begun = await pay(order.client, order.booking.id, THREE_DS)
    await cancelFlight(shop.first, order.flight)
    await settle(
      { paymentId: begun.body.id, result: { kind: 'declined', declineCode: 'not_charged' }, actor: 'test', requestId: '' },
      shop.first.parts,
    )
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled' })
    await shop.provider.decide(begun.body.clientSecret ?? '', 'approve')
    await shop.provider.behave({ webhooksPaused: false })
    await waitFor(async () => (await bookingOf(order)).refunds.length > 0, { what: 'the webhook to bring the truth', timeoutMs: 20_000 })
    await sendRefunds(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await claimStates(shop.first, order)).toEqual([])
  })
})

describe.each(databases())('the job of the cancelled flights on $name', ({ create }) => {
  const byNews = useShop(create)
  const byTime = useShop(create, { settings: { CANCEL_FLIGHTS_EVERY_SECONDS: '1' } })

  const expectCancelled = (shop: Shop, order: Order) =>
    waitFor(async () => ['cancellation_pending', 'cancelled'].includes((await bookingOf(order)).status), {
      what: `${order.booking.id} to be cancelled at ${shop.first.url}`,
      timeoutMs: 15_000,
    })

  test('the news of a cancelled flight — wakes it', async () => {
    const { db, outbox, flights } = byNews.first.parts
    const order = await byNews.order('ada')
    await payNow(order)
    const [copy] = await flights.find([order.flight.id])
    if (!copy) throw new Error('the flight is not in the copy')
    await db.transaction(async (tx) =>
      outbox.append(tx, [
        {
          type: 'flight.cancelled',
          aggregate: { type: 'flight', id: copy.id, sequence: copy.sequence + 1 },
          data: { ...copy.state, status: 'cancelled' },
          correlationId: newId('event'),
          occurredAtMs: await db.now(tx),
        },
      ]),
    )
    outbox.onCommit()
    await expectCancelled(byNews, order)
  })

  test('a cancelled flight — whose news was lost after it was copied — is found when its time comes', async () => {
    const order = await byTime.order('bea')
    await payNow(order)
    await cancelFlight(byTime.first, order.flight)
    await expectCancelled(byTime, order)
  })
})
