import type { Database, Transaction } from '@skyhold/platform'
import { LEG } from '../domain/flight.ts'
import type { HoldRow } from './holds.ts'
import { forUpdate } from './sql.ts'

export interface SeatKey {
  flightId: string
  seat: string
}

export interface ClaimRow {
  flightId: string
  seat: string
  holdId: string
  state: 'held' | 'sold' | 'blocked'
  expiresAtMs: number | null
}

export interface NewClaim extends SeatKey {
  holdId: string
  operatorId: string
  expiresAtMs: number
}

const COLUMNS = 'flight_id AS flightId, seat, hold_id AS holdId, state, expires_at AS expiresAtMs'

/** Who has which seat. The arbiter of all races: nothing else decides, and nobody changes a claim but by these statements. */
export class Claims {
  protected readonly db: Database
  readonly #isClockTrusted: () => boolean

  /** @param isClockTrusted false for a while after a change of database server, whose clock may be ahead of the old one */
  constructor(db: Database, { isClockTrusted = () => true }: { isClockTrusted?: () => boolean } = {}) {
    this.db = db
    this.#isClockTrusted = isClockTrusted
  }

  /** A claim that ends at this instant or before it may be taken over or swept: now, or never while the clock is not trusted. */
  lapsedBy(nowMs: number): number {
    return this.#isClockTrusted() ? nowMs : 0
  }

  /** The claims on these seats, past their time or not. Without a lock: the upsert's own condition decides under the row's lock. */
  async find(keys: readonly SeatKey[], tx: Transaction): Promise<ClaimRow[]> {
    if (keys.length === 0) return []
    return this.db.rows<ClaimRow>(
      `SELECT ${COLUMNS} FROM claims WHERE (flight_id, leg, seat) IN (${this.db.tupleList(':keys')})`,
      { keys: keys.map(({ flightId, seat }) => [flightId, LEG, seat]) },
      tx,
    )
  }

  async listOfFlights(flightIds: readonly string[], tx?: Transaction): Promise<ClaimRow[]> {
    if (flightIds.length === 0) return []
    return this.db.rows<ClaimRow>(`SELECT ${COLUMNS} FROM claims WHERE flight_id IN (:flightIds)`, { flightIds }, tx)
  }

  /** Holds that have seats on cancelled flights, sorted, from after one on. Without a lock: to find work, not to do it. */
  async listHoldsOnCancelledFlights(afterHoldId: string, limit: number): Promise<string[]> {
    const rows = await this.db.rows<{ holdId: string }>(
      `SELECT DISTINCT claims.hold_id AS holdId FROM flights JOIN claims ON claims.flight_id = flights.id
       WHERE flights.status = 'cancelled' AND claims.state <> 'blocked' AND claims.hold_id > :afterHoldId ORDER BY claims.hold_id LIMIT ${limit}`,
      { afterHoldId },
    )
    return rows.map(({ holdId }) => holdId)
  }

  listOfHold(holdId: string, tx: Transaction): Promise<ClaimRow[]> {
    return this.db.rows<ClaimRow>(
      `SELECT ${COLUMNS} FROM claims WHERE hold_id = :holdId ORDER BY flight_id, leg, seat${forUpdate(this.db)}`,
      { holdId },
      tx,
    )
  }

  /**
   * Inserts the claims, and takes over those that are past their time at `nowMs`; a claim that stands stays as it is. The caller reads the owners back.
   * Sorted by key, because two takers that lock in one order cannot deadlock (0–3 % of the worst case against 75–90 % unsorted).
   */
  async takeOver(claims: readonly NewClaim[], nowMs: number, tx: Transaction): Promise<void> {
    const rows = [...claims]
      .sort(byKey)
      .map((claim) => [claim.flightId, LEG, claim.seat, claim.holdId, claim.operatorId, 'held', claim.expiresAtMs])
    await this.db.run(
      `INSERT INTO claims (flight_id, leg, seat, hold_id, operator_id, state, expires_at) VALUES :rows ${this.takeOverClause()}`,
      { rows, nowMs: this.lapsedBy(nowMs) },
      tx,
    )
  }

