import { findFaults, findSlicedFaults, type IntegrityCheck, type Look, unindexed } from '@skyhold/platform'
import { BOOKINGS, CLAIMS, SLICE, TICKETS } from './sliced-tables.ts'

/** A hold that lapses between the clock and the snapshot may lose its seats meanwhile to somebody who takes them over. */
const LAPSING_MS = 60_000

/** Never by their status, which nearly all have in common. */
const bookingsByKey = ({ dialect }: Look): string => `bookings b ${dialect === 'mysql' ? 'IGNORE INDEX (bookings_status)' : ''}`

/** I1: the primary key of the claims keeps a seat from having two owners; here it is seen that what belongs to a claim is there and says the same. */
export const claimsAndTickets = (sliceSize = SLICE): IntegrityCheck => ({
  name: 'I1.claims-and-tickets',
  means:
    'Every sold seat has exactly one live ticket, of the confirmed booking whose hold has the seat, every live ticket has its sold seat, and nobody has two for a flight.',
  runbook: 'i1-seats',
  find(look) {
    const thenJoin = look.dialect === 'mysql' ? 'STRAIGHT_JOIN' : 'CROSS JOIN'
    return findSlicedFaults(look, sliceSize, [
      {
        of: CLAIMS,
        faults: [
          // Answered by the two indexes alone, which are in the same order.
          {
            says: 'a sold seat without a live ticket (flight, seat, hold)',
            sql: `SELECT c.flight_id, c.seat, c.hold_id FROM claims c
              LEFT JOIN tickets t ON t.flight_id = c.flight_id AND t.leg = c.leg AND t.live_seat = c.seat WHERE c.state = 'sold' AND t.live_seat IS NULL`,
          },
          // From the claims, few of which are not sold: the state is in none of the indexes by which a ticket finds its claim.
          {
            says: 'a ticketed seat that is not sold (flight, seat, hold, state, ticket)',
            sql: `SELECT c.flight_id, c.seat, c.hold_id, c.state, t.number FROM claims c
              ${thenJoin} tickets t ON t.flight_id = c.flight_id AND t.leg = c.leg AND t.live_seat = c.seat WHERE c.state <> 'sold'`,
          },
        ],
      },
      {
        of: TICKETS,
        faults: [
          // From the ticket, because tickets, bookings and the claims of their holds lie in the order of their making, and the claims themselves in the order of the seats.
          {
            says: 'a live ticket that is not of a confirmed booking whose hold has its seat (ticket, flight, seat, booking, its status)',
            sql: `SELECT t.number, t.flight_id, t.live_seat, t.booking_id, b.status FROM tickets t LEFT JOIN bookings b ON b.id = t.booking_id
              LEFT JOIN claims c ${look.dialect === 'mysql' ? 'FORCE INDEX (claims_hold)' : ''}
                ON c.hold_id = b.hold_id AND c.flight_id = t.flight_id AND c.leg = t.leg AND c.seat = t.live_seat
              WHERE t.live_seat IS NOT NULL AND (c.seat IS NULL OR b.id IS NULL OR b.status <> 'confirmed')`,
          },
          // Along the tickets of a booking, which lie together: grouping all tickets would sort them.
          {
            says: 'several live tickets of one passenger for a flight (booking, passenger, flight, tickets)',
            sql: `SELECT t.booking_id, t.passenger_id, t.flight_id, t.number, o.number AS other FROM tickets t
              ${thenJoin} tickets o ON o.booking_id = t.booking_id AND o.passenger_id = t.passenger_id AND ${unindexed('o.flight_id')} = t.flight_id AND o.number > t.number
              WHERE t.live_seat IS NOT NULL AND o.live_seat IS NOT NULL`,
          },
          {
            says: 'a ticket whose live seat is not its seat, or that is void and live (ticket, seat, live seat, status)',
            sql: `SELECT t.number, t.seat, t.live_seat, t.status FROM tickets t WHERE (t.live_seat <> t.seat OR (t.status = 'voided' AND t.live_seat IS NOT NULL))`,
          },
        ],
      },
    ])
  },
})

