import { findFaults, findSlicedFaults, type IntegrityCheck } from '@skyhold/platform'
import { PAYMENTS, SLICE } from './sliced-tables.ts'

/** I2 within our own books; `I2.reconciliation` compares them with the provider's. */
export const refundsAndCharges: IntegrityCheck = {
  name: 'I2.refunds-and-charges',
  means: 'No more goes back than was captured, the status of a payment says what has gone back, and a booking is charged once.',
  runbook: 'i2-money',
  find: (look) =>
    findFaults(look, [
      {
        says: 'a payment whose refunds do not fit it (payment, status, amount, back or on its way, back)',
        sql: `SELECT p.id, p.status, p.amount_minor, r.reserved, r.back FROM payments p JOIN
            (SELECT payment_id, SUM(CASE WHEN status IN ('pending', 'unknown', 'succeeded') THEN amount_minor ELSE 0 END) AS reserved,
              SUM(CASE WHEN status = 'succeeded' THEN amount_minor ELSE 0 END) AS back FROM refunds GROUP BY payment_id) r ON r.payment_id = p.id
          WHERE r.reserved > p.amount_minor
            OR p.status <> CASE WHEN r.back = 0 THEN 'captured' WHEN r.back < p.amount_minor THEN 'partially_refunded' ELSE 'refunded' END`,
      },
      {
        says: 'a refund without its payment, of another currency, of another booking or of nothing (refund, payment, amount)',
        sql: `SELECT r.id, r.payment_id, r.amount_minor FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id
          WHERE p.id IS NULL OR p.currency <> r.currency OR p.booking_id <> r.booking_id OR r.amount_minor <= 0`,
      },
      {
        says: 'a payment that is said to be given back and has no refund (payment, status)',
        sql: `SELECT p.id, p.status FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id AND r.status = 'succeeded'
          WHERE p.status IN ('partially_refunded', 'refunded') AND r.id IS NULL`,
      },
      {
        says: 'a payment whose charge slot does not say what it is (payment, status, booking, slot)',
        sql: `SELECT id, status, booking_id, charge_slot FROM payments
          WHERE charge_slot <> booking_id OR (charge_slot IS NOT NULL AND status = 'failed')
            OR (charge_slot IS NULL AND status IN ('processing', 'requires_action', 'unknown'))`,
      },
      {
        says: 'money beside the one charge of its booking that is not all on its way back (payment, booking, amount, given back)',
        sql: `SELECT p.id, p.booking_id, p.amount_minor, SUM(r.amount_minor) AS given_back FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id
          WHERE p.charge_slot IS NULL AND p.status IN ('captured', 'partially_refunded', 'refunded')
          GROUP BY p.id, p.booking_id, p.amount_minor HAVING COALESCE(SUM(r.amount_minor), 0) < p.amount_minor`,
      },
    ]),
}

/** The booking and the money change in one transaction, so two minutes are generous. */
const SETTLED_MS = 120_000

/** What of a payment has gone back, is on its way, or waits for a person to send it: as `Refunds.sumReserved` has it. */
const RESERVED = `(SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r WHERE r.payment_id = p.id
  AND (r.status IN ('pending', 'unknown', 'succeeded') OR (r.status = 'needs_attention' AND r.cause NOT LIKE 'admin:%')))`

/**
 * What a cancelled booking may keep is what its customer was told and took up; a flight that did not fly, or the airline, keeps nothing. Refunds by hand that failed count as given back:
 * they may have failed after the quote.
 */
const KEPT = `p.amount_minor - (SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r WHERE r.payment_id = p.id)`
const FEE = `(SELECT COALESCE(MAX(c.fee_minor), 0) FROM cancellations c WHERE c.booking_id = b.id AND c.status = 'confirmed')`

/** I3, from the few bookings that are not confirmed: left alone, a server begins with all payments. A cancelled booking may keep a fee: then it was sold once, and its tickets are there. */
export const capturedMoney: IntegrityCheck = {
  name: 'I3.captured-money',
  means:
    'Two minutes after money was captured there is a confirmed booking, a cancelled one that was sold, or refunds of all of it; a booking that is being cancelled has its refund under way, and keeps no more than its customer was told.',
  runbook: 'i3-money-without-seats',
  find(look) {
    const thenJoin = look.dialect === 'mysql' ? 'STRAIGHT_JOIN' : 'CROSS JOIN'
    return findFaults(look, [
      {
        says: 'money that bought nothing and is not all on its way back (payment, amount, booking, its status)',
        sql: `SELECT p.id, p.amount_minor, p.booking_id, b.status FROM bookings b ${thenJoin} payments p ON p.booking_id = b.id
          WHERE b.status NOT IN ('confirmed', 'cancellation_pending') AND p.status IN ('captured', 'partially_refunded') AND p.amount_minor > 0
            AND p.updated_at < :beforeMs AND p.amount_minor > ${RESERVED}
            AND NOT (b.status = 'cancelled' AND EXISTS (SELECT 1 FROM tickets t WHERE t.booking_id = b.id))`,
        values: { beforeMs: look.nowMs - SETTLED_MS },
      },
      {
        says: 'a booking that waits for its refund and has none under way (payment, amount, booking)',
        sql: `SELECT p.id, p.amount_minor, b.id AS booking_id FROM bookings b LEFT JOIN payments p ON p.charge_slot = b.id
          WHERE b.status = 'cancellation_pending' AND (p.id IS NULL OR (p.updated_at < :beforeMs
            AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.payment_id = p.id AND r.status IN ('pending', 'unknown', 'needs_attention'))))`,
        values: { beforeMs: look.nowMs - SETTLED_MS },
      },
      {
        // Of confirmed ones it is seen where their seats are.
        says: 'a payment over another amount than its booking costs (payment, amount, booking, its status, price)',
        sql: `SELECT p.id, p.amount_minor, b.id AS booking_id, b.status, b.total_minor FROM bookings b ${thenJoin} payments p ON p.charge_slot = b.id
          WHERE b.status <> 'confirmed' AND (p.amount_minor <> b.total_minor OR p.currency <> b.currency)`,
      },
      {
        says: 'a cancelled booking of whose money more is kept than its customer was told (payment, amount, booking, its status)',
        sql: `SELECT p.id, p.amount_minor, b.id AS booking_id, b.status FROM bookings b ${thenJoin} payments p ON p.charge_slot = b.id
          WHERE b.status IN ('cancelled', 'cancellation_pending') AND p.status IN ('captured', 'partially_refunded') AND ${KEPT} > ${FEE}`,
      },
    ])
  },
}

export const paymentsAndBookings = (sliceSize = SLICE): IntegrityCheck => ({
  name: 'I3.payments-and-bookings',
  means: 'Every payment has its booking.',
  runbook: 'i3-money-without-seats',
  find: (look) =>
    findSlicedFaults(look, sliceSize, [
      {
        of: PAYMENTS,
        faults: [
          {
            says: 'a payment without its booking (payment, booking)',
            sql: 'SELECT p.id, p.booking_id FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id WHERE b.id IS NULL',
          },
        ],
      },
    ]),
})
