import type { BookingFacts } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { queueRefund } from '../../src/services/queue-refund.ts'
import { claimStates, eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { cancelNow } from '../support/cancelling.ts'
import { bookingOf, type Order, payNow, useShop } from '../support/paying.ts'

describe.each(databases())('the way out of a booking on $name', ({ create }) => {
  const shop = useShop(create)

  const factsOf = async ({ booking }: Order): Promise<BookingFacts> => {
    const [row] = await shop.first.parts.db.rows<{ payload: string }>(
      "SELECT payload FROM outbox WHERE aggregate_id = :id AND type = 'booking.cancelled'",
      { id: booking.id },
    )
    return (JSON.parse(row?.payload ?? '{}') as { data: BookingFacts }).data
  }
  const ticketsOf = ({ booking }: Order) =>
    shop.first.parts.db.rows<{ number: string; status: string; liveSeat: string | null }>(
      'SELECT number, status, live_seat AS liveSeat FROM tickets WHERE booking_id = :id ORDER BY number',
      { id: booking.id },
    )

  /** A refund of a paid booking's payment, under the payment's lock. */
  const refundNow = ({ booking }: Order, cause: string, amountMinor: number) =>
    shop.first.parts.db.transaction(async (tx) => {
      const payment = await shop.first.parts.payments.lockCaptured(booking.id, tx)
      if (!payment) throw new Error(`booking ${booking.id} is not paid`)
      const nowMs = await shop.first.parts.db.now(tx)
      const by = { reason: 'A test.', nowMs, actor: 'test', requestId: '' }
      return queueRefund({ payment, cause, amountMinor, ...by }, shop.first.parts, tx)
    })

  test('an unpaid booking — cancelled — frees its seats at once, and another buys them', async () => {
    const order = await shop.order('ada', { seats: ['1A', '1B'] })
    expect(await cancelNow(shop.first, order)).toEqual({ status: 'cancelled', refund: null })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', refunds: [], availableActions: [] })
    expect(await claimStates(shop.first, order)).toEqual([])
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.cancelled'])
    expect(await factsOf(order)).toMatchObject({ cancellation: { cause: 'customer', refund: { amountMinor: 0 }, fee: { amountMinor: 0 } } })
    await payNow(await shop.order('bea', { seats: ['1A', '1B'], flight: order.flight }))
    await expectDeclaredPaths(shop.first, [order.booking.id, order.booking.holdId])
  })

  test('a confirmed booking — cancelled — voids its tickets, frees its seats, queues its refund, and the seats are sold again', async () => {
    const order = await shop.order('cid', { seats: ['2A', '2B'] })
    await payNow(order)
    const { status, refund } = await cancelNow(shop.first, order, { refundMinor: 15_000, feeMinor: 5_000, reason: 'Plans have changed.' })
    expect(status).toBe('cancellation_pending')
    expect(refund).toMatchObject({ status: 'pending', amountMinor: 15_000, cause: `cancel:${order.booking.id}` })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancellation_pending', refunds: [{ id: refund?.id, status: 'pending' }] })
    expect(await claimStates(shop.first, order)).toEqual([])
    const tickets = await ticketsOf(order)
    expect(tickets).toMatchObject([
      { status: 'voided', liveSeat: null },
      { status: 'voided', liveSeat: null },
    ])
    expect((await factsOf(order)).cancellation).toEqual({
      cause: 'customer',
      refund: { amountMinor: 15_000, currency: 'EUR' },
      fee: { amountMinor: 5_000, currency: 'EUR' },
      reason: 'Plans have changed.',
    })
    await payNow(await shop.order('dot', { seats: ['2A', '2B'], flight: order.flight }))
    await expectDeclaredPaths(shop.first, [
      order.booking.id,
      order.booking.holdId,
      refund?.id ?? '',
      ...tickets.map(({ number }) => number),
    ])
  })

  test('a confirmed booking — of which nothing goes back — is cancelled in one go, with both steps in its trail', async () => {
    const order = await shop.order('eva')
    await payNow(order)
    expect(await cancelNow(shop.first, order, { refundMinor: 0, feeMinor: 10_000 })).toEqual({ status: 'cancelled', refund: null })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'captured' }], refunds: [] })
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.confirmed', 'booking.cancelled'])
    await expectDeclaredPaths(shop.first, [order.booking.id])
  })

  test('a booking that is cancelled already — cancelled again — is refused and changes nothing', async () => {
    const order = await shop.order('fay')
    await payNow(order)
    await cancelNow(shop.first, order)
    await expect(cancelNow(shop.first, order)).rejects.toMatchObject({ code: 'not_cancellable' })
    expect((await bookingOf(order)).refunds).toHaveLength(1)
  })

  test('a cancellation — after a part was refunded — gives back no more than what is left', async () => {
    const order = await shop.order('gus')
    await payNow(order)
    await refundNow(order, 'admin:rfd_part', 4_000)
    const { refund } = await cancelNow(shop.first, order, { refundMinor: 10_000 })
    expect(refund).toMatchObject({ amountMinor: 6_000 })
    expect(await factsOf(order)).toMatchObject({ cancellation: { refund: { amountMinor: 6_000 } } })
  })

  test('a refund — of a cause that has one — is that one; of more than is left — is refused', async () => {
    const order = await shop.order('hal')
    await payNow(order)
    const first = await refundNow(order, 'admin:rfd_once', 7_000)
    expect(await refundNow(order, 'admin:rfd_once', 7_000)).toEqual(first)
    await expect(refundNow(order, 'admin:rfd_more', 3_001)).rejects.toMatchObject({ code: 'refund_exceeds_captured' })
    await refundNow(order, 'admin:rfd_rest', 3_000)
    await expectDeclaredPaths(shop.first, [first.id])
  })

  test('twenty refunds at once — together more than was captured — stop at what was captured', async () => {
    const order = await shop.order('ida')
    await payNow(order)
    const queued = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => refundNow(order, `admin:rfd_storm_${i}`, 900)))
    expect(queued.filter(({ status }) => status === 'fulfilled')).toHaveLength(11)
    const { refunds } = await bookingOf(order)
    expect(refunds.reduce((sum, { amount }) => sum + amount.amountMinor, 0)).toBe(9_900)
  })
})
