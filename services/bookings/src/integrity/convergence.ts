import { findFaults, type IntegrityCheck } from '@skyhold/platform'

/** What the jobs have to do is done within a minute of its time, whatever happened before. */
const LATE_MS = 60_000
/** The provider takes days over some refunds; one that takes a week is lost. */
const REFUND_MAX_MS = 7 * 24 * 3_600_000

/** I9. The provider being away is not a violation: the payments wait for it, are asked for again and again, and after PIN_MAX_SECONDS their bookings say `attention`. */
export const convergence = ({ pinMaxMs }: { pinMaxMs: number }): IntegrityCheck => ({
  name: 'I9.convergence',
  means: 'Nothing is left lying: payments, refunds, lapsed holds and provider events are worked on within a minute of their time.',
  runbook: 'i9-left-lying',
  find: (look) => {
    const lateMs = look.nowMs - LATE_MS
    return findFaults(look, [
      {
        says: 'an open payment that was due for recovery and nobody has asked for (payment, status, booking)',
        sql: `SELECT id, status, booking_id FROM payments WHERE status IN ('processing', 'unknown', 'requires_action') AND next_check_at < :lateMs`,
        values: { lateMs },
      },
      {
        says: 'a payment without an answer for longer than seats may wait, whose booking does not say so (payment, booking, its status)',
        sql: `SELECT p.id, p.booking_id, b.status FROM payments p JOIN bookings b ON b.id = p.booking_id
          WHERE p.status IN ('processing', 'unknown') AND p.created_at < :pinnedBeforeMs AND b.status = 'payment_processing'`,
        values: { pinnedBeforeMs: lateMs - pinMaxMs - LATE_MS },
      },
      {
        says: 'a hold or booking that is being paid for without an open payment (booking, its status, hold, its status)',
        sql: `SELECT b.id, b.status, h.id AS hold_id, h.status AS hold_status FROM holds h LEFT JOIN bookings b ON b.hold_id = h.id
          LEFT JOIN payments p ON p.charge_slot = b.id AND p.status IN ('processing', 'unknown', 'requires_action')
          WHERE h.status = 'pinned' AND (p.id IS NULL OR b.status NOT IN ('payment_processing', 'attention'))`,
      },
      {
        says: 'a booking that is being paid for and whose hold is not kept for it (booking, its status, hold, its status)',
        sql: `SELECT b.id, b.status, b.hold_id, h.status AS hold_status FROM bookings b LEFT JOIN holds h ON h.id = b.hold_id
          WHERE b.status IN ('payment_processing', 'attention') AND (h.id IS NULL OR h.status <> 'pinned')`,
      },
      {
        says: 'a booking that waits to be paid and whose hold is over, so that nobody can pay or expire it (booking, hold, status of the hold)',
        sql: `SELECT b.id, b.hold_id, h.status FROM bookings b LEFT JOIN holds h ON h.id = b.hold_id
          WHERE b.status = 'awaiting_payment' AND (h.id IS NULL OR h.status NOT IN ('active', 'pinned'))`,
      },
      {
        says: 'a hold past its time that nobody has swept (hold)',
        sql: `SELECT id FROM holds WHERE status = 'active' AND expires_at < :lateMs`,
        values: { lateMs },
      },
      {
        says: 'a seat past its time that nobody has freed (flight, seat, hold)',
        sql: `SELECT flight_id, seat, hold_id FROM claims WHERE state = 'held' AND expires_at < :lateMs`,
        values: { lateMs },
      },
      {
        says: 'a refund that was due and nobody has sent or asked for, or that is on its way for a week (refund, status, payment)',
        sql: `SELECT id, status, payment_id FROM refunds WHERE status IN ('pending', 'unknown') AND (next_check_at < :lateMs OR created_at < :lostMs)`,
        values: { lateMs, lostMs: look.nowMs - REFUND_MAX_MS },
      },
      {
        says: 'an event of the provider that was taken in and not applied, or put aside without a word why (event, type, state)',
        sql: `SELECT id, type, state FROM provider_events WHERE (state = 'received' AND received_at < :lateMs) OR (state = 'parked' AND note = '')`,
        values: { lateMs },
      },
    ])
  },
})
