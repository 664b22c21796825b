import type { HoldStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import type { SoldFlight } from '../domain/flight.ts'
import { HOLD_TRANSITIONS, sourcesOf } from '../domain/transitions.ts'
import { forUpdate, skipLocked } from './sql.ts'

export interface HoldRow {
  id: string
  operatorId: string
  userId: string
  status: HoldStatus
  createdAtMs: number
  expiresAtMs: number
  expiresAtMaxMs: number
  totalMinor: number
  currency: string
  seatCount: number
  flights: SoldFlight[]
}

const COLUMNS = `id, operator_id AS operatorId, user_id AS userId, status, created_at AS createdAtMs, expires_at AS expiresAtMs, expires_at_max AS expiresAtMaxMs,
  total_minor AS totalMinor, currency, seat_count AS seatCount, flights`

type Stored = Omit<HoldRow, 'flights'> & { flights: string }
const parsed = (row: Stored): HoldRow => ({ ...row, flights: JSON.parse(row.flights) as SoldFlight[] })

export class Holds {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async insert(holds: readonly HoldRow[], tx: Transaction): Promise<void> {
    const rows = holds.map((hold) => [
      hold.id,
      hold.operatorId,
      hold.userId,
      hold.status,
      hold.createdAtMs,
      hold.expiresAtMs,
      hold.expiresAtMaxMs,
      hold.totalMinor,
      hold.currency,
      hold.seatCount,
      JSON.stringify(hold.flights),
    ])
    await this.#db.run(
      'INSERT INTO holds (id, operator_id, user_id, status, created_at, expires_at, expires_at_max, total_minor, currency, seat_count, flights) VALUES :rows',
      { rows },
      tx,
    )
  }

  async find(id: string, tx?: Transaction): Promise<HoldRow | null> {
    const [row] = await this.#db.rows<Stored>(`SELECT ${COLUMNS} FROM holds WHERE id = :id`, { id }, tx)
    return row ? parsed(row) : null
  }

  /** In no order; one that does not exist is missing. */
  async findMany(ids: readonly string[], tx?: Transaction): Promise<HoldRow[]> {
    if (ids.length === 0) return []
    const rows = await this.#db.rows<Stored>(`SELECT ${COLUMNS} FROM holds WHERE id IN (:ids)`, { ids }, tx)
    return rows.map(parsed)
  }

  async lock(id: string, tx: Transaction): Promise<HoldRow | null> {
    const [row] = await this.#db.rows<Stored>(`SELECT ${COLUMNS} FROM holds WHERE id = :id${forUpdate(this.#db)}`, { id }, tx)
    return row ? parsed(row) : null
  }

  /** Holds past their time that nobody has swept, oldest first. Without a lock: to find work, not to do it. */
  async listLapsedIds(nowMs: number, limit: number): Promise<string[]> {
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT id FROM holds WHERE status = 'active' AND expires_at <= :nowMs ORDER BY expires_at LIMIT ${limit}`,
      { nowMs },
    )
    return rows.map(({ id }) => id)
  }

  /** Locks those of the holds that have still lapsed at `nowMs` and that no other sweeper has; their ids, sorted. */
  async lockLapsed(ids: readonly string[], nowMs: number, tx: Transaction): Promise<string[]> {
    if (ids.length === 0) return []
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT id FROM holds WHERE id IN (:ids) AND status = 'active' AND expires_at <= :nowMs ORDER BY id${skipLocked(this.#db)}`,
      { ids, nowMs },
      tx,
    )
    return rows.map(({ id }) => id)
  }

  /** Changes the status only from an expected one; the number that changed. */
  transition(ids: readonly string[], to: HoldStatus, tx: Transaction): Promise<number> {
    return this.#db.run(
      'UPDATE holds SET status = :to WHERE id IN (:ids) AND status IN (:from)',
      { ids, to, from: sourcesOf(HOLD_TRANSITIONS, to) },
      tx,
    )
  }

  /** Back to its time after a decline, or further after an extension. */
  setExpiry(id: string, { status, expiresAtMs }: { status: 'active'; expiresAtMs: number }, tx: Transaction): Promise<number> {
    return this.#db.run(
      `UPDATE holds SET status = :status, expires_at = :expiresAtMs WHERE id = :id AND status IN ('active', 'pinned')`,
      { id, status, expiresAtMs },
      tx,
    )
  }
}
