import type { Database } from '@skyhold/platform'
import { TRAILS } from '../../services/bookings/src/integrity/trails.ts'
import type { Bank } from './bank.ts'
import type { Cluster } from './cluster.ts'
import type { Customer } from './customer.ts'
import { brokenPromises } from './judge-answers.ts'
import { brokenPaths } from './judge-audit.ts'

/** All that is known when a run has come to its end. */
export interface Case {
  db: Database
  cluster: Cluster
  customers: readonly Customer[]
}

/** Sentences about what must be true and is not: the invariants of docs/testing.md over the database, the provider's books and the answers that people got. */
export async function judge({ db, cluster, customers }: Case): Promise<string[]> {
  const calls = customers.flatMap((customer) => customer.calls)
  return [
    ...cluster.unexpected.map((what) => `a use case failed in a way that none should: ${what}`),
    ...(await brokenSeats(db)),
    ...(await brokenMoney(db, cluster.bank)),
    ...(await brokenEvents(db, cluster)),
    ...(await brokenPaths(db, TRAILS)),
    ...(await brokenPromises(db, calls)),
    ...(await unfinished(db)),
  ]
}

/** I1 and I4: each sold seat has one live ticket and money that is not all gone back, and each live ticket its seat. */
async function brokenSeats(db: Database): Promise<string[]> {
  const claims = await db.rows<{
    flightId: string
    seat: string
    holdId: string
    bookingId: string | null
    status: string | null
    total: number | null
  }>(
    `SELECT c.flight_id AS flightId, c.seat, c.hold_id AS holdId, b.id AS bookingId, b.status, b.total_minor AS total
     FROM claims c LEFT JOIN bookings b ON b.hold_id = c.hold_id WHERE c.state = 'sold'`,
  )
  const tickets = await db.rows<{ bookingId: string; flightId: string; seat: string }>(
    'SELECT booking_id AS bookingId, flight_id AS flightId, live_seat AS seat FROM tickets WHERE live_seat IS NOT NULL',
  )
  const confirmed = await db.rows<{ id: string; seats: number; sold: number; kept: number; total: number }>(
    `SELECT b.id, h.seat_count AS seats, b.total_minor AS total,
       (SELECT COUNT(*) FROM claims c WHERE c.hold_id = b.hold_id AND c.state = 'sold') AS sold,
       (SELECT COUNT(*) FROM payments p WHERE p.charge_slot = b.id AND p.status IN ('captured', 'partially_refunded')) AS kept
     FROM bookings b JOIN holds h ON h.id = b.hold_id WHERE b.status = 'confirmed'`,
  )
  const ticketed = new Set(tickets.map(({ bookingId, flightId, seat }) => `${bookingId} ${flightId} ${seat}`))
  const sold = new Set(claims.map(({ bookingId, flightId, seat }) => `${bookingId ?? ''} ${flightId} ${seat}`))
  return [
    ...claims
      .filter(({ status }) => status !== 'confirmed')
      .map(({ seat, holdId, status }) => `I1: seat ${seat} is sold to ${holdId}, whose booking is ${status ?? 'missing'}`),
    ...[...sold].filter((seat) => !ticketed.has(seat)).map((seat) => `I1: a sold seat has no ticket: ${seat}`),
    ...[...ticketed].filter((seat) => !sold.has(seat)).map((seat) => `I1: a ticket has no sold seat: ${seat}`),
    ...confirmed
      .filter((booking) => booking.seats !== booking.sold)
      .map(({ id, seats, sold: has }) => `I1: booking ${id} is confirmed with ${has} of its ${seats} seats`),
    ...confirmed
      .filter(({ kept }) => kept !== 1)
      .map(({ id, kept }) => `I4: booking ${id} is confirmed and has ${kept} payments that keep its money`),
  ]
}

interface PaymentBooks {
  id: string
  bookingId: string
  booking: string
  status: string
  chargeSlot: string | null
  providerId: string | null
  amountMinor: number
  refunded: number
  /** Of that, what has not gone through the provider. */
  settled: number
  underWay: number
}

const MONEY_TAKEN = ['captured', 'partially_refunded', 'refunded']

