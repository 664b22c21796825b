import { setTimeout as sleep } from 'node:timers/promises'
import type { Parts } from './parts.ts'
import { loadBookings } from './read-bookings.ts'
import { bookingFacts } from '../views/booking.ts'
import type { Transaction } from '@skyhold/platform'

/** A transaction of a few hundred is short enough that no taker waits for it. */
const BATCH = 1000
/** After a full batch the sweeper rests for so many times as long as it took: those who take seats come first. But it rests no longer than lets it sweep 100,000 in a minute. */
const REST = 6
const REST_MS_MAX = 400

/**
 * Expires holds past their time with their unpaid bookings and deletes what claims they still have. Nobody waits for it: a lapsed hold is free at its instant anyway.
 * Any number of sweepers may run at once. The number of holds expired.
 */
export async function expireHolds(parts: Parts): Promise<number> {
  let total = 0
  for (;;) {
    const startedAtMs = performance.now()
    const ids = await parts.holds.listLapsedIds(parts.claims.lapsedBy(await parts.db.now()), BATCH)
    if (ids.length === 0) return total
    const expired = await parts.db.transaction((tx) => expireBatch(ids, parts, tx))
    parts.outbox.onCommit()
    total += expired
    // Another sweeper, or a payment, has the rest.
    if (expired === 0) return total
    if (ids.length === BATCH) await sleep(Math.min(REST * (performance.now() - startedAtMs), REST_MS_MAX))
  }
}

async function expireBatch(ids: readonly string[], parts: Parts, tx: Transaction): Promise<number> {
  // Bookings before holds, as everybody locks.
  const bookings = await parts.bookings.lockUnpaidOfHolds(ids, tx)
  const nowMs = await parts.db.now(tx)
  const locked = await parts.holds.lockLapsed(ids, parts.claims.lapsedBy(nowMs), tx)
  // Asked under the holds' locks: a booking that somebody else has locked, or has made since we looked, is left to its own turn with its hold.
  const ours = new Set(bookings.map(({ holdId }) => holdId))
  const others = new Set((await parts.bookings.listHoldsWithUnpaid(idsOf(locked), tx)).filter((id) => !ours.has(id)))
  const holds = locked.filter(({ id }) => !others.has(id))
  if (holds.length === 0) return 0

  const holdIds = idsOf(holds)
  const lapsed = bookings.filter(({ holdId }) => holdIds.includes(holdId))
  await parts.holds.transition(holdIds, 'expired', tx)
  await parts.claims.release(holdIds, tx)
  await parts.marks.add(
    holds.flatMap(({ flights }) => flights.map(({ flightId }) => flightId)),
    tx,
  )
  if (lapsed.length)
    await parts.bookings.transition(
      lapsed.map(({ id }) => id),
      'expired',
      tx,
    )

  const by = { atMs: nowMs, actor: 'job:expire', requestId: '' }
  await parts.audit.append(
    [
      ...holdIds.map((id) => ({ aggregateType: 'hold' as const, aggregateId: id, from: 'active', to: 'expired', ...by })),
      ...lapsed.map(({ id }) => ({ aggregateType: 'booking' as const, aggregateId: id, from: 'awaiting_payment', to: 'expired', ...by })),
    ],
    tx,
  )
  const expired = await loadBookings(idsOf(lapsed), nowMs, parts, tx)
  await parts.outbox.append(
    tx,
    expired.map((loaded) => ({
      type: 'booking.expired' as const,
      aggregate: { type: 'booking', id: loaded.booking.id, sequence: loaded.booking.version },
      correlationId: loaded.booking.requestId,
      data: bookingFacts(loaded),
      occurredAtMs: nowMs,
    })),
  )
  return holds.length
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id)
