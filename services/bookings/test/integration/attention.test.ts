import type { Booking } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { recoverPayments } from '../../src/services/recover-payments.ts'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import type { CallOptions, ProblemBody } from '../support/api-client.ts'
import { cancellationsOf } from '../support/cancelling.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, makeDue, notesAbout } from '../support/books.ts'
import { LATE_REPLICAS } from '../support/late-money.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, type Order, pay, useShop, VISA } from '../support/paying.ts'
import { holdSeats } from '../support/sales.ts'

const DIES_AFTER_THE_CHARGE = 1

describe.each(databases())('bookings in attention on $name', ({ create }) => {
  const shop = useShop(create, { settings: { PAYMENT_TIMEOUT_MS: '3000', PIN_MAX_SECONDS: '60' }, replicas: LATE_REPLICAS.slice(0, 2) })

  const resolve = (order: Order, body: object, options?: CallOptions) =>
    shop.first.asUser('agent', ['agent']).post<Booking & ProblemBody>(`/bookings/${order.booking.id}/resolution`, body, options)
  const waiting = (): Promise<number> => metricOf(shop.first, 'bookings_attention')

  async function idsOf(order: Order): Promise<string[]> {
    const { payments, refunds } = await bookingOf(order)
    return [order.booking.id, order.booking.holdId, ...payments.map(({ id }) => id), ...refunds.map(({ id }) => id)]
  }

  /** Charged or not, the provider has not been heard of for longer than seats may wait; it stays away. */
  async function inAttention(name: string, method = VISA): Promise<Order> {
    await shop.provider.behave({ webhooksPaused: true, down: false })
    const order = await shop.order(name, { seats: ['1A', '1B'] })
    const dying = shop.replica(DIES_AFTER_THE_CHARGE)
    await pay(dying.asUser(name), order.booking.id, method)
    await waitFor(() => dying.parts.unfinished.size === 0, { what: 'the process to be through', timeoutMs: 15_000 })
    await shop.provider.behave({ down: true })
    await makeDue(shop.first, order, 61)
    // A replica that has just started recovers too, and may have the payment at this moment.
    const isFlagged = async () => {
      await makeDue(shop.first, order)
      await recoverPayments(shop.first.parts)
      return (await bookingOf(order)).status === 'attention'
    }
    await waitFor(isFlagged, { what: 'the booking to need attention', timeoutMs: 20_000 })
    expect(await bookingOf(order)).toMatchObject({ payments: [{ status: 'unknown' }] })
    return order
  }

  test('a booking — whose payment nobody can tell the outcome of — is counted, listed for the staff, and keeps its seats', async () => {
    const before = await waiting()
    const order = await inAttention('ada')
    expect(await waiting()).toBe(before + 1)
    expect(await claimStates(shop.first, order)).toEqual(['held', 'held'])
    const { body } = await shop.first.asUser('agent', ['agent']).get<{ data: Booking[] }>('/bookings?status=attention')
    expect(body.data.map(({ id }) => id)).toContain(order.booking.id)
    expect(await pay(order.client, order.booking.id, VISA)).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } })
  })

  test('a re-check — while the provider is away — changes nothing; once it is back it brings the outcome, and both are noted with who asked', async () => {
    const order = await inAttention('bea')
    expect(await resolve(order, { action: 'recheck', note: 'The customer has called.' })).toMatchObject({
      status: 200,
      body: { status: 'attention' },
    })
    await shop.provider.behave({ down: false })
    expect(await resolve(order, { action: 'recheck', note: 'The provider is back.' })).toMatchObject({
      status: 200,
      body: { status: 'confirmed' },
    })
    expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: 0 }])
    expect(await notesAbout(shop.first, order.booking.id)).toEqual(
      expect.arrayContaining(['recheck: The customer has called.', 'recheck: The provider is back.']),
    )
    const rows = await shop.first.parts.db.rows<{ actor: string }>(
      "SELECT actor FROM audit WHERE aggregate_id = :id AND aggregate_type = 'note'",
      { id: order.booking.id },
    )
    expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set(['usr_agent']))
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('a cancel — gives the seats back at once, once under one key; the charge that proves true afterwards goes back in full', async () => {
    const order = await inAttention('cid')
    const key = 'cancel-it'
    const body = { action: 'cancel', note: 'The passenger stands at the desk.' }
    expect(await resolve(order, body, { key })).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    const again = await resolve(order, body, { key })
    expect(again).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await claimStates(shop.first, order)).toEqual([])
    await holdSeats(shop.first.asUser('dot'), order.flight, ['1A', '1B'])
    expect(await bookingOf(order)).toMatchObject({ payments: [{ status: 'unknown' }], refunds: [] })
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.cancelled'])
    // Nobody knows: the e-mail must not say that there is no payment to give back.
    expect(await cancellationsOf(shop.first, order)).toMatchObject([{ cause: 'airline', isPaymentOpen: true }])

    await shop.provider.behave({ down: false })
    await makeDue(shop.first, order)
    // On a busy machine those of the tests before are due again as well.
    expect(await recoverPayments(shop.first.parts)).toBeGreaterThan(0)
    expect(await bookingOf(order)).toMatchObject({
      status: 'cancelled',
      payments: [{ status: 'captured' }],
      refunds: [{ amount: order.booking.total }],
    })
    await sendRefunds(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: order.booking.total.amountMinor }])
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('a cancel — whose payment turns out not to have been charged — has nothing to give back', async () => {
    const order = await inAttention('eva', 'pm_card_threeDSecure2Required')
    expect(await resolve(order, { action: 'cancel', note: 'Nobody answers.' })).toMatchObject({ status: 200 })
    await shop.provider.behave({ down: false })
    await makeDue(shop.first, order)
    await recoverPayments(shop.first.parts)
    await makeDue(shop.first, order)
    await recoverPayments(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'failed' }], refunds: [] })
    await expectDeclaredPaths(shop.first, await idsOf(order))
  })

  test('a card — that proves declined when the booking needed attention, its time not over — ends the booking, and the seats are free', async () => {
    const order = await inAttention('gil', 'pm_card_visa_chargeDeclined')
    await shop.provider.behave({ down: false })
    await makeDue(shop.first, order)
    await recoverPayments(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'expired', payments: [{ status: 'failed' }] })
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.expired'])
    await expectDeclaredPaths(shop.first, await idsOf(order))
    await holdSeats(shop.first.asUser('next'), order.flight, ['1A', '1B'])
  })

  test('a resolution — of a booking that is not in attention, by a customer, without a key or a note — is refused', async () => {
    await shop.provider.behave({ down: false })
    const order = await shop.order('fay')
    expect(await resolve(order, { action: 'cancel', note: 'x' })).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await resolve(order, { action: 'recheck', note: 'x' })).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await resolve(order, { action: 'cancel', note: '' })).toMatchObject({ status: 400 })
    expect(await resolve(order, { action: 'sell', note: 'x' })).toMatchObject({ status: 400 })
    expect(await resolve(order, { action: 'cancel', note: 'x' }, { key: null })).toMatchObject({ status: 400 })
    expect(await order.client.post(`/bookings/${order.booking.id}/resolution`, { action: 'cancel', note: 'x' })).toMatchObject({
      status: 403,
    })
    expect(await bookingOf(order)).toMatchObject({ status: 'awaiting_payment' })
  })
})