/** I2 and I3: our books are the provider's, a booking is charged once, and money that is kept has bought its seats. */
async function brokenMoney(db: Database, bank: Bank): Promise<string[]> {
  const payments = await db.rows<PaymentBooks>(
    `SELECT p.id, p.booking_id AS bookingId, b.status AS booking, p.status, p.charge_slot AS chargeSlot, p.provider_id AS providerId, p.amount_minor AS amountMinor,
       (SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'succeeded') AS refunded,
       (SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'succeeded' AND r.settled_at IS NOT NULL) AS settled,
       (SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r WHERE r.payment_id = p.id AND r.status IN ('pending', 'unknown', 'needs_attention')) AS underWay
     FROM payments p JOIN bookings b ON b.id = p.booking_id`,
  )
  const broken: string[] = []
  const known = new Set(payments.map(({ providerId }) => providerId))
  for (const intent of bank.intents.values())
    if (!known.has(intent.id) && intent.status === 'captured')
      broken.push(`I2: the bank has charged ${intent.id}, of which we know nothing`)
  for (const payment of payments) {
    const { id, status, providerId, amountMinor, refunded, settled, underWay, bookingId, booking } = payment
    const intent = providerId ? bank.intents.get(providerId) : undefined
    const isTaken = MONEY_TAKEN.includes(status)
    if (amountMinor > 0 && isTaken !== (intent?.status === 'captured'))
      broken.push(`I2: payment ${id} is ${status}, and at the bank it is ${intent?.status ?? 'unknown'}`)
    if (intent && isTaken && bank.netOf(intent) !== amountMinor - refunded + settled)
      broken.push(`I2: of payment ${id} the bank has kept ${bank.netOf(intent)}, and we think ${amountMinor - refunded + settled}`)
    if (refunded > amountMinor) broken.push(`I2: of payment ${id} more was given back than was taken: ${refunded} of ${amountMinor}`)
    if (isTaken && amountMinor > refunded + underWay && booking === 'confirmed' && payment.chargeSlot !== bookingId)
      broken.push(`I3: payment ${id} is kept beside the one that paid for booking ${bookingId}`)
    if (isTaken && amountMinor > refunded + underWay && booking !== 'confirmed' && booking !== 'cancelled')
      broken.push(`I3: payment ${id} is ${status} and its booking is ${booking}`)
  }
  const charged = Map.groupBy(
    payments.filter(({ status, amountMinor, refunded, underWay }) => MONEY_TAKEN.includes(status) && amountMinor > refunded + underWay),
    ({ bookingId }) => bookingId,
  )
  for (const [bookingId, kept] of charged) if (kept.length > 1) broken.push(`I2: booking ${bookingId} is paid ${kept.length} times`)
  return broken
}

/** I6: what was committed was told, once for whoever remembers, and nothing else was. */
async function brokenEvents(db: Database, { events }: Cluster): Promise<string[]> {
  const rows = await db.rows<{ id: string; type: string; state: string }>('SELECT event_id AS id, type, state FROM outbox')
  const committed = new Set(rows.map(({ id }) => id))
  return [
    ...rows
      .filter(({ id, state }) => state !== 'unsubscribed' && !events.delivered.has(id))
      .map(({ id, type }) => `I6: ${type} ${id} was never told`),
    ...[...events.delivered.values()]
      .filter(({ eventId }) => !committed.has(eventId))
      .map(({ eventId, type }) => `I6: ${type} ${eventId} was told and never happened`),
  ]
}

/**
 * The condition of a refund that is not at its end. One that failed, and whose money has gone back by another refund since, can never be sent again: a person knows what to make of it,
 * and it is no work that is left.
 */
export const UNFINISHED_REFUND = `status IN ('pending', 'unknown') OR (status = 'needs_attention' AND amount_minor <=
  (SELECT p.amount_minor FROM payments p WHERE p.id = refunds.payment_id) -
  (SELECT COALESCE(SUM(o.amount_minor), 0) FROM refunds o WHERE o.payment_id = refunds.payment_id AND o.status IN ('pending', 'unknown', 'succeeded')))`

/** I9: with the faults gone nothing is left half done. */
async function unfinished(db: Database): Promise<string[]> {
  const rows = await db.rows<{ what: string }>(
    `SELECT 'payment ' || id || ' is ' || status AS what FROM payments WHERE status IN ('processing', 'unknown', 'requires_action')
     UNION ALL SELECT 'refund ' || id || ' is ' || status FROM refunds WHERE ${UNFINISHED_REFUND}
     UNION ALL SELECT 'event ' || event_id || ' waits for the broker' FROM outbox WHERE state = 'pending'
     UNION ALL SELECT 'hold ' || id || ' is ' || status FROM holds WHERE status IN ('active', 'pinned')
     UNION ALL SELECT 'seat ' || seat || ' is held by ' || hold_id FROM claims WHERE state = 'held'
     UNION ALL SELECT 'booking ' || id || ' is ' || status FROM bookings
       WHERE status IN ('awaiting_payment', 'payment_processing', 'cancellation_pending', 'attention')`,
  )
  return rows.map(({ what }) => `I9: long after the faults ${what}`)
}
