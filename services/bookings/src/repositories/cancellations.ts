import type { BookingStatus, Cancellation } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'

export interface CancellationRow {
  id: string
  bookingId: string
  status: Cancellation['status']
  /** What the booking was when this was offered. */
  bookingStatus: BookingStatus
  refundMinor: number
  feeMinor: number
  currency: string
  createdAtMs: number
  expiresAtMs: number
}

const COLUMNS = `id, booking_id AS bookingId, status, booking_status AS bookingStatus, refund_minor AS refundMinor, fee_minor AS feeMinor, currency,
  created_at AS createdAtMs, expires_at AS expiresAtMs`

/** Offers to cancel. The newest of a booking is the only one that counts. */
export class Cancellations {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Puts an offer in the place of the one before. The booking must be locked. */
  async replaceOpen(quote: CancellationRow, tx: Transaction): Promise<void> {
    const q = quote
    await this.#db.run(
      "UPDATE cancellations SET open_slot = NULL, status = 'superseded' WHERE open_slot = :bookingId",
      { bookingId: q.bookingId },
      tx,
    )
    const row = [
      q.id,
      q.bookingId,
      q.bookingId,
      q.status,
      q.bookingStatus,
      q.refundMinor,
      q.feeMinor,
      q.currency,
      q.createdAtMs,
      q.expiresAtMs,
    ]
    await this.#db.run(
      `INSERT INTO cancellations (id, booking_id, open_slot, status, booking_status, refund_minor, fee_minor, currency, created_at, expires_at) VALUES :rows`,
      { rows: [row] },
      tx,
    )
  }

  async find(id: string, tx?: Transaction): Promise<CancellationRow | null> {
    const [row] = await this.#db.rows<CancellationRow>(`SELECT ${COLUMNS} FROM cancellations WHERE id = :id`, { id }, tx)
    return row ?? null
  }

  /** Forgets offers of this status that ran out before then. The number that went, at most `limit`. */
  purge(status: Exclude<Cancellation['status'], 'confirmed'>, { beforeMs, limit }: { beforeMs: number; limit: number }): Promise<number> {
    return this.#db.run(
      this.#db.dialect === 'sqlite'
        ? `DELETE FROM cancellations WHERE rowid IN (SELECT rowid FROM cancellations WHERE status = :status AND expires_at < :beforeMs LIMIT ${limit})`
        : `DELETE FROM cancellations WHERE status = :status AND expires_at < :beforeMs ORDER BY expires_at LIMIT ${limit}`,
      { status, beforeMs },
    )
  }

  /** Takes an offer up; 0 when it is not open any more. */
  confirm(id: string, tx: Transaction): Promise<number> {
    return this.#db.run(
      "UPDATE cancellations SET open_slot = NULL, status = 'confirmed' WHERE id = :id AND status = 'quoted' AND open_slot = booking_id",
      { id },
      tx,
    )
  }
}
