import type { EventEnvelope, EventType } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'

/** As long as the inbox knows an event: an e-mail is given up long before. */
const KEPT_MS = 30 * 24 * 3_600_000
const PURGE_BATCH = 1_000

/** What is known of refunds and the like that nobody is told of by itself. */
export class NotedFacts {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** In the transaction of the inbox, so that an event is noted once. */
  async add({ eventId, type, aggregate }: EventEnvelope, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<void> {
    await this.#db.run(
      'INSERT INTO noted_facts (event_id, type, aggregate_id, sequence, noted_at) VALUES (:eventId, :type, :aggregateId, :sequence, :nowMs)',
      { eventId, type, aggregateId: aggregate.id, sequence: aggregate.sequence, nowMs },
      tx,
    )
  }

  /** Whether one of these facts has come after that event, of the same thing. */
  async hasNewer({ aggregate: { id, sequence } }: EventEnvelope, types: readonly EventType[], tx?: Transaction): Promise<boolean> {
    if (types.length === 0) return false
    const found = await this.#db.rows(
      'SELECT event_id FROM noted_facts WHERE aggregate_id = :id AND sequence > :sequence AND type IN (:types) LIMIT 1',
      { id, sequence, types },
      tx,
    )
    return found.length > 0
  }

  /** Forgets old ones, in small batches. How many. */
  async purge({ batch = PURGE_BATCH }: { batch?: number } = {}): Promise<number> {
    const cutoffMs = (await this.#db.now()) - KEPT_MS
    let purged = 0
    for (;;) {
      const rows = await this.#db.rows<{ id: string }>(
        'SELECT event_id AS id FROM noted_facts WHERE noted_at < :cutoffMs ORDER BY noted_at LIMIT :batch',
        { cutoffMs, batch },
      )
      if (rows.length === 0) return purged
      purged += await this.#db.run('DELETE FROM noted_facts WHERE event_id IN (:ids)', { ids: rows.map(({ id }) => id) })
      if (rows.length < batch) return purged
    }
  }
}
