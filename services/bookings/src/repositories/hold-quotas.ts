import type { Database, Transaction } from '@skyhold/platform'
import { keepExisting, skipLocked } from './sql.ts'

/** One row a user that is locked before his holds are counted, so that no burst of requests passes the limit. */
export class HoldQuotas {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Locks the users' rows, in order, until the end of the transaction. */
  async lock(userIds: readonly string[], tx: Transaction): Promise<void> {
    const rows = [...userIds].sort().map((userId) => [userId, 0])
    await this.#db.run(
      `INSERT INTO hold_quotas (user_id, taken) VALUES :rows ${keepExisting(this.#db, { key: 'user_id', column: 'taken' })}`,
      { rows },
      tx,
    )
  }

  /** Live holds of each user: in time, or being paid for. */
  async countLive(userIds: readonly string[], nowMs: number, tx: Transaction): Promise<Map<string, number>> {
    const rows = await this.#db.rows<{ userId: string; live: number }>(
      `SELECT user_id AS userId, COUNT(*) AS live FROM holds WHERE user_id IN (:userIds) AND (status = 'pinned' OR (status = 'active' AND expires_at > :nowMs)) GROUP BY user_id`,
      { userIds, nowMs },
      tx,
    )
    return new Map(rows.map(({ userId, live }) => [userId, Number(live)]))
  }

  /** Users after this one, in order, of whom there is no hold from `sinceMs` on, and none that lives. */
  async listIdle(afterUserId: string, { sinceMs, limit }: { sinceMs: number; limit: number }): Promise<string[]> {
    const rows = await this.#db.rows<{ userId: string }>(
      `SELECT q.user_id AS userId FROM hold_quotas q WHERE q.user_id > :afterUserId
         AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.user_id = q.user_id AND (h.status IN ('active', 'pinned') OR h.created_at >= :sinceMs))
       ORDER BY q.user_id LIMIT ${limit}`,
      { afterUserId, sinceMs },
    )
    return rows.map(({ userId }) => userId)
  }

  /** Safe whoever takes seats meanwhile: a row is there to be locked alone, one that is locked is skipped, and whoever finds none makes it anew. */
  async forget(userIds: readonly string[], tx: Transaction): Promise<number> {
    const free = await this.#db.rows<{ userId: string }>(
      `SELECT user_id AS userId FROM hold_quotas WHERE user_id IN (:userIds) ORDER BY user_id${skipLocked(this.#db)}`,
      { userIds },
      tx,
    )
    return free.length === 0
      ? 0
      : this.#db.run('DELETE FROM hold_quotas WHERE user_id IN (:ids)', { ids: free.map(({ userId }) => userId) }, tx)
  }
}
