import type { Database, Transaction } from '@skyhold/platform'
import { keepExisting } from './sql.ts'

export interface DisputeRow {
  id: string
  operatorId: string
  providerId: string
  paymentId: string
  bookingId: string
  /** The provider's word. */
  status: string
  reason: string
  amountMinor: number
  currency: string
  respondByMs: number | null
  /** Grows with the news of a dispute, so that what comes late does not undo what is newer. */
  sequence: number
  createdAtMs: number
  updatedAtMs: number
}

/** The provider's words for the end of a dispute. */
const CLOSED = ['won', 'lost', 'warning_closed', 'charge_refunded', 'prevented']

const COLUMNS = `id, operator_id AS operatorId, provider_id AS providerId, payment_id AS paymentId, booking_id AS bookingId, status, reason, amount_minor AS amountMinor, currency,
  respond_by AS respondByMs, sequence, created_at AS createdAtMs, updated_at AS updatedAtMs`

/** Cardholders' complaints as the provider tells of them. Nothing is decided here: money that a bank takes back is its own doing. */
export class Disputes {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Inserts a dispute, or brings it up to date unless newer news of it has come; of two that are equally new the one that comes later counts, but none undoes an end. The row as it is now, which is another than was given when the news was old. */
  async keep(dispute: DisputeRow, tx: Transaction): Promise<DisputeRow> {
    const d = dispute
    const row = [
      d.id,
      d.operatorId,
      d.providerId,
      d.paymentId,
      d.bookingId,
      d.status,
      d.reason,
      d.amountMinor,
      d.currency,
      d.respondByMs,
      d.sequence,
      d.createdAtMs,
      d.updatedAtMs,
    ]
    await this.#db.run(
      `INSERT INTO disputes (id, operator_id, provider_id, payment_id, booking_id, status, reason, amount_minor, currency, respond_by, sequence, created_at, updated_at)
       VALUES :rows ${keepExisting(this.#db, { key: 'provider_id', column: 'created_at' })}`,
      { rows: [row] },
      tx,
    )
    await this.#db.run(
      `UPDATE disputes SET status = :status, reason = :reason, amount_minor = :amountMinor, respond_by = :respondByMs, sequence = :sequence, updated_at = :updatedAtMs
       WHERE provider_id = :providerId AND (sequence < :sequence OR (sequence = :sequence AND status NOT IN (:closed)))`,
      {
        status: d.status,
        reason: d.reason,
        amountMinor: d.amountMinor,
        respondByMs: d.respondByMs,
        sequence: d.sequence,
        updatedAtMs: d.updatedAtMs,
        providerId: d.providerId,
        closed: CLOSED,
      },
      tx,
    )
    const [kept] = await this.#db.rows<DisputeRow>(
      `SELECT ${COLUMNS} FROM disputes WHERE provider_id = :providerId`,
      { providerId: d.providerId },
      tx,
    )
    if (!kept) throw new Error(`dispute ${d.providerId} is gone in the transaction that wrote it`)
    return kept
  }

  /** Newest first. */
  list({ beforeId, limit }: { beforeId?: string | undefined; limit: number }): Promise<DisputeRow[]> {
    return this.#db.rows<DisputeRow>(
      `SELECT ${COLUMNS} FROM disputes ${beforeId === undefined ? '' : 'WHERE id < :beforeId'} ORDER BY id DESC LIMIT ${limit}`,
      beforeId === undefined ? {} : { beforeId },
    )
  }
}
