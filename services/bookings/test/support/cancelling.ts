import { type CancelBooking, cancelBooking, type Cancelled } from '../../src/services/cancel-booking.ts'
import type { Order } from './paying.ts'
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
