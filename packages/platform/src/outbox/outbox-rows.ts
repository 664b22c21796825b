import { randomUUID } from 'node:crypto'
import type { Database } from '../database/index.ts'

/** As many as one commit and one round of confirms handle in some 20 ms. */
export const CLAIM_LIMIT = 200
/** A week: long enough to see, after a bad weekend, what was said and when. */
const KEPT_MS = 7 * 24 * 3_600_000
/** Small, so that the locks of one batch are gone in milliseconds. */
const PURGE_BATCH = 500
/** 50,000 rows take half a second; the events that wait should not wait longer for a broom. */
const PURGE_BATCHES_MAX = 100

export interface ClaimedRow {
  id: number
  payload: string
  traceparent: string | null
}

export interface Claim {
  /** Names this claim alone, so that a relay that was away for long cannot touch rows that are somebody else's by now. */
  claimedBy: string
  rows: ClaimedRow[]
}

/** What waits for the broker. */
export interface Backlog {
  pending: number
  oldestSeconds: number
}

/** The statements of the relay. None of them is a cursor on id: ids are given before the commit, so a lower one may appear later. */
export class OutboxRows {
  readonly #db: Database
  /**
   * MariaDB otherwise walks the primary key for `ORDER BY id LIMIT n` and passes a week of published rows to find the pending ones.
   * SQLite takes the index by itself.
   */
  readonly #byState: string

  constructor(db: Database) {
    this.#db = db
    this.#byState = db.dialect === 'mysql' ? 'outbox FORCE INDEX (outbox_by_state)' : 'outbox'
  }

  /** Takes rows for `leaseMs`; what is not marked by then is anybody's again. */
  async claim(leaseMs: number): Promise<Claim> {
    const db = this.#db
    const claimedBy = randomUUID()
    if (!(await this.#hasPending())) return { claimedBy, rows: [] }
    return db.transaction(async (tx) => {
      const nowMs = await db.now(tx)
      // SKIP LOCKED: a transaction that has appended and hangs (a stopped process, a slow disk) would otherwise stop the relay of every replica.
      const rows = await db.rows<ClaimedRow>(
        `SELECT id, payload, traceparent FROM ${this.#byState} WHERE state = 'pending' AND locked_until <= :nowMs
         ORDER BY id LIMIT ${CLAIM_LIMIT} ${db.dialect === 'mysql' ? 'FOR UPDATE SKIP LOCKED' : ''}`,
        { nowMs },
        tx,
      )
      if (rows.length > 0)
        await db.run(
          'UPDATE outbox SET locked_by = :claimedBy, locked_until = :until WHERE id IN (:ids)',
          { claimedBy, until: nowMs + leaseMs, ids: idsOf(rows) },
          tx,
        )
      return { claimedBy, rows }
    })
  }

  // Asked first, because on SQLite the transaction of a claim takes the one write lock, five times a second for nothing.
  async #hasPending(): Promise<boolean> {
    return (await this.#db.rows(`SELECT id FROM ${this.#byState} WHERE state = 'pending' ORDER BY id LIMIT 1`)).length > 0
  }

  async markPublished(claimedBy: string, rows: readonly ClaimedRow[]): Promise<void> {
    await this.#settle(claimedBy, rows, `state = 'published', published_at = :nowMs, locked_by = NULL, locked_until = 0`)
  }

  async markUnsubscribed(claimedBy: string, rows: readonly ClaimedRow[]): Promise<void> {
    await this.#settle(claimedBy, rows, `state = 'unsubscribed', locked_by = NULL, locked_until = 0`)
  }

  /** Gives rows back, to be tried again after `delayMs`. */
  async release(claimedBy: string, rows: readonly ClaimedRow[], delayMs: number): Promise<void> {
    await this.#settle(claimedBy, rows, `locked_by = NULL, locked_until = :nowMs + ${Math.trunc(delayMs)}`)
  }

  async #settle(claimedBy: string, rows: readonly ClaimedRow[], assignments: string): Promise<void> {
    if (rows.length === 0) return
    await this.#db.transaction(async (tx) => {
      const nowMs = await this.#db.now(tx)
      await this.#db.run(
        `UPDATE outbox SET ${assignments} WHERE id IN (:ids) AND locked_by = :claimedBy AND state = 'pending'`,
        { nowMs, ids: idsOf(rows), claimedBy },
        tx,
      )
    })
  }

  /** How many wait and since when, by the database's clock. */
  async backlog(): Promise<Backlog> {
    const [{ pending } = { pending: 0 }] = await this.#db.rows<{ pending: number }>(
      `SELECT COUNT(*) AS pending FROM ${this.#byState} WHERE state = 'pending'`,
    )
    if (pending === 0) return { pending, oldestSeconds: 0 }
    const [oldest] = await this.#db.rows<{ occurred_at: number }>(
      `SELECT occurred_at FROM ${this.#byState} WHERE state = 'pending' ORDER BY id LIMIT 1`,
    )
    const ageMs = oldest ? (await this.#db.now()) - oldest.occurred_at : 0
    return { pending, oldestSeconds: Math.max(0, ageMs / 1000) }
  }

  /**
   * Deletes settled rows older than a week, 50,000 at most. Looks at the oldest batch of each state only, so it costs little when there is
   * nothing to do. Returns how many.
   */
  async purge({ batch = PURGE_BATCH }: { batch?: number } = {}): Promise<number> {
    const cutoffMs = (await this.#db.now()) - KEPT_MS
    let purged = 0
    for (const state of ['published', 'unsubscribed']) {
      for (let batches = 0; batches < PURGE_BATCHES_MAX; batches += 1) {
        const rows = await this.#db.rows<{ id: number }>(
          `SELECT id FROM (SELECT id, COALESCE(published_at, occurred_at) AS settled_at FROM ${this.#byState} WHERE state = :state ORDER BY id LIMIT :batch) oldest
           WHERE settled_at < :cutoffMs`,
          { state, batch, cutoffMs },
        )
        if (rows.length > 0) purged += await this.#db.run('DELETE FROM outbox WHERE id IN (:ids)', { ids: idsOf(rows) })
        if (rows.length < batch) break
      }
    }
    return purged
  }
}

const idsOf = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id)
