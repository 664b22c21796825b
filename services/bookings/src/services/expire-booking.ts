import type { Transaction } from '@skyhold/platform'
import { bookingFacts } from '../views/booking.ts'
import type { Parts } from './parts.ts'
import { type ApplyResult, auditAlso, type Scene } from './payment-scene.ts'
import { loadBooking } from './read-bookings.ts'

/** Ends an unpaid booking whose time is over, with its hold and what claims that still has: what the sweeper does, where a payment's outcome comes first. */
export async function expireBooking(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, nowMs } = scene
  await parts.claims.release([hold.id], tx)
  await parts.holds.transition([hold.id], 'expired', tx)
  await parts.bookings.transition([booking.id], 'expired', tx)
  await parts.marks.add(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  const steps = [['hold', hold.id, hold.status, 'expired'] as const, ['booking', booking.id, booking.status, 'expired'] as const]
  await auditAlso(scene, apply, steps, parts, tx)
  const loaded = await loadBooking(booking.id, parts, tx)
  await parts.outbox.append(tx, [
    {
      type: 'booking.expired',
      aggregate: { type: 'booking', id: booking.id, sequence: loaded.booking.version },
      correlationId: loaded.booking.requestId,
      data: bookingFacts(loaded),
      occurredAtMs: nowMs,
    },
  ])
}