  /** MySQL and MariaDB assign from left to right, so the owner is changed first and the rest follows the owner. */
  protected takeOverClause(): string {
    return this.db.dialect === 'sqlite'
      ? `ON CONFLICT (flight_id, leg, seat) DO UPDATE SET hold_id = excluded.hold_id, operator_id = excluded.operator_id, expires_at = excluded.expires_at
         WHERE claims.state = 'held' AND claims.expires_at <= :nowMs`
      : `ON DUPLICATE KEY UPDATE hold_id = IF(state = 'held' AND expires_at <= :nowMs, VALUES(hold_id), hold_id),
         operator_id = IF(hold_id = VALUES(hold_id), VALUES(operator_id), operator_id), expires_at = IF(hold_id = VALUES(hold_id), VALUES(expires_at), expires_at)`
  }

  /** Takes back what a request got before it lost to a rival. */
  async giveBack(holdIds: readonly string[], tx: Transaction): Promise<void> {
    if (holdIds.length) await this.db.run(`DELETE FROM claims WHERE hold_id IN (:holdIds) AND state = 'held'`, { holdIds }, tx)
  }

  /** Stops the clock of a hold's claims while its card is charged. The number of claims that were still the hold's and in time. */
  pin(holdId: string, nowMs: number, tx: Transaction): Promise<number> {
    return this.db.run(
      `UPDATE claims SET expires_at = NULL WHERE hold_id = :holdId AND state = 'held' AND expires_at > :nowMs`,
      { holdId, nowMs },
      tx,
    )
  }

  /** Starts the clock again after a decline. */
  unpin(holdId: string, expiresAtMs: number, tx: Transaction): Promise<number> {
    return this.db.run(
      `UPDATE claims SET expires_at = :expiresAtMs WHERE hold_id = :holdId AND state = 'held' AND expires_at IS NULL`,
      { holdId, expiresAtMs },
      tx,
    )
  }

  extend(holdId: string, { expiresAtMs, nowMs }: { expiresAtMs: number; nowMs: number }, tx: Transaction): Promise<number> {
    return this.db.run(
      `UPDATE claims SET expires_at = :expiresAtMs WHERE hold_id = :holdId AND state = 'held' AND expires_at > :nowMs AND expires_at < :expiresAtMs`,
      { holdId, expiresAtMs, nowMs },
      tx,
    )
  }

  sell(holdId: string, tx: Transaction): Promise<number> {
    return this.db.run(`UPDATE claims SET state = 'sold' WHERE hold_id = :holdId AND state = 'held' AND expires_at IS NULL`, { holdId }, tx)
  }

  /** Frees what is still these holds'; a seat that somebody else has taken over since is not touched. */
  async release(holdIds: readonly string[], tx: Transaction): Promise<number> {
    return holdIds.length ? this.db.run(`DELETE FROM claims WHERE hold_id IN (:holdIds) AND state = 'held'`, { holdIds }, tx) : 0
  }

  /** Frees the seats of a sale that is undone; the number freed. */
  releaseSold(holdId: string, tx: Transaction): Promise<number> {
    return this.db.run(`DELETE FROM claims WHERE hold_id = :holdId AND state = 'sold'`, { holdId }, tx)
  }
}

export const claimsOf = (hold: HoldRow): NewClaim[] =>
  hold.flights.flatMap(({ flightId, seats }) =>
    seats.map(({ designator }) => ({
      flightId,
      seat: designator,
      holdId: hold.id,
      operatorId: hold.operatorId,
      expiresAtMs: hold.expiresAtMs,
    })),
  )

/** By flight, then seat, in the byte order of the index. */
const byKey = (a: SeatKey, b: SeatKey) => compare(a.flightId, b.flightId) || compare(a.seat, b.seat)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
