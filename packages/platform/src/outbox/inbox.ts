import type { EventEnvelope } from '@skyhold/contracts'
import type { Database, Transaction } from '../database/index.ts'

/** A month: longer than any message can wait in a queue that somebody still looks after. */
const KEPT_MS = 30 * 24 * 3_600_000
/** Small, so that the locks of one batch are gone in milliseconds. */
const PURGE_BATCH = 500

export interface ConsumeOnce {
  db: Database
  /** Who applies it. Each consumer has its own memory. */
  consumer: string
  event: Pick<EventEnvelope, 'eventId'>
  /** The change, in the transaction that also remembers the event. May run again after a deadlock, so it does nothing outside the database. */
  effect: (tx: Transaction) => Promise<void>
}

/** Applies an event once, however often it comes and to whichever replica. */
export async function consumeOnce({ db, consumer, event, effect }: ConsumeOnce): Promise<'applied' | 'seen'> {
  return db.transaction(async (tx) => {
    if (!(await remember({ db, consumer, eventId: event.eventId }, tx))) return 'seen'
    await effect(tx)
    return 'applied'
  })
}

/** False when it was there. A rival that holds the same row in an open transaction is waited for: it may still roll back. */
async function remember({ db, consumer, eventId }: { db: Database; consumer: string; eventId: string }, tx: Transaction): Promise<boolean> {
  // An update that changes nothing counts 0, a new row 1. INSERT IGNORE would count the same and hide a truncated id.
  const onRepeat =
    db.dialect === 'sqlite' ? 'ON CONFLICT (consumer, event_id) DO NOTHING' : 'ON DUPLICATE KEY UPDATE event_id = inbox.event_id'
  const added = await db.run(
    `INSERT INTO inbox (consumer, event_id, applied_at) VALUES (:consumer, :eventId, :appliedAt) ${onRepeat}`,
    { consumer, eventId, appliedAt: await db.now(tx) },
    tx,
  )
  return added === 1
}

/** Forgets events applied more than 30 days ago, in small batches. For the hourly purge of a service that consumes. Returns how many. */
export async function purgeInbox(db: Database, { batch = PURGE_BATCH }: { batch?: number } = {}): Promise<number> {
  const cutoffMs = (await db.now()) - KEPT_MS
  let purged = 0
  for (;;) {
    const rows = await db.rows<{ consumer: string; event_id: string }>(
      'SELECT consumer, event_id FROM inbox WHERE applied_at < :cutoffMs ORDER BY applied_at LIMIT :batch',
      { cutoffMs, batch },
    )
    if (rows.length === 0) return purged
    const keys = rows.map(({ consumer, event_id }) => [consumer, event_id])
    purged += await db.run(`DELETE FROM inbox WHERE (consumer, event_id) IN (${db.tupleList(':keys')})`, { keys })
    if (rows.length < batch) return purged
  }
}
