import type { Database, Transaction } from '@skyhold/platform'
import { keepExisting } from './sql.ts'

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
}
