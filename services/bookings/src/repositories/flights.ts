import type { FlightState } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { forUpdate } from './sql.ts'

export interface FlightRow {
  id: string
  sequence: number
  state: FlightState
}

export interface FlightCopy {
  state: FlightState
  sequence: number
}

type Stored = Omit<FlightRow, 'state'> & { state: string }
const parsed = (row: Stored): FlightRow => ({ ...row, state: JSON.parse(row.state) as FlightState })

/** Our copy of the flights, kept by events and filled from a snapshot. The highest sequence wins, whatever the order of arrival. */
export class Flights {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async find(ids: readonly string[], tx?: Transaction): Promise<FlightRow[]> {
    if (ids.length === 0) return []
    return (await this.#db.rows<Stored>('SELECT id, sequence, state FROM flights WHERE id IN (:ids)', { ids }, tx)).map(parsed)
  }

  /** Those of the flights that we have, locked until the end of the transaction, in order. */
  async lock(ids: readonly string[], tx: Transaction): Promise<FlightRow[]> {
    if (ids.length === 0) return []
    const rows = await this.#db.rows<Stored>(
      `SELECT id, sequence, state FROM flights WHERE id IN (:ids) ORDER BY id${forUpdate(this.#db)}`,
      { ids },
      tx,
    )
    return rows.map(parsed)
  }

  /** Which version we have of each flight: cheap, for whoever has the states in memory. */
  async listSequences(ids: readonly string[], tx?: Transaction): Promise<Map<string, number>> {
    const rows = await this.#db.rows<{ id: string; sequence: number }>('SELECT id, sequence FROM flights WHERE id IN (:ids)', { ids }, tx)
    return new Map(rows.map(({ id, sequence }) => [id, sequence]))
  }

  /** Inserts or updates; a copy that is newer stays. */
  async keep(copies: readonly FlightCopy[], tx: Transaction): Promise<void> {
    if (copies.length === 0) return
    const rows = copies.map(({ state, sequence }) => [
      state.id,
      state.operatorId,
      sequence,
      Date.parse(state.departsAtUtc),
      JSON.stringify(state),
    ])
    const onConflict =
      this.#db.dialect === 'sqlite'
        ? `ON CONFLICT (id) DO UPDATE SET departs_at = excluded.departs_at, state = excluded.state, sequence = excluded.sequence WHERE excluded.sequence > flights.sequence`
        : // The sequence last: the other columns compare with the old one.
          `ON DUPLICATE KEY UPDATE departs_at = IF(VALUES(sequence) > sequence, VALUES(departs_at), departs_at),
           state = IF(VALUES(sequence) > sequence, VALUES(state), state), sequence = GREATEST(sequence, VALUES(sequence))`
    await this.#db.run(`INSERT INTO flights (id, operator_id, sequence, departs_at, state) VALUES :rows ${onConflict}`, { rows }, tx)
  }

  /** What our copy of the flights from `sinceMs` on amounts to, to compare with the owner's. */
  async head(sinceMs: number): Promise<{ count: number; sequenceSum: number }> {
    const [row] = await this.#db.rows<{ count: number; sequenceSum: number | string | null }>(
      'SELECT COUNT(*) AS count, SUM(sequence) AS sequenceSum FROM flights WHERE departs_at > :sinceMs',
      { sinceMs },
    )
    return { count: Number(row?.count ?? 0), sequenceSum: Number(row?.sequenceSum ?? 0) }
  }
}
