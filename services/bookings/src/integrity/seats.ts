import { findFaults, type IntegrityCheck } from '@skyhold/platform'

/** I1: the primary key of the claims keeps a seat from having two owners; here it is seen that what belongs to a claim is there and says the same. */
export const claimsAndTickets: IntegrityCheck = {
  name: 'I1.claims-and-tickets',
  means:
    'Every sold seat has exactly one live ticket, of the confirmed booking whose hold has the seat, and every live ticket has its sold seat.',
  runbook: 'i1-seats',
  find: (look) =>
    findFaults(look, [
      {
        says: 'a sold seat without the live ticket of its booking (flight, seat, hold, ticket, status of the booking)',
        sql: `SELECT c.flight_id, c.seat, c.hold_id, t.number, b.status FROM claims c
          LEFT JOIN tickets t ON t.flight_id = c.flight_id AND t.leg = c.leg AND t.live_seat = c.seat
          LEFT JOIN bookings b ON b.id = t.booking_id
          WHERE c.state = 'sold' AND (b.id IS NULL OR b.hold_id <> c.hold_id OR b.status <> 'confirmed')`,
      },
      {
        says: 'a live ticket without its sold seat (ticket, flight, seat, booking)',
        sql: `SELECT t.number, t.flight_id, t.live_seat, t.booking_id FROM tickets t
          LEFT JOIN claims c ON c.flight_id = t.flight_id AND c.leg = t.leg AND c.seat = t.live_seat AND c.state = 'sold'
          WHERE t.live_seat IS NOT NULL AND c.seat IS NULL`,
      },
      {
        says: 'a ticket whose live seat is not its seat, or that is void and live (ticket, seat, live seat, status)',
        sql: `SELECT number, seat, live_seat, status FROM tickets WHERE live_seat <> seat OR (status = 'voided' AND live_seat IS NOT NULL)`,
      },
    ]),
}

export const confirmedBookings: IntegrityCheck = {
  name: 'I1.confirmed-bookings',
  means: 'Every confirmed booking has as many sold seats as its hold took.',
  runbook: 'i1-seats',
  find: (look) =>
    findFaults(look, [
      {
        says: 'a confirmed booking with another number of sold seats than its hold took (booking, hold, seats, sold)',
        sql: `SELECT b.id, b.hold_id, h.seat_count, COUNT(c.seat) AS sold FROM bookings b
          LEFT JOIN holds h ON h.id = b.hold_id LEFT JOIN claims c ON c.hold_id = b.hold_id AND c.state = 'sold'
          WHERE b.status = 'confirmed' GROUP BY b.id, b.hold_id, h.seat_count HAVING h.seat_count IS NULL OR COUNT(c.seat) <> h.seat_count`,
      },
    ]),
}

export const heldSeats: IntegrityCheck = {
  name: 'I1.held-seats',
  means: 'Every held seat belongs to a live hold and runs out with it, or has run out already.',
  runbook: 'i1-seats',
  find: (look) =>
    findFaults(look, [
      {
        says: 'a held seat that no live hold has (flight, seat, hold, status of the hold)',
        sql: `SELECT c.flight_id, c.seat, c.hold_id, h.status FROM claims c LEFT JOIN holds h ON h.id = c.hold_id
          WHERE c.state = 'held' AND (c.expires_at IS NULL OR c.expires_at > :nowMs) AND (h.status IS NULL OR h.status NOT IN ('active', 'pinned'))`,
        values: { nowMs: look.nowMs },
      },
      {
        says: 'a held seat that never runs out and is not being paid for, or that runs out under a payment (flight, seat, hold, status of the hold)',
        sql: `SELECT c.flight_id, c.seat, c.hold_id, h.status FROM claims c JOIN holds h ON h.id = c.hold_id
          WHERE c.state = 'held' AND ((h.status = 'active' AND c.expires_at IS NULL) OR (h.status = 'pinned' AND c.expires_at IS NOT NULL))`,
      },
      {
        says: 'a sold or blocked seat with an end, or a seat in no known state (flight, seat, hold, state)',
        sql: `SELECT flight_id, seat, hold_id, state FROM claims WHERE state NOT IN ('held', 'sold', 'blocked') OR (state <> 'held' AND expires_at IS NOT NULL)`,
      },
    ]),
}

/** I4. A booking whose total is zero needs no money. */
export const soldSeatsArePaid: IntegrityCheck = {
  name: 'I4.sold-seats-are-paid',
  means: 'Every sold seat belongs to a consumed hold whose booking has its money, not fully given back, or costs nothing.',
  runbook: 'i4-seats-without-money',
  find: (look) =>
    findFaults(look, [
      {
        says: 'sold seats without money (hold, its status, booking, payment, its status)',
        sql: `SELECT c.hold_id, h.status AS hold_status, b.id AS booking_id, p.id AS payment_id, p.status FROM claims c
          LEFT JOIN holds h ON h.id = c.hold_id LEFT JOIN bookings b ON b.hold_id = c.hold_id LEFT JOIN payments p ON p.charge_slot = b.id
          WHERE c.state = 'sold' AND (h.id IS NULL OR h.status <> 'consumed' OR b.id IS NULL
            OR (b.total_minor > 0 AND (p.id IS NULL OR p.status NOT IN ('captured', 'partially_refunded'))))
          GROUP BY c.hold_id, h.status, b.id, p.id, p.status`,
      },
    ]),
}