export const confirmedBookings = (sliceSize = SLICE): IntegrityCheck => ({
  name: 'I1.confirmed-bookings',
  means: 'Every confirmed booking has a consumed hold, and as many seats as that took.',
  runbook: 'i1-seats',
  find: (look) =>
    findSlicedFaults(look, sliceSize, [
      {
        of: BOOKINGS,
        faults: [
          {
            // Of whatever state: that a seat of a consumed hold is not merely held is looked at below.
            says: 'a confirmed booking whose hold is not consumed or has another number of seats than it took (booking, hold, its status, seats)',
            sql: `SELECT b.id, b.hold_id, h.status, h.seat_count FROM ${bookingsByKey(look)} LEFT JOIN holds h ON h.id = b.hold_id
              WHERE ${unindexed('b.status')} = 'confirmed' AND (h.id IS NULL OR h.status <> 'consumed' OR h.seat_count <> (SELECT COUNT(*) FROM claims c WHERE c.hold_id = b.hold_id))`,
          },
        ],
      },
    ]),
})

export const heldSeats: IntegrityCheck = {
  name: 'I1.held-seats',
  means: 'Every live hold has all of its seats, and every held seat belongs to a live hold and runs out with it, or has run out already.',
  runbook: 'i1-seats',
  find: (look) =>
    findFaults(look, [
      {
        says: 'a held seat that no live hold has (flight, seat, hold, status of the hold)',
        sql: `SELECT c.flight_id, c.seat, c.hold_id, h.status FROM claims c LEFT JOIN holds h ON h.id = c.hold_id
          WHERE c.state = 'held' AND (h.status = 'consumed' OR ((c.expires_at IS NULL OR c.expires_at > :nowMs) AND (h.status IS NULL OR h.status NOT IN ('active', 'pinned'))))`,
        values: { nowMs: look.nowMs },
      },
      {
        says: 'a held seat that never runs out and is not being paid for, that runs out before or after its hold, or that runs out under a payment (flight, seat, hold, status of the hold)',
        sql: `SELECT c.flight_id, c.seat, c.hold_id, h.status FROM claims c JOIN holds h ON h.id = c.hold_id
          WHERE c.state = 'held' AND ((h.status = 'active' AND (c.expires_at IS NULL OR c.expires_at <> h.expires_at)) OR (h.status = 'pinned' AND c.expires_at IS NOT NULL))`,
      },
      {
        says: 'a live hold that has another number of seats than it took (hold, its status, seats)',
        sql: `SELECT h.id, h.status, h.seat_count FROM holds h
          WHERE (h.status = 'pinned' OR (h.status = 'active' AND h.expires_at > :lapsingMs))
            AND h.seat_count <> (SELECT COUNT(*) FROM claims c WHERE c.hold_id = h.id AND c.state = 'held')`,
        values: { lapsingMs: look.nowMs + LAPSING_MS },
      },
      {
        says: 'a sold or blocked seat with an end, or a seat in no known state (flight, seat, hold, state)',
        sql: `SELECT flight_id, seat, hold_id, state FROM claims WHERE state NOT IN ('held', 'sold', 'blocked') OR (state <> 'held' AND expires_at IS NOT NULL)`,
      },
    ]),
}

/** I4, from the bookings, which is where I1 has seen every sold seat to belong. A booking whose total is zero needs no money. */
export const soldSeatsArePaid = (sliceSize = SLICE): IntegrityCheck => ({
  name: 'I4.sold-seats-are-paid',
  means: 'Every confirmed booking has its money, as much as it costs and not fully given back, or costs nothing.',
  runbook: 'i4-seats-without-money',
  find: (look) =>
    findSlicedFaults(look, sliceSize, [
      {
        of: BOOKINGS,
        faults: [
          {
            says: 'sold seats without money, or for another price than theirs (booking, hold, payment, its status, amount, price)',
            sql: `SELECT b.id, b.hold_id, p.id AS payment_id, p.status, p.amount_minor, b.total_minor FROM ${bookingsByKey(look)} LEFT JOIN payments p ON p.charge_slot = b.id
              WHERE ${unindexed('b.status')} = 'confirmed' AND b.total_minor > 0
                AND (p.id IS NULL OR p.status NOT IN ('captured', 'partially_refunded') OR p.amount_minor <> b.total_minor OR p.currency <> b.currency)`,
          },
        ],
      },
    ]),
})
