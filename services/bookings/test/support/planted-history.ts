import { type Planted, REFUND } from './planted-money.ts'

const STEP = (type: string, id: string, { from, to }: { from: string | null; to: string }) =>
  `INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note)
   VALUES ('${type}', ${id}, ${from === null ? 'NULL' : `'${from}'`}, '${to}', :nowMs, 'test', '', '')`

const REFUND_ID = `CONCAT('rfd_', :paymentId)`

/** An event as the outbox has it, of nothing that has happened. */
const EVENT = (type: string, id: string) =>
  `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, traceparent, state, locked_by, locked_until, occurred_at, published_at)
   VALUES ('evt_planted', '${type}', '${type.split('.')[0]}', ${id}, '{}', NULL, 'published', NULL, 0, :nowMs, :nowMs)`

/** A step whose event was never written, and nothing else of it. */
const UNTOLD: readonly (readonly [what: string, event: string, sql: readonly string[]])[] = [
  ['a new booking', 'booking.created', [`DELETE FROM outbox WHERE aggregate_id = :bookingId AND type = 'booking.created'`]],
  ['a confirmed booking', 'booking.confirmed', [`DELETE FROM outbox WHERE aggregate_id = :bookingId AND type = 'booking.confirmed'`]],
  ['an expired booking', 'booking.expired', [STEP('booking', ':bookingId', { from: 'awaiting_payment', to: 'expired' })]],
  ['a cancelled booking', 'booking.cancelled', [STEP('booking', ':bookingId', { from: 'confirmed', to: 'cancellation_pending' })]],
  ['a booking cancelled at once', 'booking.cancelled', [STEP('booking', ':bookingId', { from: 'awaiting_payment', to: 'cancelled' })]],
  ['captured money', 'payment.captured', [`DELETE FROM outbox WHERE aggregate_id = :paymentId AND type = 'payment.captured'`]],
  ['money that goes back', 'payment.returned', ['UPDATE payments SET charge_slot = NULL WHERE id = :paymentId']],
  ['money that is back', 'refund.succeeded', [REFUND('succeeded', '1'), STEP('refund', REFUND_ID, { from: 'pending', to: 'succeeded' })]],
  [
    'a refund that failed a second time',
    'refund.needs_attention',
    [
      REFUND('needs_attention', '1'),
      STEP('refund', REFUND_ID, { from: 'pending', to: 'needs_attention' }),
      EVENT('refund.needs_attention', REFUND_ID),
      `UPDATE outbox SET occurred_at = :nowMs - 1000 WHERE event_id = 'evt_planted'`,
    ],
  ],
]

/** An event of a change that has not taken place. */
const UNFOUNDED: readonly (readonly [event: string, sql: readonly string[]])[] = [
  ['booking.created', [EVENT('booking.created', `'bkg_planted'`)]],
  ['booking.confirmed', [EVENT('booking.confirmed', `'bkg_planted'`)]],
  ['booking.expired', [EVENT('booking.expired', ':bookingId')]],
  ['booking.cancelled', [EVENT('booking.cancelled', ':bookingId')]],
  ['payment.captured', [EVENT('payment.captured', `'pay_planted'`)]],
  ['payment.returned', [EVENT('payment.returned', `'pay_planted'`)]],
  ['refund.succeeded', [REFUND('pending', '1'), EVENT('refund.succeeded', REFUND_ID)]],
  ['refund.needs_attention', [REFUND('pending', '1'), EVENT('refund.needs_attention', REFUND_ID)]],
]

/** What may go wrong with what is written down and told of a change. */
export const PLANTED_HISTORY: readonly Planted[] = [
  {
    check: 'I6.outbox',
    what: 'an event was never published',
    sql: [
      `UPDATE outbox SET state = 'pending', locked_until = :nowMs + 600000, occurred_at = :nowMs - 61000 WHERE aggregate_id = :bookingId`,
    ],
    says: /an event that has waited for more than a minute/,
  },
  ...UNTOLD.map(([what, event, sql]) => ({
    check: 'I6.events-and-audit',
    what: `nobody was told of ${what} (${event})`,
    sql,
    says: new RegExp(`a change without its event: \\S+ ${event}`),
  })),
  ...UNFOUNDED.map(([event, sql]) => ({
    check: 'I6.events-and-audit',
    what: `others were told ${event}, and there is nothing behind it`,
    sql,
    says: new RegExp(`an event without its change: evt_planted ${event}`),
  })),
  {
    check: 'I7.audit-trails',
    what: 'a status was changed past the audit',
    sql: [`UPDATE bookings SET status = 'attention' WHERE id = :bookingId`],
    says: /booking bkg_\S+: payment_processing → confirmed does not belong there; it is attention/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a step is written down that no graph has',
    sql: [STEP('booking', ':bookingId', { from: 'confirmed', to: 'awaiting_payment' })],
    says: /booking bkg_\S+: confirmed → awaiting_payment does not belong there/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a trail begins a second time',
    sql: [STEP('booking', ':bookingId', { from: null, to: 'confirmed' })],
    says: /booking bkg_\S+: nothing → confirmed does not belong there/,
  },
  {
    check: 'I7.audit-trails',
    what: 'the trail of a hold is gone',
    sql: ['DELETE FROM audit WHERE aggregate_id = :holdId'],
    says: /hold hld_\S+: it is consumed without any trail/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a trail has a gap',
    sql: [`DELETE FROM audit WHERE aggregate_id = :bookingId AND to_status = 'payment_processing'`],
    says: /booking bkg_\S+: payment_processing → confirmed does not belong there; it is confirmed/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a trail has no beginning',
    sql: ['DELETE FROM audit WHERE aggregate_id = :holdId AND from_status IS NULL'],
    says: /hold hld_\S+: active → pinned does not belong there; it is consumed/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a booking is gone and its trail stays',
    sql: ['DELETE FROM bookings WHERE id = :bookingId'],
    says: /booking bkg_\S+: .* does not belong there; it is gone/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a payment was changed past the audit',
    sql: [`UPDATE payments SET status = 'refunded' WHERE id = :paymentId`],
    says: /payment pay_\S+: processing → captured does not belong there; it is refunded/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a refund was made past the audit',
    sql: [REFUND('pending', '1')],
    says: /refund rfd_\S+: it is pending without any trail/,
  },
  {
    check: 'I7.audit-trails',
    what: 'a ticket was undone past the audit',
    sql: [`UPDATE tickets SET status = 'voided' WHERE booking_id = :bookingId`],
    says: /ticket \d+: nothing → issued does not belong there; it is voided/,
  },
]
