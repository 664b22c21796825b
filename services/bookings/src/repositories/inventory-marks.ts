import type { Database, Transaction } from '@skyhold/platform'
import { keepExisting, skipLocked } from './sql.ts'

export interface Mark {
  id: number
  flightId: string
}

/** When a flight's numbers were told last, and under which sequence. */
export interface Told {
  flightId: string
  sequence: number
  toldAtMs: number
}

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

  /** The oldest marks. Without a lock: to find work, not to do it. */
  listOldest(limit: number): Promise<Mark[]> {
    return this.#db.rows(`SELECT id, flight_id AS flightId FROM inventory_marks ORDER BY id LIMIT ${limit}`)
  }

  /** Locks those of the marks that are still there and that no other announcer has: one that has stopped keeps nobody waiting. */
  async lock(ids: readonly number[], tx: Transaction): Promise<Mark[]> {
    if (ids.length === 0) return []
    return this.#db.rows<Mark>(
      `SELECT id, flight_id AS flightId FROM inventory_marks WHERE id IN (:ids) ORDER BY id${skipLocked(this.#db)}`,
      { ids },
      tx,
    )
  }

  /** Locks what was told of these flights, except of those that another announcer is counting. */
  async lockTold(flightIds: readonly string[], tx: Transaction): Promise<Told[]> {
    if (flightIds.length === 0) return []
    const known = await this.#db.rows<{ flightId: string }>(
      'SELECT flight_id AS flightId FROM told_inventory WHERE flight_id IN (:flightIds)',
      { flightIds },
      tx,
    )
    const told = new Set(known.map(({ flightId }) => flightId))
    const rows = flightIds.filter((id) => !told.has(id)).map((id) => [id, 0, 0])
    if (rows.length > 0)
      await this.#db.run(
        `INSERT INTO told_inventory (flight_id, sequence, told_at) VALUES :rows ${keepExisting(this.#db, { key: 'flight_id', column: 'sequence' })}`,
        { rows },
        tx,
      )
    return this.#db.rows<Told>(
      `SELECT flight_id AS flightId, sequence, told_at AS toldAtMs FROM told_inventory WHERE flight_id IN (:flightIds) ORDER BY flight_id${skipLocked(this.#db)}`,
      { flightIds },
      tx,
    )
  }

  /** Writes down what is told now of flights that are locked. */
  async tell(told: readonly Told[], tx: Transaction): Promise<void> {
    if (told.length === 0) return
    const onConflict =
      this.#db.dialect === 'sqlite'
        ? 'ON CONFLICT (flight_id) DO UPDATE SET sequence = excluded.sequence, told_at = excluded.told_at'
        : 'ON DUPLICATE KEY UPDATE sequence = VALUES(sequence), told_at = VALUES(told_at)'
    await this.#db.run(
      `INSERT INTO told_inventory (flight_id, sequence, told_at) VALUES :rows ${onConflict}`,
      { rows: told.map(({ flightId, sequence, toldAtMs }) => [flightId, sequence, toldAtMs]) },
      tx,
    )
  }

  async remove(ids: readonly number[], tx: Transaction): Promise<void> {
    if (ids.length) await this.#db.run('DELETE FROM inventory_marks WHERE id IN (:ids)', { ids }, tx)
  }
}
