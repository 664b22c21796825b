import type { Database } from '@skyhold/platform'
import { PLANTED_HISTORY } from './planted-history.ts'
import { type Planted, PLANTED_MONEY, REFUND } from './planted-money.ts'
import type { Sale } from './sold.ts'

export const PLANTED: readonly Planted[] = [
  {
    check: 'I1.claims-and-tickets',
    what: 'a ticket is void and its seat is still sold',
    sql: [`UPDATE tickets SET status = 'voided', live_seat = NULL WHERE booking_id = :bookingId`],
    says: /a sold seat without a live ticket/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'a seat is given to another hold and its ticket stays',
    sql: [`UPDATE claims SET hold_id = 'hld_planted' WHERE hold_id = :holdId`],
    says: /a live ticket that is not of a confirmed booking/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'the claim of a ticketed seat is gone, so that the seat is on sale again',
    sql: ['DELETE FROM claims WHERE hold_id = :holdId'],
    says: /a live ticket that is not of a confirmed booking/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'a ticket says another seat than the one that it has',
    sql: [`UPDATE tickets SET seat = '9F' WHERE booking_id = :bookingId`],
    says: /a ticket whose live seat is not its seat/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'a void ticket keeps its seat',
    sql: [`UPDATE tickets SET status = 'voided' WHERE booking_id = :bookingId`],
    says: /a ticket whose live seat is not its seat, or that is void and live/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'a good ticket is of a booking that is not confirmed',
    sql: [`UPDATE bookings SET status = 'cancelled' WHERE id = :bookingId`],
    says: /a live ticket that is not of a confirmed booking.*: \d+ flt_\S+ 1[AB] bkg_\S+ cancelled/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'a ticketed seat is blocked',
    sql: [`UPDATE claims SET state = 'blocked' WHERE hold_id = :holdId`],
    says: /a ticketed seat that is not sold.*: flt_\S+ 1[AB] hld_\S+ blocked/,
  },
  {
    check: 'I1.claims-and-tickets',
    what: 'one passenger has both tickets of a booking for two',
    sql: [
      `UPDATE tickets SET passenger_id = (SELECT MIN(p.id) FROM passengers p WHERE p.booking_id = :bookingId) WHERE booking_id = :bookingId`,
    ],
    says: /several live tickets of one passenger for a flight/,
  },
  {
    check: 'I1.confirmed-bookings',
    what: 'the hold of a confirmed booking is not consumed',
    sql: [`UPDATE holds SET status = 'released' WHERE id = :holdId`],
    says: /a confirmed booking whose hold is not consumed.*: bkg_\S+ hld_\S+ released/,
  },
  {
    check: 'I1.confirmed-bookings',
    what: 'a confirmed booking has lost a seat',
    sql: ['UPDATE holds SET seat_count = seat_count + 1 WHERE id = :holdId'],
    says: /a confirmed booking whose hold is not consumed or has another number of seats/,
  },
  {
    check: 'I1.held-seats',
    what: 'an expired hold keeps its seat',
    sql: [
      `UPDATE claims SET state = 'held', expires_at = :nowMs + 600000 WHERE hold_id = :holdId`,
      `UPDATE holds SET status = 'expired' WHERE id = :holdId`,
    ],
    says: /a held seat that no live hold has/,
  },
  {
    check: 'I1.held-seats',
    what: 'a seat is held for ever by a hold that nobody pays for',
    sql: [
      `UPDATE claims SET state = 'held', expires_at = NULL WHERE hold_id = :holdId`,
      `UPDATE holds SET status = 'active', expires_at = :nowMs + 600000 WHERE id = :holdId`,
    ],
    says: /a held seat that never runs out/,
  },
  {
    check: 'I1.held-seats',
    what: 'a seat of a sale is merely held, and has run out',
    sql: [`UPDATE claims SET state = 'held', expires_at = :nowMs - 1000 WHERE hold_id = :holdId`],
    says: /a held seat that no live hold has.*: flt_\S+ 1[AB] hld_\S+ consumed/,
  },
  {
    check: 'I1.held-seats',
    what: 'a seat runs out while it is being paid for',
    sql: [
      `UPDATE claims SET state = 'held', expires_at = :nowMs + 600000 WHERE hold_id = :holdId`,
      `UPDATE holds SET status = 'pinned', expires_at = :nowMs + 600000 WHERE id = :holdId`,
    ],
    says: /or that runs out under a payment.*: flt_\S+ 1[AB] hld_\S+ pinned/,
  },
  {
    check: 'I1.held-seats',
    what: 'a seat runs out a day after its hold',
    sql: [
      `UPDATE claims SET state = 'held', expires_at = :nowMs + 87000000 WHERE hold_id = :holdId`,
      `UPDATE holds SET status = 'active', expires_at = :nowMs + 600000 WHERE id = :holdId`,
    ],
    says: /that runs out before or after its hold.*: flt_\S+ 1[AB] hld_\S+ active/,
  },
  {
    check: 'I1.held-seats',
    what: 'a seat runs out before its hold',
    sql: [
      `UPDATE claims SET state = 'held', expires_at = :nowMs + 300000 WHERE hold_id = :holdId`,
      `UPDATE holds SET status = 'active', expires_at = :nowMs + 600000 WHERE id = :holdId`,
    ],
    says: /that runs out before or after its hold.*: flt_\S+ 1[AB] hld_\S+ active/,
  },
  {
    check: 'I1.held-seats',
    what: 'the seats of a hold in time are gone',
    sql: [
      'DELETE FROM claims WHERE hold_id = :holdId',
      `UPDATE holds SET status = 'active', expires_at = :nowMs + 600000 WHERE id = :holdId`,
    ],
    says: /a live hold that has another number of seats than it took.*: hld_\S+ active 2/,
  },
  {
    check: 'I1.held-seats',
    what: 'a hold that is being paid for has lost one of its seats',
    sql: [
      `DELETE FROM claims WHERE hold_id = :holdId AND seat = '1B'`,
      `UPDATE claims SET state = 'held' WHERE hold_id = :holdId`,
      `UPDATE holds SET status = 'pinned' WHERE id = :holdId`,
    ],
    says: /a live hold that has another number of seats than it took.*: hld_\S+ pinned 2/,
  },
  {
    check: 'I1.held-seats',
    what: 'a sold seat runs out',
    sql: ['UPDATE claims SET expires_at = :nowMs + 600000 WHERE hold_id = :holdId'],
    says: /a sold or blocked seat with an end/,
  },
  {
    check: 'I1.held-seats',
    what: 'a blocked seat runs out',
    sql: [`UPDATE claims SET state = 'blocked', expires_at = :nowMs + 600000 WHERE hold_id = :holdId`],
    says: /a sold or blocked seat with an end/,
  },
  {
    check: 'I1.held-seats',
    what: 'a seat is in a state that nobody knows',
    sql: [`UPDATE claims SET state = 'planted' WHERE hold_id = :holdId`],
    says: /a seat in no known state/,
  },
  ...PLANTED_MONEY,
  ...PLANTED_HISTORY,
  {
    check: 'I9.convergence',
    what: 'a payment was due for recovery and nobody asked',
    sql: [`UPDATE payments SET status = 'unknown', next_check_at = :nowMs - 61000 WHERE id = :paymentId`],
    says: /an open payment that was due for recovery/,
  },
  {
    check: 'I9.convergence',
    what: 'a payment has no answer for an hour and its booking does not say so',
    sql: [
      `UPDATE payments SET status = 'unknown', next_check_at = :nowMs, created_at = :nowMs - 3600000 WHERE id = :paymentId`,
      `UPDATE bookings SET status = 'payment_processing' WHERE id = :bookingId`,
    ],
    says: /a payment without an answer for longer than seats may wait/,
  },
  {
    check: 'I9.convergence',
    what: 'a hold is pinned and no payment is open',
    sql: [`UPDATE holds SET status = 'pinned' WHERE id = :holdId`],
    says: /without an open payment/,
  },
  {
    check: 'I9.convergence',
    what: 'a booking is being paid for and its hold runs out',
    sql: [
      `UPDATE bookings SET status = 'payment_processing' WHERE id = :bookingId`,
      `UPDATE holds SET status = 'active', expires_at = :nowMs + 600000 WHERE id = :holdId`,
    ],
    says: /a booking that is being paid for and whose hold is not kept for it.*: bkg_\S+ payment_processing hld_\S+ active/,
  },
  {
    check: 'I9.convergence',
    what: 'a booking waits for a person and its hold was released',
    sql: [`UPDATE bookings SET status = 'attention' WHERE id = :bookingId`, `UPDATE holds SET status = 'released' WHERE id = :holdId`],
    says: /a booking that is being paid for and whose hold is not kept for it.*: bkg_\S+ attention hld_\S+ released/,
  },
  {
    check: 'I9.convergence',
    what: 'a booking waits to be paid, and its hold expired an hour ago',
    sql: [
      `UPDATE bookings SET status = 'awaiting_payment' WHERE id = :bookingId`,
      `UPDATE holds SET status = 'expired', expires_at = :nowMs - 3600000 WHERE id = :holdId`,
    ],
    says: /a booking that waits to be paid and whose hold is over.*: bkg_\S+ hld_\S+ expired/,
  },
  {
    check: 'I9.convergence',
    what: 'a booking waits to be paid and its hold was released',
    sql: [
      `UPDATE bookings SET status = 'awaiting_payment' WHERE id = :bookingId`,
      `UPDATE holds SET status = 'released' WHERE id = :holdId`,
    ],
    says: /a booking that waits to be paid and whose hold is over/,
  },
  {
    check: 'I9.convergence',
    what: 'a lapsed hold was not swept',
    sql: [`UPDATE holds SET status = 'active', expires_at = :nowMs - 61000 WHERE id = :holdId`],
    says: /a hold past its time that nobody has swept/,
  },
  {
    check: 'I9.convergence',
    what: 'a lapsed seat was not freed',
    sql: [`UPDATE claims SET state = 'held', expires_at = :nowMs - 61000 WHERE hold_id = :holdId`],
    says: /a seat past its time that nobody has freed/,
  },
  {
    check: 'I9.convergence',
    what: 'a refund was not sent',
    sql: [REFUND('pending', '1'), 'UPDATE refunds SET next_check_at = :nowMs - 61000 WHERE payment_id = :paymentId'],
    says: /a refund that was due and nobody has sent/,
  },
  {
    check: 'I9.convergence',
    what: 'a refund is on its way for more than a week',
    sql: [REFUND('unknown', '1'), 'UPDATE refunds SET created_at = :nowMs - 604801000 WHERE payment_id = :paymentId'],
    says: /or that is on its way for a week/,
  },
  {
    check: 'I9.convergence',
    what: 'an event of the provider was taken in, and then nothing',
    sql: [
      `INSERT INTO provider_events (id, type, state, note, payload, received_at) VALUES ('evt_planted', 'refund.updated', 'received', '', '{}', :nowMs - 61000)`,
    ],
    says: /an event of the provider that was taken in and not applied.*: evt_planted refund.updated received/,
  },
  {
    check: 'I9.convergence',
    what: 'an event of the provider was put aside without a word',
    sql: [
      `INSERT INTO provider_events (id, type, state, note, payload, received_at) VALUES ('evt_planted', 'charge.updated', 'parked', '', '{}', :nowMs)`,
    ],
    says: /an event of the provider that was taken in and not applied/,
  },
]

const TABLES = [
  'claims',
  'holds',
  'bookings',
  'tickets',
  'payments',
  'refunds',
  'outbox',
  'audit',
  'provider_events',
  'cancellations',
] as const

/** The database writes it by itself. */
const GENERATED = 'email_key'

/** Runs statements, and gives back how to put every row as it was. */
export async function plant(db: Database, { sql }: Planted, sale: Sale): Promise<() => Promise<void>> {
  const before = new Map<string, Record<string, string | number | null>[]>()
  for (const table of TABLES) before.set(table, await db.rows(`SELECT * FROM ${table}`))
  // A run that has seen the sale in order some minutes ago would not look at all of it again.
  await db.run('DELETE FROM integrity_results')
  const { bookingId, holdId, paymentId, nowMs } = sale
  for (const statement of sql) await db.run(statement, { bookingId, holdId, paymentId, nowMs })
  return async () => {
    for (const [table, rows] of before) {
      await db.run(`DELETE FROM ${table}`)
      const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== GENERATED)
      if (rows.length > 0)
        await db.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES :rows`, {
          rows: rows.map((row) => columns.map((column) => row[column] ?? null)),
        })
    }
  }
}
