import { waitFor } from '@skyhold/testkit'
import { type Order, payNow, type Shop } from './paying.ts'

/** What a sale left behind, for the statements of a planted violation. */
export interface Sale {
  bookingId: string
  holdId: string
  paymentId: string
  nowMs: number
}

/** Pays for the order, and waits until all of it is told. */
export async function saleOf(shop: Shop, order: Order): Promise<Sale> {
  const payment = await payNow(order)
  const { db } = shop.first.parts
  await waitFor(async () => (await db.rows(`SELECT id FROM outbox WHERE state = 'pending'`)).length === 0, {
    what: 'the relay to be through',
  })
  return { bookingId: order.booking.id, holdId: order.booking.holdId, paymentId: payment.id, nowMs: await db.now() }
}
