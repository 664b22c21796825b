import type { RefundStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { REFUND_TRANSITIONS, sourcesOf } from '../domain/transitions.ts'
import { keepExisting } from './sql.ts'

export interface RefundRow {
  id: string
  operatorId: string
  paymentId: string
  bookingId: string
  cause: string
  status: RefundStatus
  amountMinor: number
  currency: string
  reason: string
  providerId: string | null
  nextCheckAtMs: number
  checks: number
}

const COLUMNS = `id, operator_id AS operatorId, payment_id AS paymentId, booking_id AS bookingId, cause, status, amount_minor AS amountMinor, currency, reason,
  provider_id AS providerId, next_check_at AS nextCheckAtMs, checks`

/** Money on its way back. The row is there before the provider is asked, so that it is never lost and never asked for twice. */
export class Refunds {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Inserts the refund unless its cause has one already. */
  async insertOnce(refund: Omit<RefundRow, 'checks' | 'providerId'> & { nowMs: number }, tx: Transaction): Promise<void> {
    const r = refund
    const row = [
      r.id,
      r.operatorId,
      r.paymentId,
      r.bookingId,
      r.cause,
      r.status,
      r.amountMinor,
      r.currency,
      r.reason,
      null,
      r.nowMs,
      r.nowMs,
      r.nextCheckAtMs,
      0,
    ]
    await this.#db.run(
      `INSERT INTO refunds (id, operator_id, payment_id, booking_id, cause, status, amount_minor, currency, reason, provider_id, created_at, updated_at, next_check_at, checks)
       VALUES :rows ${keepExisting(this.#db, { key: 'cause', column: 'checks' })}`,
      { rows: [row] },
      tx,
    )
  }

  async findByCause(cause: string, tx: Transaction): Promise<RefundRow | null> {
    const [row] = await this.#db.rows<RefundRow>(`SELECT ${COLUMNS} FROM refunds WHERE cause = :cause`, { cause }, tx)
    return row ?? null
  }

  listDue(nowMs: number, limit: number): Promise<RefundRow[]> {
    return this.#db.rows<RefundRow>(
      `SELECT ${COLUMNS} FROM refunds WHERE status IN ('pending', 'unknown') AND next_check_at <= :nowMs ORDER BY next_check_at LIMIT ${limit}`,
      { nowMs },
    )
  }

  claimDue(refund: RefundRow, nextCheckAtMs: number): Promise<number> {
    return this.#db.run(
      `UPDATE refunds SET next_check_at = :nextCheckAtMs, checks = checks + 1 WHERE id = :id AND next_check_at = :seen AND status IN ('pending', 'unknown')`,
      {
        id: refund.id,
        nextCheckAtMs,
        seen: refund.nextCheckAtMs,
      },
    )
  }

  transition(
    id: string,
    { to, providerId, nowMs }: { to: RefundStatus; providerId: string | null; nowMs: number },
    tx: Transaction,
  ): Promise<number> {
    return this.#db.run(
      'UPDATE refunds SET status = :to, provider_id = COALESCE(:providerId, provider_id), updated_at = :nowMs WHERE id = :id AND status IN (:from)',
      { id, to, providerId, nowMs, from: sourcesOf(REFUND_TRANSITIONS, to) },
      tx,
    )
  }
}
