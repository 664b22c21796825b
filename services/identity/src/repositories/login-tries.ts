import type { Database, Transaction } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import type { LoginTries } from '../domain/login-backoff.ts'
import { defineLoginTries, type LoginTriesRow } from '../models/login-tries.ts'

export class LoginTriesRepository {
  readonly #db: Database
  readonly #tries: ModelStatic<LoginTriesRow>

  constructor(db: Database) {
    this.#db = db
    this.#tries = defineLoginTries(db.sequelize)
  }

  async find(id: string): Promise<LoginTries | null> {
    const row = await this.#tries.findByPk(id)
    return row && toTries(row)
  }

  /** Those that nobody else counts in until the transaction is over; made if there are none. */
  async lock(id: string, tx: Transaction): Promise<LoginTries> {
    // An INSERT that finds the row there locks it; on SQLite the transaction is alone anyway.
    const ifThere = this.#db.dialect === 'sqlite' ? 'ON CONFLICT (id) DO NOTHING' : 'ON DUPLICATE KEY UPDATE failed = failed'
    await this.#db.run(
      `INSERT INTO login_tries (id, failed, window_start, closed_until, strikes) VALUES (:id, 0, 0, 0, 0) ${ifThere}`,
      { id },
      tx,
    )
    return toTries(await this.#tries.findByPk(id, { transaction: tx, rejectOnEmpty: true }))
  }

  async store(id: string, { failed, windowStartMs, closedUntilMs, strikes }: LoginTries, tx: Transaction): Promise<void> {
    await this.#db.run(
      'UPDATE login_tries SET failed = :failed, window_start = :windowStartMs, closed_until = :closedUntilMs, strikes = :strikes WHERE id = :id',
      { id, failed, windowStartMs, closedUntilMs, strikes },
      tx,
    )
  }

  /** Takes back one of the tries that began then; of later ones it was none. */
  async takeBack(id: string, windowStartMs: number): Promise<void> {
    await this.#db.run('UPDATE login_tries SET failed = failed - 1 WHERE id = :id AND window_start = :windowStartMs AND failed > 0', {
      id,
      windowStartMs,
    })
  }

  async remove(id: string, tx: Transaction): Promise<void> {
    await this.#db.run('DELETE FROM login_tries WHERE id = :id', { id }, tx)
  }

  /** Removes what nobody would miss: tries that began, and a wait that was over, before that moment. */
  removeQuiet(beforeMs: number): Promise<number> {
    return this.#db.run('DELETE FROM login_tries WHERE window_start < :beforeMs AND closed_until < :beforeMs', { beforeMs })
  }
}

const toTries = (row: LoginTriesRow): LoginTries => ({
  failed: row.failed,
  windowStartMs: row.windowStart,
  closedUntilMs: row.closedUntil,
  strikes: row.strikes,
})
