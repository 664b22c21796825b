import type { Booking, BookingFacts, Cancellation, Refund } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { expect } from 'vitest'
import { GRACE_MS } from '../../src/domain/cancellation.ts'
import { type CancelBooking, cancelBooking, type Cancelled } from '../../src/services/cancel-booking.ts'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import type { RefundRow } from '../../src/repositories/refunds.ts'
import type { CallOptions, ProblemBody, Reply } from './api-client.ts'
import { bookingOf, type Order, payNow, type Shop } from './paying.ts'
import { deliverRefund } from './provider-events.ts'
import type { RunningBookings } from './running-bookings.ts'

/** Goes through the one door as its callers do: booking and hold locked, then the time read. */
export function cancelNow({ parts }: RunningBookings, { booking: { id } }: Order, cancel: Partial<CancelBooking> = {}): Promise<Cancelled> {
  return parts.db.transaction(async (tx) => {
    const booking = await parts.bookings.lock(id, tx)
    const hold = booking ? await parts.holds.lock(booking.holdId, tx) : null
    if (!booking || !hold) throw new Error(`there is no booking ${id}`)
    return cancelBooking(
      {
        booking,
        hold,
        nowMs: await parts.db.now(tx),
        cause: 'customer',
        refundMinor: 'all',
        feeMinor: 0,
        refundCause: `cancel:${id}`,
        actor: 'test',
        requestId: 'request-of-the-test',
        ...cancel,
      },
      parts,
      tx,
    )
  })
}

/** What `booking.cancelled` said of a booking, each time. */
export async function cancellationsOf({ parts }: RunningBookings, { booking }: Order): Promise<BookingFacts['cancellation'][]> {
  const rows = await parts.db.rows<{ payload: string }>(
    "SELECT payload FROM outbox WHERE type = 'booking.cancelled' AND aggregate_id = :id",
    { id: booking.id },
  )
  return rows.map(({ payload }) => (JSON.parse(payload) as { data: BookingFacts }).data.cancellation)
}

/** A day and more since the payment: from here on the fare decides. */
export async function letGracePass({ parts }: RunningBookings, { booking }: Order): Promise<void> {
  await parts.db.run('UPDATE payments SET captured_at = captured_at - :dayMs WHERE booking_id = :id', { id: booking.id, dayMs: GRACE_MS })
}

export async function letQuoteExpire({ parts }: RunningBookings, { id }: Cancellation): Promise<void> {
  await parts.db.run('UPDATE cancellations SET expires_at = :past WHERE id = :id', { id, past: (await parts.db.now()) - 1 })
}

export type CancellationReply = Reply<Cancellation & ProblemBody>
export type CancelledReply = Reply<Booking & ProblemBody>

export const askForQuote = ({ client, booking }: Pick<Order, 'client' | 'booking'>, options?: CallOptions): Promise<CancellationReply> =>
  client.post(`/bookings/${booking.id}/cancellations`, undefined, options)

/** A quote that must be given. */
export async function quote(order: Order): Promise<Cancellation> {
  const { status, headers, body } = await askForQuote(order)
  expect(status, JSON.stringify(body)).toBe(201)
  expect(headers.get('location')).toBe(`/api/v1/cancellations/${body.id}`)
  return body
}

export const confirm = ({ client }: Pick<Order, 'client'>, { id }: Cancellation, options?: CallOptions): Promise<CancelledReply> =>
  client.post(`/cancellations/${id}/confirmation`, undefined, options)

/** Waits until the refund of a cancelled booking is back. */
export const cancelledInFull = (order: Order): Promise<unknown> =>
  waitFor(async () => (await bookingOf(order)).status === 'cancelled', { what: 'the refund to be back', timeoutMs: 10_000 })

export type RefundReply = Reply<Refund & ProblemBody>

/** An administrator gives money of a payment back; without an amount, all that is left. */
export const refundByHand = (
  bookings: RunningBookings,
  paymentId: string,
  amountMinor?: number,
  options?: CallOptions,
): Promise<RefundReply> =>
  bookings
    .asUser('boss', ['admin'])
    .post(
      `/payments/${paymentId}/refunds`,
      { reason: 'The seat was broken.', ...(amountMinor === undefined ? {} : { amountMinor }) },
      options,
    )

/** Lets every refund be due, and the job run, until the refund is where it should be. */
export const sendUntil = ({ parts }: RunningBookings, { id }: Refund, status: Refund['status']): Promise<unknown> =>
  waitFor(
    async () => {
      await parts.db.run("UPDATE refunds SET next_check_at = 0 WHERE status IN ('pending', 'unknown')")
      await sendRefunds(parts)
      return (await parts.refunds.find(id))?.status === status
    },
    { what: `the refund to be ${status}`, timeoutMs: 15_000 },
  )

export interface RefundedOrder extends Order {
  refund: RefundRow
  /** The provider's refund that stands for it. */
  providerId: string
  intentId: string
}

/** A paid booking that was cancelled, with its money back as we know; at the provider the card's bank has sent it back since. The provider must not send webhooks of its own. */
export async function refundedOrder(shop: Shop, name: string): Promise<RefundedOrder> {
  const order = await shop.order(name)
  const { id: paymentId } = await payNow(order, 'pm_card_refundFail')
  await cancelNow(shop.first, order)
  await sendRefunds(shop.first.parts)
  const [refund] = await shop.first.parts.refunds.listOfPayment(paymentId)
  const payment = await shop.first.parts.payments.find(paymentId)
  if (!refund?.providerId || !payment?.providerId) throw new Error(`the refund of booking ${order.booking.id} has not succeeded`)
  await waitFor(async () => (await shop.provider.chargesOf(order.booking.id))[0]?.refundedMinor === 0, { what: 'the refund to fail' })
  return { ...order, refund, providerId: refund.providerId, intentId: payment.providerId }
}

/** The same, and the provider has told it: the refund waits for a person. */
export async function sentBackOrder(shop: Shop, name: string): Promise<RefundedOrder> {
  const order = await refundedOrder(shop, name)
  await deliverRefund(shop.first, { ...order, type: 'refund.failed', status: 'failed' })
  expect(await bookingOf(order)).toMatchObject({ refunds: [{ status: 'needs_attention' }], payments: [{ status: 'captured' }] })
  return order
}
