import type { Transaction } from '@skyhold/platform'
import { effectiveHoldStatus } from '../domain/hold.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { cancelForFlight } from './cancel-for-flight.ts'
import { findCancelledFlight } from './find-cancelled-flight.ts'
import type { Parts } from './parts.ts'

/** Holds looked up at a time; each has a transaction of its own, so that nobody waits for a whole aircraft. */
const BATCH = 100
const ACTOR = 'job:cancel-flights'

/**
 * Works through every seat that is held or sold on a cancelled flight: holds are released, unpaid bookings cancelled, paid ones refunded in full. A payment at work is left until its
 * outcome, and a seat that is taken in the same instant is found by the next run. Any number of replicas may run it at once. The number of holds that were ended.
 */
export async function cancelFlights(parts: Parts): Promise<number> {
  let ended = 0
  for (let after = ''; ; ) {
    const holdIds = await parts.claims.listHoldsOnCancelledFlights(after, BATCH)
    for (const holdId of holdIds) if (await tryToEnd(holdId, parts)) ended += 1
    const last = holdIds.at(-1)
    if (ended > 0) parts.outbox.onCommit()
    if (last === undefined || holdIds.length < BATCH) return ended
    after = last
  }
}

async function tryToEnd(holdId: string, parts: Parts): Promise<boolean> {
  try {
    return await parts.db.transaction((tx) => endHold(holdId, parts, tx))
  } catch (error) {
    // One booking that cannot be cancelled must not keep the others waiting.
    parts.logger.error({ err: error, holdId }, 'a hold on a cancelled flight could not be ended yet')
    return false
  }
}

/** Booking, hold, claims, payment: the order of docs/locking.md. */
async function endHold(holdId: string, parts: Parts, tx: Transaction): Promise<boolean> {
  const booking = await parts.bookings.lockByHold(holdId, tx)
  const hold = await parts.holds.lock(holdId, tx)
  if (!hold) return false
  const flight = await findCancelledFlight(hold, parts, tx)
  // It flies again, or it was never said to be cancelled: the copy is what counts.
  if (!flight) return false
  const nowMs = await parts.db.now(tx)
  // Past its time it is the sweeper's, who ends it as expired.
  if (effectiveHoldStatus(hold, nowMs) === 'expired') return false
  if (!booking) return (await parts.bookings.findByHold(holdId, tx)) === null && releaseHold(hold, nowMs, parts, tx)
  if (booking.status !== 'awaiting_payment' && booking.status !== 'confirmed') return false
  await cancelForFlight({ booking, hold, nowMs, flight, actor: ACTOR, requestId: '' }, parts, tx)
  return true
}

/** A hold that nobody has booked, not even between our two looks. */
async function releaseHold(hold: HoldRow, nowMs: number, parts: Parts, tx: Transaction): Promise<boolean> {
  if ((await parts.holds.transition([hold.id], 'released', tx)) === 0) return false
  await parts.claims.release([hold.id], tx)
  await parts.marks.add(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  await parts.audit.append(
    [{ aggregateType: 'hold', aggregateId: hold.id, from: hold.status, to: 'released', atMs: nowMs, actor: ACTOR, requestId: '' }],
    tx,
  )
  return true
}
