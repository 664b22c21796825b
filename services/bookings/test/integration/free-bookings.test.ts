import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { fingerprintOf } from '../../src/domain/idempotency.ts'
import type { PaymentRow } from '../../src/repositories/payments.ts'
import { beginPayment } from '../../src/services/begin-payment.ts'
import { settle, settleFree } from '../../src/services/pay-for-booking.ts'
import { recoverPayments } from '../../src/services/recover-payments.ts'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, makeDue } from '../support/books.ts'
import { cancelNow } from '../support/cancelling.ts'
import { bookingOf, type Order, pay, useShop } from '../support/paying.ts'
import { fareOf } from '../support/sample-flights.ts'

const BY = { actor: 'test', requestId: 'request-of-the-test' }

describe.each(databases())('bookings that cost nothing on $name', ({ create }) => {
  const shop = useShop(create)

  async function freeOrder(name: string): Promise<Order> {
    const flight = await shop.first.addFlight({ fares: [fareOf({ price: { amountMinor: 0, currency: 'EUR' } })] })
    return shop.order(name, { flight, seats: ['1A', '1B'] })
  }

  /** As by a process that is slow, or dead, once its payment is committed. */
  async function begin({ client: { userId }, booking }: Order, key: string): Promise<PaymentRow> {
    const path = `/api/v1/bookings/${booking.id}/payments`
    const caller = { userId, sessionId: 'ses_test', roles: ['customer' as const], operatorId: 'opr_test' }
    const request = {
      bookingId: booking.id,
      body: {},
      actor: { kind: 'user' as const, caller },
      key: { scope: userId, idemKey: key, fingerprint: fingerprintOf({ method: 'POST', path, body: {} }) },
      path,
      requestId: BY.requestId,
    }
    const { parts } = shop.first
    const begun = await parts.db.transaction((tx) => beginPayment(request, parts, tx))
    if (begun.kind !== 'begun') throw new Error(`the payment is ${begun.kind}`)
    return begun.payment
  }

  const giveUp = ({ id: paymentId }: PaymentRow): Promise<PaymentRow> =>
    settle({ ...BY, paymentId, result: { kind: 'declined', declineCode: 'not_attempted' } }, shop.first.parts)

  /** Nothing was charged, so nothing is given back, nobody is told of money, and no job has anything to do. */
  async function expectNothingMoved(order: Order, payment: PaymentRow, status: string): Promise<void> {
    await sendRefunds(shop.first.parts)
    const after = await bookingOf(order)
    expect(after).toMatchObject({ status, payments: [{ status: 'failed' }], refunds: [] })
    expect(await eventsAbout(shop.first, [payment.id])).not.toContain('payment.returned')
    expect(await shop.first.parts.payments.find(payment.id)).toMatchObject({ chargeSlot: null })
    await expectDeclaredPaths(shop.first, [order.booking.id, after.holdId, payment.id])
  }

  test('a process — that dies before it has settled — leaves a payment that recovery settles, and a repeat hears of its ticket', async () => {
    const order = await freeOrder('ada')
    const payment = await begin(order, 'key-of-ada')
    await makeDue(shop.first, order)
    expect(await recoverPayments(shop.first.parts)).toBe(1)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }] })
    expect(await claimStates(shop.first, order)).toEqual(['sold', 'sold'])
    const again = await pay(order.client, order.booking.id, undefined, { key: 'key-of-ada' })
    expect(again).toMatchObject({ status: 201, body: { id: payment.id, status: 'captured' } })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    // Its slow process comes to it at last.
    await settleFree(payment, BY, shop.first.parts)
    expect((await bookingOf(order)).passengers.flatMap(({ tickets }) => tickets)).toHaveLength(2)
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
  })

  test('a payment — that was given up, and settled while the seats are there — sells them', async () => {
    const order = await freeOrder('bea')
    const payment = await begin(order, 'key-of-bea')
    await giveUp(payment)
    expect(await bookingOf(order)).toMatchObject({ status: 'awaiting_payment' })
    await settleFree(payment, BY, shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }], refunds: [] })
    expect(await claimStates(shop.first, order)).toEqual(['sold', 'sold'])
  })

  test('a payment — that was given up, and settled when the booking is cancelled — gives nothing back', async () => {
    const order = await freeOrder('cid')
    const payment = await begin(order, 'key-of-cid')
    await giveUp(payment)
    await cancelNow(shop.first, order)
    await settleFree(payment, BY, shop.first.parts)
    await expectNothingMoved(order, payment, 'cancelled')
  })

  test('a payment — still open when the staff has given the seats away — fails, and gives nothing back', async () => {
    const order = await freeOrder('dot')
    const payment = await begin(order, 'key-of-dot')
    await shop.first.parts.db.transaction((tx) => shop.first.parts.bookings.transition([order.booking.id], 'attention', tx))
    await cancelNow(shop.first, order, { cause: 'airline', refundMinor: 0 })
    await settleFree(payment, BY, shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({
      status: 'cancelled',
      payments: [{ status: 'failed', declineCode: 'not_attempted' }],
      refunds: [],
    })
    await sendRefunds(shop.first.parts)
    expect(await eventsAbout(shop.first, [payment.id])).not.toContain('payment.returned')
  })
})
