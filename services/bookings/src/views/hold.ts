import type { Hold } from '@skyhold/contracts'
import { effectiveHoldStatus } from '../domain/hold.ts'
import type { HoldRow } from '../repositories/holds.ts'

/** A hold as its owner sees it. One being paid for reads `active`: its seats are his. */
export function holdView(hold: HoldRow, { nowMs, bookingId }: { nowMs: number; bookingId?: string | undefined }): Hold {
  const status = effectiveHoldStatus(hold, nowMs)
  return {
    id: hold.id,
    status: status === 'pinned' ? 'active' : status,
    expiresAt: new Date(hold.expiresAtMs).toISOString(),
    expiresInSeconds: Math.max(0, Math.ceil((hold.expiresAtMs - nowMs) / 1000)),
    total: { amountMinor: hold.totalMinor, currency: hold.currency },
    flights: hold.flights.map(({ flightId, fare, seats }) => ({ flightId, fare, seats })),
    ...(bookingId ? { bookingId } : {}),
  }
}
