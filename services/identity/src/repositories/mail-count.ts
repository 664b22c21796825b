import type { Database, Transaction } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import type { MailCount } from '../domain/mail-counts.ts'
import { defineMailCount, type MailCountRow } from '../models/mail-count.ts'

export class MailCountRepository {
  readonly #db: Database
  readonly #counts: ModelStatic<MailCountRow>

  constructor(db: Database) {
    this.#db = db
    this.#counts = defineMailCount(db.sequelize)
  }

  /** The count that nobody else counts in until the transaction is over; made if there is none. */
  async lock(id: string, tx: Transaction): Promise<MailCount> {
    // An INSERT that finds the row there locks it; on SQLite the transaction is alone anyway.
    const ifThere = this.#db.dialect === 'sqlite' ? 'ON CONFLICT (id) DO NOTHING' : 'ON DUPLICATE KEY UPDATE day_count = day_count'
    await this.#db.run(
      `INSERT INTO mail_counts (id, last_at, hour_start, hour_count, day_start, day_count) VALUES (:id, 0, 0, 0, 0, 0) ${ifThere}`,
      { id },
      tx,
    )
    const { lastAt, hourStart, hourCount, dayStart, dayCount } = await this.#counts.findByPk(id, { transaction: tx, rejectOnEmpty: true })
    return { lastAtMs: lastAt, hourStartMs: hourStart, hourCount, dayStartMs: dayStart, dayCount }
  }

  async store(id: string, { lastAtMs, hourStartMs, hourCount, dayStartMs, dayCount }: MailCount, tx: Transaction): Promise<void> {
    await this.#db.run(
      `UPDATE mail_counts SET last_at = :lastAtMs, hour_start = :hourStartMs, hour_count = :hourCount, day_start = :dayStartMs, day_count = :dayCount
        WHERE id = :id`,
      { id, lastAtMs, hourStartMs, hourCount, dayStartMs, dayCount },
      tx,
    )
  }

  /** Removes what counts for nothing any more: the last mail was before both of its windows. */
  removeQuiet(lastBeforeMs: number): Promise<number> {
    return this.#db.run('DELETE FROM mail_counts WHERE last_at < :lastBeforeMs', { lastBeforeMs })
  }
}
