import type { Payment } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { ProblemBody } from '../support/api-client.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, letLapse } from '../support/books.ts'
import { cancelFlight } from '../support/cancelled-flights.ts'
import { bookingOf, pay, payNow, useShop, VISA } from '../support/paying.ts'
import { fareOf } from '../support/sample-flights.ts'
import { bookingBody, type BookingReply, holdSeats } from '../support/sales.ts'

describe.each(databases())('payments on $name', ({ create }) => {
  const shop = useShop(create)

  test('a good card — for two adults and an infant — is charged once and everybody has a ticket', async () => {
    const client = shop.first.asUser('ada')
    const flight = await shop.first.addFlight()
    const hold = await holdSeats(client, flight, ['1A', '1B'])
    const body = bookingBody(hold)
    const infant = {
      type: 'infant',
      givenNames: 'Liv',
      familyName: 'Berg',
      bornOn: new Date(Date.now() - 200 * 86_400_000).toISOString().slice(0, 10),
    }
    const booked: BookingReply = await client.post('/bookings', { ...body, passengers: [...body.passengers, infant] })
    expect(booked.status, JSON.stringify(booked.body)).toBe(201)
    const order = { client, flight, booking: booked.body }
    const { status, headers, body: payment } = await pay(client, order.booking.id, VISA)
    expect(status, JSON.stringify(payment)).toBe(201)
    expect(payment).toMatchObject({ status: 'captured', amount: order.booking.total })
    expect(headers.get('location')).toBe(`/api/v1/payments/${payment.id}`)

    const paid = await bookingOf(order)
    expect(paid.status).toBe('confirmed')
    expect(paid.passengers?.map(({ tickets }) => tickets?.map(({ seat }) => seat))).toEqual([['1A'], ['1B'], [undefined]])
    expect(await claimStates(shop.first, order)).toEqual(['sold', 'sold'])
    expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([
      { amountMinor: order.booking.total.amountMinor, metadata: { paymentId: payment.id }, refundedMinor: 0 },
    ])
    expect(await eventsAbout(shop.first, [order.booking.id, payment.id])).toEqual([
      'booking.created',
      'booking.confirmed',
      'payment.captured',
    ])
    await expectDeclaredPaths(shop.first, [hold.id, order.booking.id, payment.id])
  })

  test.each([
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ])('%s — declined — leaves time for another card, which pays', async (method, declineCode) => {
    const order = await shop.order('bea')
    const key = `declined-${method}`
    const declined = await pay(order.client, order.booking.id, method, { key })
    expect(declined).toMatchObject({ status: 402, body: { code: 'card_declined', declineCode } })
    expect(await pay(order.client, order.booking.id, method, { key })).toMatchObject({ status: 402, body: declined.body })
    const waiting = await bookingOf(order)
    expect(waiting).toMatchObject({ status: 'awaiting_payment' })
    expect(waiting.availableActions).toContain('pay')
    expect(Date.parse(waiting.expiresAt ?? '') - Date.now()).toBeGreaterThan(55_000)
    await payNow(order)
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    const tries = await order.client.get<{ data: Payment[] }>(`/bookings/${order.booking.id}/payments`)
    expect(tries.body.data.map(({ status }) => status)).toEqual(['failed', 'captured'])
    await expectDeclaredPaths(shop.first, [order.booking.id, ...tries.body.data.map(({ id }) => id)])
  })

  test('a paid booking — paid again with another key — is 409 already_paid and charged no more', async () => {
    const order = await shop.order('cid')
    await payNow(order)
    const again = { key: 'again' }
    expect(await pay(order.client, order.booking.id, VISA, again)).toMatchObject({ status: 409, body: { code: 'already_paid' } })
    const replay = await pay(order.client, order.booking.id, VISA, again)
    expect(replay).toMatchObject({ status: 409, body: { code: 'already_paid' } })
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
  })

  test('a lapsed hold — whose seat another has bought — cannot be paid, and no card is charged for it', async () => {
    const late = await shop.order('dot')
    await letLapse(shop.first, late)
    await payNow(await shop.order('eva', { flight: late.flight }))
    expect(await pay(late.client, late.booking.id, VISA)).toMatchObject({ status: 409, body: { code: 'booking_expired' } })
    expect(await shop.provider.chargesOf(late.booking.id)).toEqual([])
    expect(await bookingOf(late)).toMatchObject({ status: 'expired' })
  })

  test('a method — missing, or given where nothing is to pay — is refused with a pointer, and a free booking needs none', async () => {
    const order = await shop.order('fay')
    const missing = await pay(order.client, order.booking.id)
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ pointer: '/paymentMethod' }] } })
    await payNow(order)

    const flight = await shop.first.addFlight({ fares: [fareOf({ price: { amountMinor: 0, currency: 'EUR' } })] })
    const free = await shop.order('gus', { flight })
    expect(await pay(free.client, free.booking.id, VISA)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/paymentMethod' }] } })
    expect(await pay(free.client, free.booking.id)).toMatchObject({ status: 201, body: { amount: { amountMinor: 0 } } })
    expect(await bookingOf(free)).toMatchObject({ status: 'confirmed' })
    expect(await shop.provider.chargesOf(free.booking.id)).toEqual([])
  })

  test("a booking's look-up — by reference and name — may pay, another user is told it is not there", async () => {
    const order = await shop.order('hal')
    expect(await pay(shop.first.asUser('ian'), order.booking.id, VISA)).toMatchObject({ status: 404, body: { code: 'booking_not_found' } })
    const nobody = shop.first.asNobody()
    const found = await nobody.post<ProblemBody & { accessToken: string }>('/bookings/lookup', {
      reference: order.booking.reference,
      familyName: 'Berg',
    })
    expect(found.status, JSON.stringify(found.body)).toBe(200)
    const paid = await pay(nobody, order.booking.id, VISA, { headers: { authorization: `Bearer ${found.body.accessToken}` } })
    expect(paid.status, JSON.stringify(paid.body)).toBe(201)
    expect((await shop.first.asUser('ian').get(`/payments/${paid.body.id}`)).status).toBe(404)
    expect((await order.client.get(`/payments/${paid.body.id}`)).body).toMatchObject({ status: 'captured' })
  })

  test('a webhook — that comes with every payment — changes nothing that the answer has settled', async () => {
    const order = await shop.order('joe')
    const payment = await payNow(order, 'pm_sim_webhook_dup')
    await waitFor(
      async () =>
        (
          await shop.first.parts.db.rows('SELECT id FROM provider_events WHERE state = :state AND payload LIKE :paymentId', {
            state: 'applied',
            paymentId: `%${payment.id}%`,
          })
        ).length > 0,
      { what: 'the webhook', timeoutMs: 15_000 },
    )
    expect(await eventsAbout(shop.first, [payment.id])).toEqual(['payment.captured'])
    await expectDeclaredPaths(shop.first, [order.booking.id, payment.id])
  })

  test.each([
    { what: 'has left', change: { status: 'departed' as const } },
    { what: 'is boarding', change: { status: 'boarding' as const } },
    { what: 'should have left an hour ago', change: { departsAtUtc: new Date(Date.now() - 3_600_000).toISOString() } },
  ])('a booking — whose flight $what — is not paid for', async ({ change }) => {
    const order = await shop.order('ron')
    await cancelFlight(shop.first, order.flight, change)
    expect(await pay(order.client, order.booking.id, VISA)).toMatchObject({
      status: 409,
      body: { code: 'flight_not_on_sale', flightId: order.flight.id },
    })
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
  })

  test('declined cards — one after the other — never keep a hold past its longest life', async () => {
    const order = await shop.order('sam')
    const { parts } = shop.first
    const capMs = (await parts.db.now()) + 20_000
    await parts.db.run('UPDATE holds SET expires_at = :leftMs, expires_at_max = :capMs WHERE id = :id', {
      id: order.booking.holdId,
      leftMs: capMs - 10_000,
      capMs,
    })
    await parts.db.run('UPDATE claims SET expires_at = :leftMs WHERE hold_id = :id', { id: order.booking.holdId, leftMs: capMs - 10_000 })
    for (let n = 0; n < 2; n += 1)
      expect((await pay(order.client, order.booking.id, 'pm_card_visa_chargeDeclined')).body.code).toBe('card_declined')
    const claims = await parts.claims.listOfFlights([order.flight.id])
    expect((await parts.holds.find(order.booking.holdId))?.expiresAtMs).toBe(capMs)
    expect(claims.map(({ expiresAtMs }) => expiresAtMs)).toEqual([capMs])
  })
})
