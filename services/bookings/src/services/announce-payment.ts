import type { Transaction } from '@skyhold/platform'
import { bookingFacts } from '../views/booking.ts'
import type { Parts } from './parts.ts'
import type { ApplyResult, Scene } from './payment-scene.ts'
import { loadBooking } from './read-bookings.ts'

/** The steps of a payment as the others count them: begun, captured, on its way back. */
const SEQUENCES = { 'payment.captured': 2, 'payment.returned': 3 } as const

/** Tells the others what became of a payment. `reason` is read by the customer. */
export async function announcePayment(
  { type, reason }: { type: keyof typeof SEQUENCES; reason?: string },
  { apply, scene: { booking, payment, nowMs } }: { apply: ApplyResult; scene: Scene },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const loaded = await loadBooking(booking.id, parts, tx)
  await parts.outbox.append(tx, [
    {
      type,
      aggregate: { type: 'payment', id: payment.id, sequence: SEQUENCES[type] },
      correlationId: apply.requestId || loaded.booking.requestId,
      occurredAtMs: nowMs,
      data: {
        paymentId: payment.id,
        bookingId: booking.id,
        reference: booking.reference,
        ownerId: booking.userId,
        contact: bookingFacts(loaded).contact,
        amount: { amountMinor: payment.amountMinor, currency: payment.currency },
        ...(reason ? { reason } : {}),
      },
    },
  ])
}
