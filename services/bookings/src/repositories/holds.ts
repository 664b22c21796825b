import type { HoldStatus } from '@skyhold/contracts'
import { type Database, type Transaction, unindexed } from '@skyhold/platform'
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
      `SELECT id FROM holds WHERE id IN (:ids) AND ${unindexed('status')} = 'active' AND expires_at <= :nowMs ORDER BY id${skipLocked(this.#db)}`,
      { ids, nowMs },
      tx,
    )
    return rows.map(({ id }) => id)
  }

  /** Changes the status only from an expected one; the number that changed. */
  transition(ids: readonly string[], to: HoldStatus, tx: Transaction): Promise<number> {
    return this.#db.run(
      `UPDATE holds SET status = :to WHERE id IN (:ids) AND ${unindexed('status')} IN (:from)`,
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

  /**
   * Holds that ended before `beforeMs` and that nobody has booked: nothing else refers to them by then. One that has a claim still is left for the integrity checks to see.
   * A booking whose late money was given other seats has left its first hold for another one, so that one is among them.
   */
  async listForgettable(beforeMs: number, limit: number): Promise<string[]> {
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT h.id FROM holds h WHERE h.status IN ('expired', 'released') AND h.expires_at < :beforeMs
         AND NOT EXISTS (SELECT 1 FROM bookings b WHERE b.hold_id = h.id) AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.hold_id = h.id)
       LIMIT ${limit}`,
      { beforeMs },
    )
    return rows.map(({ id }) => id)
  }

  /** Ended holds never change again, and no booking can be made of one. */
  async forget(ids: readonly string[], tx: Transaction): Promise<void> {
    if (ids.length)
      await this.#db.run(`DELETE FROM holds WHERE id IN (:ids) AND ${unindexed('status')} IN ('expired', 'released')`, { ids }, tx)
  }
}
