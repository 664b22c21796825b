import { setTimeout as sleep } from 'node:timers/promises'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { Parts } from './parts.ts'
import { loadBookings } from './read-bookings.ts'
import { bookingFacts } from '../views/booking.ts'
import { togetherOrAlone, type Transaction } from '@skyhold/platform'

/** So many that the turns are few, and so few that a taker who waits for one of them waits for tens of milliseconds. */
const BATCH = 1000
/** After a full batch the sweeper rests for so many times as long as it took: those who take seats come first. */
const REST = 6
/** With its rest a batch takes no longer than lets it sweep 100,000 in a minute; only a slow one rests for half of its time beyond that. */
const TURN_MS_MAX = 520

const restAfter = (tookMs: number): number => Math.min(REST * tookMs, Math.max(TURN_MS_MAX - tookMs, tookMs / 2))

/**
 * Expires holds past their time with their unpaid bookings and deletes what claims they still have. Nobody waits for it: a lapsed hold is free at its instant anyway.
 * Any number of sweepers may run at once. The number of holds expired.
 */
export async function expireHolds(parts: Parts): Promise<number> {
  let total = 0
  const failed = new Set<string>()
  for (;;) {
    const startedAtMs = performance.now()
    // Those that have failed are the oldest, and must not take the place of the others.
    const lapsed = await parts.holds.listLapsedIds(parts.claims.lapsedBy(await parts.db.now()), BATCH + failed.size)
    const ids = lapsed.filter((id) => !failed.has(id)).slice(0, BATCH)
    if (ids.length === 0) return total
    const batch = await togetherOrAlone({
      items: ids,
      work: (some) => parts.db.transaction((tx) => expireBatch(some, parts, tx)),
      onFailed: (holdId, error) => parts.logger.error({ err: error, holdId }, 'a hold could not be expired yet'),
    })
    for (const id of batch.failed) failed.add(id)
    parts.outbox.onCommit()
    total += batch.changed
    // Another sweeper, or a payment, has the rest.
    if (batch.changed === 0 && batch.failed.length === 0) return total
    if (ids.length === BATCH) await sleep(restAfter(performance.now() - startedAtMs))
  }
}

async function expireBatch(ids: readonly string[], parts: Parts, tx: Transaction): Promise<number> {
  // Bookings before holds, as everybody locks.
  const bookings = await parts.bookings.lockUnpaidOfHolds(ids, tx)
  const nowMs = await parts.db.now(tx)
  const locked = await parts.holds.lockLapsed(ids, parts.claims.lapsedBy(nowMs), tx)
  // Asked under the holds' locks: a booking that somebody else has locked, or has made since we looked, is left to its own turn with its hold.
  const ours = new Set(bookings.map(({ holdId }) => holdId))
  const others = new Set((await parts.bookings.listHoldsWithUnpaid(locked, tx)).filter((id) => !ours.has(id)))
  const holdIds = locked.filter((id) => !others.has(id))
  if (holdIds.length === 0) return 0

  const by = { atMs: nowMs, actor: 'job:expire' }
  await parts.holds.transition(holdIds, 'expired', tx)
  await parts.audit.appendForHolds(holdIds, { from: 'active', to: 'expired', ...by }, tx)
  await parts.marks.addOfHolds(holdIds, tx)
  await parts.claims.release(holdIds, tx)
  const expiring = new Set(holdIds)
  await expireBookings(
    bookings.filter(({ holdId }) => expiring.has(holdId)),
    by,
    parts,
    tx,
  )
  return holdIds.length
}

async function expireBookings(
  bookings: readonly LockedBooking[],
  by: { atMs: number; actor: string },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  if (bookings.length === 0) return
  const ids = bookings.map(({ id }) => id)
  await parts.bookings.transition(ids, 'expired', tx)
  await parts.audit.append(
    ids.map((id) => ({ aggregateType: 'booking', aggregateId: id, from: 'awaiting_payment', to: 'expired', requestId: '', ...by })),
    tx,
  )
  const expired = await loadBookings(ids, by.atMs, parts, tx)
  await parts.outbox.append(
    tx,
    expired.map((loaded) => ({
      type: 'booking.expired' as const,
      aggregate: { type: 'booking', id: loaded.booking.id, sequence: loaded.booking.version },
      correlationId: loaded.booking.requestId,
      data: bookingFacts(loaded),
      occurredAtMs: by.atMs,
    })),
  )
}
