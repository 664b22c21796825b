import type { Database, Transaction } from '@skyhold/platform'
import { forUpdate } from './sql.ts'

/** Flights whose seats have changed and whose new numbers have not been told yet. */
export class InventoryMarks {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async add(flightIds: readonly string[], tx: Transaction): Promise<void> {
    const distinct = [...new Set(flightIds)]
    if (distinct.length)
      await this.#db.run('INSERT INTO inventory_marks (flight_id) VALUES :rows', { rows: distinct.map((id) => [id]) }, tx)
  }

  /** Marks the flights on which these holds have claims. */
  async addOfHolds(holdIds: readonly string[], tx: Transaction): Promise<void> {
    await this.#db.run(
      'INSERT INTO inventory_marks (flight_id) SELECT DISTINCT flight_id FROM claims WHERE hold_id IN (:holdIds)',
      { holdIds },
      tx,
    )
  }

  /** Locks the oldest marks: a second announcer waits, and counts only after the first has told his numbers. */
  lockOldest(limit: number, tx: Transaction): Promise<{ id: number; flightId: string }[]> {
    return this.#db.rows(`SELECT id, flight_id AS flightId FROM inventory_marks ORDER BY id LIMIT ${limit}${forUpdate(this.#db)}`, {}, tx)
  }

  async remove(ids: readonly number[], tx: Transaction): Promise<void> {
    if (ids.length) await this.#db.run('DELETE FROM inventory_marks WHERE id IN (:ids)', { ids }, tx)
  }
}
