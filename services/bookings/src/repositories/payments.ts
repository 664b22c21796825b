import type { PaymentStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { PAYMENT_TRANSITIONS, sourcesOf } from '../domain/transitions.ts'
import { forUpdate } from './sql.ts'

export interface PaymentRow {
  id: string
  operatorId: string
  bookingId: string
  chargeSlot: string | null
  status: PaymentStatus
  amountMinor: number
  currency: string
  paymentMethod: string | null
  providerId: string | null
  clientSecret: string | null
  declineCode: string | null
  keyScope: string
  idemKey: string
  createdAtMs: number
  updatedAtMs: number
  nextCheckAtMs: number
  checks: number
  /** When its money was ours; written by the change to `captured`. */
  capturedAtMs?: number | null
}

const COLUMNS = `id, operator_id AS operatorId, booking_id AS bookingId, charge_slot AS chargeSlot, status, amount_minor AS amountMinor, currency, payment_method AS paymentMethod,
  provider_id AS providerId, client_secret AS clientSecret, decline_code AS declineCode, key_scope AS keyScope, idem_key AS idemKey, created_at AS createdAtMs, updated_at AS updatedAtMs,
  next_check_at AS nextCheckAtMs, checks, captured_at AS capturedAtMs`

export interface PaymentChange {
  to: PaymentStatus
  nowMs: number
  nextCheckAtMs: number
  /** Given up by a failure, so that the next try can have it, and taken again by a charge that proves true after all. Kept otherwise. */
  chargeSlot?: string | null
  declineCode?: string
  clientSecret?: string
}

/** Every try to pay, never deleted. */
export class Payments {
  protected readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  async insert(payment: PaymentRow, tx: Transaction): Promise<void> {
    const p = payment
    const row = [
      p.id,
      p.operatorId,
      p.bookingId,
      p.chargeSlot,
      p.status,
      p.amountMinor,
      p.currency,
      p.paymentMethod,
      p.providerId,
      p.clientSecret,
      p.declineCode,
      p.keyScope,
      p.idemKey,
      p.createdAtMs,
      p.updatedAtMs,
      p.nextCheckAtMs,
      p.checks,
    ]
    await this.db.run(
      `INSERT INTO payments (id, operator_id, booking_id, charge_slot, status, amount_minor, currency, payment_method, provider_id, client_secret, decline_code, key_scope, idem_key,
        created_at, updated_at, next_check_at, checks) VALUES :rows`,
      { rows: [row] },
      tx,
    )
  }

  async find(id: string, tx?: Transaction): Promise<PaymentRow | null> {
    const [row] = await this.db.rows<PaymentRow>(`SELECT ${COLUMNS} FROM payments WHERE id = :id`, { id }, tx)
    return row ?? null
  }

  async findByProviderId(providerId: string): Promise<PaymentRow | null> {
    const [row] = await this.db.rows<PaymentRow>(`SELECT ${COLUMNS} FROM payments WHERE provider_id = :providerId`, { providerId })
    return row ?? null
  }

  listOfBooking(bookingId: string, tx?: Transaction): Promise<PaymentRow[]> {
    return this.db.rows<PaymentRow>(
      `SELECT ${COLUMNS} FROM payments WHERE booking_id = :bookingId ORDER BY created_at, id`,
      { bookingId },
      tx,
    )
  }

  /** How many bookings wait for a person. Each has a payment that is open, and those are few. */
  async countInAttention(): Promise<number> {
    const [row] = await this.db.rows<{ count: number | string }>(
      `SELECT COUNT(DISTINCT bookings.id) AS count FROM payments JOIN bookings ON bookings.id = payments.booking_id
       WHERE payments.status IN ('processing', 'unknown', 'requires_action') AND bookings.status = 'attention'`,
    )
    return Number(row?.count ?? 0)
  }

  async lock(id: string, tx: Transaction): Promise<PaymentRow | null> {
    const [row] = await this.db.rows<PaymentRow>(`SELECT ${COLUMNS} FROM payments WHERE id = :id${forUpdate(this.db)}`, { id }, tx)
    return row ?? null
  }

  /** The payment that a confirmed booking stands on, in part or whole refunded or not. */
  async lockCaptured(bookingId: string, tx: Transaction): Promise<PaymentRow | null> {
    const [row] = await this.db.rows<PaymentRow>(
      `SELECT ${COLUMNS} FROM payments WHERE charge_slot = :bookingId AND status IN ('captured', 'partially_refunded', 'refunded')${forUpdate(this.db)}`,
      { bookingId },
      tx,
    )
    return row ?? null
  }

  /** Keeps the provider's id before anything is charged under it. 0 when recovery was faster and has given this try up. */
  rememberIntent(
    id: string,
    { providerId, clientSecret, nowMs }: { providerId: string; clientSecret: string; nowMs: number },
  ): Promise<number> {
    return this.db.run(
      `UPDATE payments SET provider_id = :providerId, client_secret = :clientSecret, updated_at = :nowMs WHERE id = :id AND provider_id IS NULL AND status = 'processing'`,
      { id, providerId, clientSecret, nowMs },
    )
  }

  /** Changes the status only from an expected one; 0 means that somebody else was first. */
  async transition(id: string, change: PaymentChange, tx: Transaction): Promise<number> {
    const { to, nowMs, nextCheckAtMs, chargeSlot, declineCode, clientSecret } = change
    return this.db.run(
      `UPDATE payments SET status = :to, updated_at = :nowMs, next_check_at = :nextCheckAtMs, decline_code = COALESCE(:declineCode, decline_code),
         client_secret = COALESCE(:clientSecret, client_secret)${to === 'captured' ? ', captured_at = :nowMs' : ''}${chargeSlot === undefined ? '' : ', charge_slot = :chargeSlot'}
       WHERE id = :id AND status IN (:from)`,
      {
        id,
        to,
        nowMs,
        nextCheckAtMs,
        ...(chargeSlot === undefined ? {} : { chargeSlot }),
        declineCode: declineCode ?? null,
        clientSecret: clientSecret ?? null,
        from: sourcesOf(PAYMENT_TRANSITIONS, to),
      },
      tx,
    )
  }

  /** Live payments that nobody has touched since they were due, for recovery. */
  listDue(nowMs: number, limit: number): Promise<PaymentRow[]> {
    return this.db.rows<PaymentRow>(
      `SELECT ${COLUMNS} FROM payments WHERE status IN ('processing', 'unknown', 'requires_action') AND next_check_at <= :nowMs ORDER BY next_check_at LIMIT ${limit}`,
      { nowMs },
    )
  }

  /** Takes a due payment for one recoverer and says when it is due again, should he die. 0 when another was first. */
  claimDue(payment: PaymentRow, nextCheckAtMs: number): Promise<number> {
    return this.db.run(
      `UPDATE payments SET next_check_at = :nextCheckAtMs, checks = checks + 1 WHERE id = :id AND next_check_at = :seen AND status IN ('processing', 'unknown', 'requires_action')`,
      { id: payment.id, nextCheckAtMs, seen: payment.nextCheckAtMs },
    )
  }
}
