import type { RefundStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { REFUND_TRANSITIONS, sourcesOf } from '../domain/transitions.ts'
import { keepExisting } from './sql.ts'

/** How a refund was given back past the provider. */
export interface Settlement {
  /** The operator's words; for the staff. */
  note: string
  /** What the customer finds it by, such as the number of a bank transfer. */
  reference: string | null
}

export interface RefundRow {
  id: string
  operatorId: string
  paymentId: string
  bookingId: string
  /** Why there is a refund, such as `cancel:bkg_…`: one refund a cause. */
  cause: string
  status: RefundStatus
  amountMinor: number
  currency: string
  reason: string
  /** The provider's refund that stands for it; none while a new try has not been answered, and for one that was settled in another way. */
  providerId: string | null
  nextCheckAtMs: number
  /** How often it has been taken up since it became due. */
  checks: number
  /** The number of the try under whose key it is sent. */
  tries: number
  /** When a person said that it was given back in another way. */
  settledAtMs: number | null
}

export type NewRefund = Omit<RefundRow, 'checks' | 'tries' | 'providerId' | 'settledAtMs'> & { nowMs: number }

export interface RefundChange {
  from: RefundStatus
  to: RefundStatus
  providerId?: string
  nextCheckAtMs: number
  nowMs: number
  /** Sent anew under a key of its own. */
  isNewTry?: true
  settlement?: Settlement
}

const COLUMNS = `id, operator_id AS operatorId, payment_id AS paymentId, booking_id AS bookingId, cause, status, amount_minor AS amountMinor, currency, reason,
  provider_id AS providerId, next_check_at AS nextCheckAtMs, checks, tries, settled_at AS settledAtMs`

/** Money on its way back. The row is there before the provider is asked, so that it is never lost and never asked for twice. */
export class Refunds {
  protected readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** Inserts the refund unless its cause has one already. */
  async insertOnce(refund: NewRefund, tx: Transaction): Promise<void> {
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
      0,
    ]
    await this.db.run(
      `INSERT INTO refunds (id, operator_id, payment_id, booking_id, cause, status, amount_minor, currency, reason, provider_id, created_at, updated_at, next_check_at, checks, tries)
       VALUES :rows ${keepExisting(this.db, { key: 'cause', column: 'checks' })}`,
      { rows: [row] },
      tx,
    )
  }

  async find(id: string, tx?: Transaction): Promise<RefundRow | null> {
    const [row] = await this.db.rows<RefundRow>(`SELECT ${COLUMNS} FROM refunds WHERE id = :id`, { id }, tx)
    return row ?? null
  }

  async findByCause(cause: string, tx: Transaction): Promise<RefundRow | null> {
    const [row] = await this.db.rows<RefundRow>(`SELECT ${COLUMNS} FROM refunds WHERE cause = :cause`, { cause }, tx)
    return row ?? null
  }

  listOfPayment(paymentId: string, tx?: Transaction): Promise<RefundRow[]> {
    return this.db.rows<RefundRow>(
      `SELECT ${COLUMNS} FROM refunds WHERE payment_id = :paymentId ORDER BY created_at, id`,
      { paymentId },
      tx,
    )
  }

  /** What of a payment is back or on its way back. Only under the payment's lock is it still true when it is used. */
  async sumReserved(paymentId: string, tx: Transaction, { except = '' }: { except?: string } = {}): Promise<number> {
    const [row] = await this.db.rows<{ minor: number | string | null }>(
      `SELECT SUM(amount_minor) AS minor FROM refunds WHERE payment_id = :paymentId AND id <> :except
       AND (status IN ('pending', 'unknown', 'succeeded') OR (status = 'needs_attention' AND cause NOT LIKE 'admin:%'))`,
      { paymentId, except },
      tx,
    )
    return Number(row?.minor ?? 0)
  }

  async sumSucceeded(paymentId: string, tx: Transaction): Promise<number> {
    const [row] = await this.db.rows<{ minor: number | string | null }>(
      `SELECT SUM(amount_minor) AS minor FROM refunds WHERE payment_id = :paymentId AND status = 'succeeded'`,
      { paymentId },
      tx,
    )
    return Number(row?.minor ?? 0)
  }

  async countIn(status: RefundStatus): Promise<number> {
    const [row] = await this.db.rows<{ count: number | string }>('SELECT COUNT(*) AS count FROM refunds WHERE status = :status', { status })
    return Number(row?.count ?? 0)
  }

  listDue(nowMs: number, limit: number): Promise<RefundRow[]> {
    return this.db.rows<RefundRow>(
      `SELECT ${COLUMNS} FROM refunds WHERE status IN ('pending', 'unknown') AND next_check_at <= :nowMs ORDER BY next_check_at LIMIT ${limit}`,
      { nowMs },
    )
  }

  /** Takes a due refund for one sender and says when it is due again, should he die. 0 when another was first. */
  claimDue(refund: RefundRow, nextCheckAtMs: number): Promise<number> {
    return this.db.run(
      `UPDATE refunds SET next_check_at = :nextCheckAtMs, checks = checks + 1 WHERE id = :id AND next_check_at = :seen AND status IN ('pending', 'unknown')`,
      { id: refund.id, nextCheckAtMs, seen: refund.nextCheckAtMs },
    )
  }

  /** Nothing has changed but when it is looked at next, and the provider's id where it is new. */
  postpone(id: string, { nextCheckAtMs, providerId }: { nextCheckAtMs: number; providerId?: string }, tx: Transaction): Promise<number> {
    return this.db.run(
      `UPDATE refunds SET next_check_at = :nextCheckAtMs, provider_id = COALESCE(:providerId, provider_id) WHERE id = :id AND status IN ('pending', 'unknown')`,
      { id, nextCheckAtMs, providerId: providerId ?? null },
      tx,
    )
  }

  /** The next key. 0 when another sender has already gone on to it. */
  nextTry({ id, tries }: Pick<RefundRow, 'id' | 'tries'>, tx: Transaction): Promise<number> {
    return this.db.run(
      `UPDATE refunds SET tries = :next WHERE id = :id AND tries = :tries AND status IN ('pending', 'unknown')`,
      { id, tries, next: tries + 1 },
      tx,
    )
  }

  /** Changes the status only from the expected one, and only along the graph; 0 means that somebody else was first. */
  async transition(id: string, change: RefundChange, tx: Transaction): Promise<number> {
    const { from, to, providerId, nextCheckAtMs, nowMs, isNewTry, settlement } = change
    if (!sourcesOf(REFUND_TRANSITIONS, to).includes(from)) throw new Error(`refund ${id}: ${from} → ${to} is not a declared transition`)
    const more = [
      // What stood for the try before has failed.
      isNewTry || settlement ? 'provider_id = NULL' : 'provider_id = COALESCE(:providerId, provider_id)',
      ...(isNewTry ? ['tries = tries + 1', 'checks = 0'] : []),
      ...(settlement ? ['settled_at = :nowMs', 'settlement_note = :note', 'settlement_reference = :reference'] : []),
    ]
    return this.db.run(
      `UPDATE refunds SET status = :to, updated_at = :nowMs, next_check_at = :nextCheckAtMs, ${more.join(', ')} WHERE id = :id AND status = :from`,
      { id, from, to, providerId: providerId ?? null, nextCheckAtMs, nowMs, ...settlement },
      tx,
    )
  }

  /** At the provider a refund that has failed is at its end. */
  async rememberFailure(
    { refundId, providerId, nowMs }: { refundId: string; providerId: string; nowMs: number },
    tx: Transaction,
  ): Promise<void> {
    await this.db.run(
      `INSERT INTO refund_failures (provider_id, refund_id, failed_at) VALUES :rows ${keepExisting(this.db, { key: 'provider_id', column: 'failed_at' })}`,
      { rows: [[providerId, refundId, nowMs]] },
      tx,
    )
  }

  async hasFailed(providerId: string, tx: Transaction): Promise<boolean> {
    const rows = await this.db.rows('SELECT provider_id FROM refund_failures WHERE provider_id = :providerId', { providerId }, tx)
    return rows.length > 0
  }
}
