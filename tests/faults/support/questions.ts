import type { Database } from '@skyhold/platform'

/** Each finds rows that may not be. Asked of the database of bookings at rest. */
export const UNTRUE: readonly { invariant: string; sql: string }[] = [
  {
    invariant: 'I1: a sold seat has its live ticket',
    sql: `SELECT claims.flight_id, claims.seat FROM claims JOIN holds ON holds.id = claims.hold_id JOIN bookings ON bookings.hold_id = holds.id
          LEFT JOIN tickets ON tickets.flight_id = claims.flight_id AND tickets.leg = claims.leg AND tickets.live_seat = claims.seat AND tickets.booking_id = bookings.id
          WHERE claims.state = 'sold' AND tickets.number IS NULL`,
  },
  {
    invariant: 'I1: a live ticket has its sold seat',
    sql: `SELECT tickets.number FROM tickets JOIN bookings ON bookings.id = tickets.booking_id
          LEFT JOIN claims ON claims.flight_id = tickets.flight_id AND claims.leg = tickets.leg AND claims.seat = tickets.live_seat AND claims.hold_id = bookings.hold_id AND claims.state = 'sold'
          WHERE tickets.live_seat IS NOT NULL AND claims.seat IS NULL`,
  },
  {
    invariant: 'I2: a booking is charged once',
    sql: `SELECT booking_id FROM payments WHERE status IN ('captured', 'partially_refunded') GROUP BY booking_id HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I3: captured money has a confirmed booking',
    sql: `SELECT payments.id FROM payments JOIN bookings ON bookings.id = payments.booking_id WHERE payments.status = 'captured' AND bookings.status <> 'confirmed'`,
  },
  {
    invariant: 'I3: a confirmed booking has all its seats',
    sql: `SELECT bookings.id FROM bookings JOIN holds ON holds.id = bookings.hold_id WHERE bookings.status = 'confirmed'
          AND holds.seat_count <> (SELECT COUNT(*) FROM claims WHERE claims.hold_id = holds.id AND claims.state = 'sold')`,
  },
  {
    invariant: 'I4: a sold seat is paid for',
    sql: `SELECT claims.flight_id, claims.seat FROM claims JOIN bookings ON bookings.hold_id = claims.hold_id
          WHERE claims.state = 'sold' AND bookings.total_minor > 0
          AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.booking_id = bookings.id AND payments.status IN ('captured', 'partially_refunded'))`,
  },
  {
    invariant: 'I5: a key has one effect',
    sql: `SELECT key_scope, idem_key FROM payments GROUP BY key_scope, idem_key HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I6: a booking is confirmed by one event',
    sql: `SELECT aggregate_id FROM outbox WHERE type = 'booking.confirmed' GROUP BY aggregate_id HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I6: a confirmed booking has its event',
    sql: `SELECT id FROM bookings WHERE status = 'confirmed' AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.type = 'booking.confirmed' AND outbox.aggregate_id = bookings.id)`,
  },
]

/** Twice the sweeper's period, and what a busy machine adds. */
const SWEPT_WITHIN_MS = 5_000

const OPEN: Record<string, Record<string, string>> = {
  bookings: {
    'payments at work': `SELECT COUNT(*) AS n FROM payments WHERE status IN ('processing', 'unknown')`,
    'bookings at work': `SELECT COUNT(*) AS n FROM bookings WHERE status = 'payment_processing'`,
    'refunds at work': `SELECT COUNT(*) AS n FROM refunds WHERE status IN ('pending', 'unknown')`,
    'claims past their time': `SELECT COUNT(*) AS n FROM claims WHERE state = 'held' AND expires_at < :nowMs - ${SWEPT_WITHIN_MS}`,
  },
  notifications: {
    'mails on their way': `SELECT COUNT(*) AS n FROM deliveries WHERE status = 'sending' OR (status = 'queued' AND due_at <= :nowMs)`,
    // A message that is no event has no type, and is a test's own.
    'dead letters': `SELECT COUNT(*) AS n FROM dead_letters WHERE type IS NOT NULL`,
    'mails given up': `SELECT COUNT(*) AS n FROM deliveries WHERE status = 'failed'`,
  },
}
const WAITING_EVENTS = { 'events that wait': `SELECT COUNT(*) AS n FROM outbox WHERE state = 'pending'` }

/** What is not at rest in the database of a service; empty when all is. */
export async function openEnds(service: string, db: Database): Promise<Record<string, number>> {
  const nowMs = await db.now()
  const found: Record<string, number> = {}
  const questions = { ...OPEN[service], ...(service === 'notifications' ? {} : WAITING_EVENTS) }
  for (const [what, sql] of Object.entries(questions)) {
    const [row] = await db.rows<{ n: number }>(sql, { nowMs })
    if (row?.n) found[what] = row.n
  }
  return found
}
