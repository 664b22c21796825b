import type { Transaction } from '@skyhold/platform'
import type { SellableFlight } from '../domain/flight.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { cancelBooking, type Cancelled } from './cancel-booking.ts'
import type { Parts } from './parts.ts'

export interface CancelForFlight {
  /** Both locked, and as they are now. */
  booking: LockedBooking
  hold: HoldRow
  nowMs: number
  flight: SellableFlight
  actor: string
  requestId: string
}

/** One of its flights does not fly: the whole booking goes, with all of its money and no fee. */
export function cancelForFlight(
  { booking, hold, nowMs, flight, actor, requestId }: CancelForFlight,
  parts: Parts,
  tx: Transaction,
): Promise<Cancelled> {
  const reason = flight.state.cancellationReason
  return cancelBooking(
    {
      booking,
      hold,
      nowMs,
      cause: 'flight_cancelled',
      refundMinor: 'all',
      feeMinor: 0,
      refundCause: `flight:${booking.id}`,
      ...(reason ? { reason } : {}),
      flightId: flight.id,
      actor,
      requestId,
    },
    parts,
    tx,
  )
}
