import type { Database } from '@skyhold/platform'
import { type Planted, PLANTED_MONEY, REFUND } from './planted-money.ts'

/** What a sale left behind, for the statements of a planted violation. */
export interface Sale {
  bookingId: string
  holdId: string
  paymentId: string
  nowMs: number
}

const STEP = (from: string | null, to: string) =>
  `INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note)
   VALUES ('booking', :bookingId, ${from === null ? 'NULL' : `'${from}'`}, '${to}', :nowMs, 'test', '', '')`

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
  {
    check: 'I6.outbox',
    what: 'an event was never published',
    sql: [
      `UPDATE outbox SET state = 'pending', locked_until = :nowMs + 600000, occurred_at = :nowMs - 61000 WHERE aggregate_id = :bookingId`,
    ],
    says: /an event that has waited for more than a minute/,
  },
  {
    check: 'I6.events-and-audit',
    what: 'a confirmed booking was never told of',
    sql: [`DELETE FROM outbox WHERE aggregate_id = :bookingId AND type = 'booking.confirmed'`],
    says: /a change without its event: bkg_\S+ booking.confirmed/,
  },
  {
    check: 'I6.events-and-audit',
    what: 'others were told of a cancellation that is none',
    sql: [`UPDATE outbox SET type = 'booking.cancelled' WHERE aggregate_id = :bookingId AND type = 'booking.created'`],
    says: /an event without its change: evt_\S+ booking.cancelled/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a status was changed past the audit',
    sql: [`UPDATE bookings SET status = 'attention' WHERE id = :bookingId`],
    says: /booking bkg_\S+: payment_processing → confirmed does not belong there; it is attention/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a step is written down that no graph has',
    sql: [STEP('confirmed', 'awaiting_payment')],
    says: /booking bkg_\S+: confirmed → awaiting_payment does not belong there/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a trail begins a second time',
    sql: [STEP(null, 'confirmed')],
    says: /booking bkg_\S+: nothing → confirmed does not belong there/,
  },
  {
    check: 'I7.audit-trails',
    what: 'the trail of a hold is gone',
    sql: ['DELETE FROM audit WHERE aggregate_id = :holdId'],
    says: /hold hld_\S+: it is consumed without any trail/,
  },
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

const TABLES = ['claims', 'holds', 'bookings', 'tickets', 'payments', 'refunds', 'outbox', 'audit', 'provider_events'] as const

/** The database writes it by itself. */
const GENERATED = 'email_key'

/** Runs statements, and gives back how to put every row as it was. */
export async function plant(db: Database, { sql }: Planted, sale: Sale): Promise<() => Promise<void>> {
  const before = new Map<string, Record<string, string | number | null>[]>()
  for (const table of TABLES) before.set(table, await db.rows(`SELECT * FROM ${table}`))
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
