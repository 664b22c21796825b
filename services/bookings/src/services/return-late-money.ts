import { newId, type Transaction } from '@skyhold/platform'
import { bookingFacts } from '../views/booking.ts'
import type { Parts } from './parts.ts'
import { type ApplyResult, changePayment, NEVER_MS, type Scene } from './payment-scene.ts'
import { loadBooking } from './read-bookings.ts'

/** The card was charged although we had given the try up: all of it goes back. It keeps no charge slot, so that another payment of the booking is not in its way. */
export async function returnLateMoney(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, payment, nowMs } = scene
  parts.logger.error({ paymentId: payment.id, bookingId: booking.id }, 'late money: charged without seats, it goes back in full')
  await changePayment(scene, { to: 'captured', nextCheckAtMs: NEVER_MS, chargeSlot: null }, apply, parts, tx)
  const loaded = await loadBooking(booking.id, parts, tx)
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const reason = 'The payment came after the seats had been given up.'
  await parts.refunds.insertOnce(
    {
      id: newId('refund'),
      operatorId: payment.operatorId,
      paymentId: payment.id,
      bookingId: booking.id,
      cause: `late:${payment.id}`,
      status: 'pending',
      ...amount,
      reason,
      nowMs,
      nextCheckAtMs: nowMs,
    },
    tx,
  )
  await parts.outbox.append(tx, [
    {
      type: 'payment.returned',
      aggregate: { type: 'payment', id: payment.id, sequence: 3 },
      correlationId: apply.requestId || loaded.booking.requestId,
      occurredAtMs: nowMs,
      data: {
        paymentId: payment.id,
        bookingId: booking.id,
        reference: booking.reference,
        ownerId: booking.userId,
        contact: bookingFacts(loaded).contact,
        amount,
        reason,
      },
    },
  ])
}
