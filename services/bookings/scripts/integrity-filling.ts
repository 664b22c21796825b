/** Ids as long as real ones, in the order of their making. */
const id = (prefix: string, number: string) => `CONCAT('${prefix}_', LPAD(${number}, 26, '0'))`
const SEATS = 180
/** A week of sales, the last of them a minute ago. */
const SPREAD_MS = 6 * 24 * 3_600_000

/** What one sale leaves in the audit: kind, id, from, to. */
const STEPS: readonly (readonly [type: string, prefix: string, from: string | null, to: string])[] = [
  ['hold', 'hld', null, 'active'],
  ['booking', 'bkg', null, 'awaiting_payment'],
  ['payment', 'pay', null, 'processing'],
  ['hold', 'hld', 'active', 'pinned'],
  ['booking', 'bkg', 'awaiting_payment', 'payment_processing'],
  ['payment', 'pay', 'processing', 'captured'],
  ['hold', 'hld', 'pinned', 'consumed'],
  ['booking', 'bkg', 'payment_processing', 'confirmed'],
  ['ticket', 'tkt', null, 'issued'],
]

/** And what others are told of it, by the step that makes the news. */
const EVENTS: readonly (readonly [type: string, about: string, prefix: string, step: number])[] = [
  ['booking.created', 'booking', 'bkg', 1],
  ['payment.captured', 'payment', 'pay', 5],
  ['booking.confirmed', 'booking', 'bkg', 7],
]

/** Sales of one seat each on flights of 180, in a few large statements. `:count` and `:nowMs` are theirs to bind. */
export function fillStatements(count: number): string[] {
  const flights = Math.ceil(count / SEATS)
  const flight = id('flt', `n MOD ${flights}`)
  const seat = `CONCAT(1 + (n DIV ${flights}) DIV 6, SUBSTRING('ABCDEF', 1 + (n DIV ${flights}) MOD 6, 1))`
  const at = `:nowMs - 60000 - ${SPREAD_MS} + n * ${SPREAD_MS} DIV :count`
  const ticket = "CONCAT('899', LPAD(n, 10, '0'))"
  const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ')
  const steps = STEPS.map(
    ([type, prefix, from, to], i) =>
      `SELECT ${i} AS i, '${type}' AS type, '${prefix}' AS prefix, ${from === null ? 'NULL' : `'${from}'`} AS was, '${to}' AS became`,
  ).join(' UNION ALL ')
  return [
    'CREATE TABLE sales (n INTEGER NOT NULL PRIMARY KEY)',
    `INSERT INTO sales SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d AS n
     FROM (${digits}) a, (${digits}) b, (${digits}) c, (${digits}) d, (${digits}) e, (${digits}) f
     WHERE a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d < :count ORDER BY n`,
    `INSERT INTO claims (flight_id, leg, seat, hold_id, operator_id, state, expires_at) SELECT ${flight}, 1, ${seat}, ${id('hld', 'n')}, 'opr_1', 'sold', NULL FROM sales`,
    `INSERT INTO holds (id, operator_id, user_id, status, created_at, expires_at, expires_at_max, total_minor, currency, seat_count, flights)
     SELECT ${id('hld', 'n')}, 'opr_1', ${id('usr', 'n DIV 3')}, 'consumed', ${at}, ${at} + 600000, ${at} + 1800000, 10000, 'EUR', 1,
       CONCAT('[{"flightId":"', ${flight}, '","fare":"ECOLIGHT","seats":[{"designator":"', ${seat}, '","price":{"amountMinor":10000,"currency":"EUR"}}]}]') FROM sales`,
    `INSERT INTO bookings (id, operator_id, reference, user_id, hold_id, status, version, created_at, total_minor, currency, contact_email, contact_phone, request_id)
     SELECT ${id('bkg', 'n')}, 'opr_1', LPAD(CONV(n, 10, 36), 6, '0'), ${id('usr', 'n DIV 3')}, ${id('hld', 'n')}, 'confirmed', 3, ${at}, 10000, 'EUR',
       CONCAT('traveller-', n, '@example.com'), NULL, 'measure' FROM sales`,
    `INSERT INTO payments (id, operator_id, booking_id, charge_slot, status, amount_minor, currency, payment_method, provider_id, client_secret, key_scope, idem_key, created_at, updated_at, next_check_at, checks)
     SELECT ${id('pay', 'n')}, 'opr_1', ${id('bkg', 'n')}, ${id('bkg', 'n')}, 'captured', 10000, 'EUR', 'pm_card_visa', ${id('pi', 'n')}, NULL, 'measure', n, ${at}, ${at} + 1000, 9007199254740991, 0 FROM sales`,
    `INSERT INTO tickets (number, booking_id, passenger_id, flight_id, leg, seat, live_seat, status, issued_at)
     SELECT ${ticket}, ${id('bkg', 'n')}, ${id('pax', 'n')}, ${flight}, 1, ${seat}, ${seat}, 'issued', ${at} FROM sales`,
    // Sorted once at the end instead of nine million times.
    'DROP INDEX audit_aggregate ON audit',
    `INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note)
     SELECT s.type, IF(s.prefix = 'tkt', ${ticket}, CONCAT(s.prefix, '_', LPAD(n, 26, '0'))), s.was, s.became, ${at} + s.i, 'usr_measure', 'measure', ''
     FROM sales STRAIGHT_JOIN (${steps}) s`,
    'CREATE INDEX audit_aggregate ON audit (aggregate_id, id)',
    `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, traceparent, state, locked_by, locked_until, occurred_at, published_at)
     SELECT CONCAT('evt_', e.t, '_', n), e.type, e.about, CONCAT(e.prefix, '_', LPAD(n, 26, '0')), '{}', NULL, 'published', NULL, 0, ${at} + e.t, ${at} + e.t
     FROM sales STRAIGHT_JOIN (${EVENTS.map(
       ([type, about, prefix, t]) => `SELECT '${type}' AS type, '${about}' AS about, '${prefix}' AS prefix, ${t} AS t`,
     ).join(' UNION ALL ')}) e`,
    'DROP TABLE sales',
    ...['bookings', 'holds', 'claims', 'tickets', 'payments', 'refunds', 'audit', 'outbox'].map((table) => `ANALYZE TABLE ${table}`),
  ]
}
