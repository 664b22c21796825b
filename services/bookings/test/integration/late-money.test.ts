import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, letLapse, notesAbout } from '../support/books.ts'
import { cancelNow } from '../support/cancelling.ts'
import { cancelFlight } from '../support/cancelled-flights.ts'
import { bringEvidence, chargeAndGiveUp, LATE_REPLICAS } from '../support/late-money.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, comeBack, type Order, pay, payNow, type Shop, useShop } from '../support/paying.ts'
import { holdSeats, takeSeats } from '../support/sales.ts'

describe.each(databases())('late money on $name', ({ create }) => {
  const shop = useShop(create, { settings: { PAYMENT_TIMEOUT_MS: '3000' }, replicas: LATE_REPLICAS })

  const idsOf = async (order: Order): Promise<string[]> => {
    const { holdId, payments, refunds } = await bookingOf(order)
    return [order.booking.id, order.booking.holdId, ...(holdId === order.booking.holdId ? [] : [holdId]), ...ids(payments), ...ids(refunds)]
  }

  async function expire(order: Order): Promise<void> {
    await letLapse(shop.first, order)
    await expireHolds(shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'expired' })
  }

  /** Charged once, with all of its seats, and nothing on its way back. */
  async function expectSold(order: Order): Promise<void> {
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }], refunds: [] })
    expect(await claimStates(shop.first, order)).toEqual(order.booking.passengers.map(() => 'sold'))
    expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: 0 }])
    const after = await bookingOf(order)
    expect(after.passengers.flatMap(({ tickets }) => tickets)).toHaveLength(order.booking.passengers.length)
    expect(await eventsAbout(shop.first, ids(after.payments))).toEqual(['payment.captured'])
    expect(await eventsAbout(shop.first, [order.booking.id])).toContain('booking.confirmed')
    expect(await notesAbout(shop.first, order.booking.id)).toContain('late money')
    await expectDeclaredPaths(shop.first, await idsOf(order))
  }

  /** All of it is back, and the payment says so; nothing was sold for it. */
  async function expectReturned(order: Order, paymentId: string, status: string): Promise<void> {
    const refund = (await bookingOf(order)).refunds.find((each) => each.paymentId === paymentId)
    expect(refund).toMatchObject({ amount: order.booking.total })
    await sendRefunds(shop.first.parts)
    const after = await bookingOf(order)
    expect(after.status).toBe(status)
    expect(after.payments.find(({ id }) => id === paymentId)).toMatchObject({ status: 'refunded' })
    expect(after.refunds.find((each) => each.paymentId === paymentId)).toMatchObject({ status: 'succeeded' })
    expect(await eventsAbout(shop.first, [paymentId])).toEqual(['payment.returned'])
    await expectDeclaredPaths(shop.first, await idsOf(order))
  }

  async function late(name: string, options: Parameters<Shop['order']>[1] = {}) {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order(name, options)
    return { ...order, ...(await chargeAndGiveUp(shop, order)) }
  }

  test('money — that comes while the booking still has its seats — sells them', async () => {
    const order = await late('ada', { seats: ['1A', '1B'] })
    expect(await bookingOf(order)).toMatchObject({ status: 'awaiting_payment' })
    await bringEvidence(shop, order.evidence)
    expect((await bookingOf(order)).holdId).toBe(order.booking.holdId)
    await expectSold(order)
  })

  test('money — that comes after the booking has expired, all its seats free — takes them again under a new hold', async () => {
    const before = await metricOf(shop.first, 'payments_late_total', { outcome: 'seats_found' })
    const order = await late('bea', { seats: ['1A', '1B'] })
    await expire(order)
    await bringEvidence(shop, order.evidence)
    expect((await bookingOf(order)).holdId).not.toBe(order.booking.holdId)
    await expectSold(order)
    expect(await metricOf(shop.first, 'payments_late_total', { outcome: 'seats_found' })).toBe(before + 1)
    expect(await takeSeats(shop.first.asUser('rival'), order.flight, ['1B'])).toMatchObject({ status: 409 })
  })

  test('money — that comes when the time is over and no sweeper has been there — takes the seats again', async () => {
    const order = await late('cid')
    await letLapse(shop.first, order)
    await bringEvidence(shop, order.evidence)
    await expectSold(order)
  })

  test('money — that comes when the time is over, no sweeper has been there and a seat is somebody else’s — goes back, and the booking is told to have expired once', async () => {
    const order = await late('ivy', { seats: ['1A', '1B'] })
    await letLapse(shop.first, order)
    await holdSeats(shop.first.asUser('rival'), order.flight, ['1A'])
    await bringEvidence(shop, order.evidence)
    await expectReturned(order, order.paymentId, 'expired')
    await expireHolds(shop.first.parts)
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.expired'])
    await holdSeats(shop.first.asUser('third'), order.flight, ['1B'])
  })

  test('money — when one of two seats is somebody else’s — goes back in full, and the other seat stays free', async () => {
    const before = await metricOf(shop.first, 'payments_late_total', { outcome: 'returned' })
    const order = await late('dot', { seats: ['1A', '1B'] })
    await expire(order)
    await holdSeats(shop.first.asUser('rival'), order.flight, ['1A'])
    await bringEvidence(shop, order.evidence)
    await expectReturned(order, order.paymentId, 'expired')
    expect(await metricOf(shop.first, 'payments_late_total', { outcome: 'returned' })).toBe(before + 1)
    await holdSeats(shop.first.asUser('third'), order.flight, ['1B'])
  })

  test('money — for a booking that was cancelled — goes back in full', async () => {
    const order = await late('eva')
    await cancelNow(shop.first, order)
    await bringEvidence(shop, order.evidence)
    await expectReturned(order, order.paymentId, 'cancelled')
    expect(await claimStates(shop.first, order)).toEqual([])
  })

  test.each([
    ['is cancelled', { status: 'cancelled' }],
    ['has departed', { status: 'departed' }],
    ['leaves at this minute', { departsAtUtc: new Date().toISOString() }],
  ] as const)('money — for an expired booking whose flight %s — goes back in full', async (_what, change) => {
    const order = await late('fay')
    await expire(order)
    await cancelFlight(shop.first, order.flight, change)
    await bringEvidence(shop, order.evidence)
    await expectReturned(order, order.paymentId, 'expired')
  })

  test('money — that comes while another payment is at work — goes back, and the other goes on', async () => {
    const order = await late('gus')
    const other = await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')
    expect(other).toMatchObject({ status: 202 })
    await bringEvidence(shop, order.evidence)
    await expectReturned(order, order.paymentId, 'payment_processing')
    await shop.provider.decide(other.body.clientSecret ?? '', 'approve')
    expect(await comeBack(order, other.body)).toMatchObject({ status: 201 })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('a second charge — proven after another card has paid — goes back in full, and the first keeps the seats', async () => {
    const before = await metricOf(shop.first, 'payments_late_total', { outcome: 'second_charge' })
    const order = await late('hal')
    const paid = await payNow(order)
    await bringEvidence(shop, order.evidence)
    await expectReturned(order, order.paymentId, 'confirmed')
    const { parts } = shop.first
    expect(await parts.payments.find(order.paymentId)).toMatchObject({ chargeSlot: null })
    expect(await parts.payments.find(paid.id)).toMatchObject({ status: 'captured', chargeSlot: order.booking.id })
    expect((await parts.refunds.listOfPayment(order.paymentId)).map(({ cause }) => cause)).toEqual([`second:${order.paymentId}`])
    expect(await claimStates(shop.first, order)).toEqual(['sold'])
    expect(await metricOf(shop.first, 'payments_late_total', { outcome: 'second_charge' })).toBe(before + 1)
    const charges = await shop.provider.chargesOf(order.booking.id)
    expect(charges.map(({ refundedMinor }) => refundedMinor).toSorted((a, b) => a - b)).toEqual([0, order.booking.total.amountMinor])
  })

  test('one piece of evidence — ten times at once, under as many events — has one effect', async () => {
    const order = await late('ida', { seats: ['1A', '1B'] })
    await expire(order)
    const events = Array.from({ length: 10 }, (_, i) => order.evidence.replace(/"id":"evt_/, `"id":"evt_${i}-`))
    await Promise.all(events.map((evidence) => bringEvidence(shop, evidence)))
    await expectSold(order)
  })

  test('late money and a rival for its seats — at the same moment — leave the seats with one of them, and the money with nobody twice', async () => {
    for (let round = 0; round < 8; round += 1) {
      const order = await late(`jon${round}`, { seats: ['1A', '1B'] })
      await expire(order)
      const [, rival] = await Promise.all([
        bringEvidence(shop, order.evidence),
        takeSeats(shop.first.asUser('rival'), order.flight, ['1B', '1A']),
      ])
      const { status } = await bookingOf(order)
      expect([rival.status, status]).toEqual(rival.status === 201 ? [201, 'expired'] : [409, 'confirmed'])
      if (status === 'confirmed') await expectSold(order)
      else await expectReturned(order, order.paymentId, 'expired')
    }
  })
})

const ids = (of: readonly { id: string }[]): string[] => of.map(({ id }) => id)
