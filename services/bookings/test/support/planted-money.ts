export interface Planted {
  check: string
  /** The violation in words, for the name of the test. */
  what: string
  /** Statements with `:bookingId`, `:holdId`, `:paymentId`, `:nowMs`. Each is what a bug, or a hand at the database, would do. */
  sql: readonly string[]
  /** What the report says of it. */
  says: RegExp
}

/** A refund of a sale's payment. */
export const REFUND = (status: string, amount: string) =>
  `INSERT INTO refunds (id, operator_id, payment_id, booking_id, cause, status, amount_minor, currency, reason, created_at, updated_at, next_check_at, checks)
   SELECT CONCAT('rfd_', id), operator_id, id, booking_id, CONCAT('planted:', id), '${status}', ${amount}, currency, 'planted', :nowMs, :nowMs, :nowMs + 3600000, 0
   FROM payments WHERE id = :paymentId`

/** A quote of what a cancellation of the sale would keep. */
const QUOTE = (status: string, fee: string) =>
  `INSERT INTO cancellations (id, booking_id, open_slot, status, booking_status, refund_minor, fee_minor, currency, created_at, expires_at)
   SELECT 'can_planted', id, NULL, '${status}', 'confirmed', total_minor - (${fee}), ${fee}, currency, :nowMs, :nowMs + 600000 FROM bookings WHERE id = :bookingId`

/** What may go wrong between the money and what it is for. */
export const PLANTED_MONEY: readonly Planted[] = [
  {
    check: 'I2.refunds-and-charges',
    what: 'a refund has lost its payment',
    sql: [REFUND('pending', '1'), `UPDATE refunds SET payment_id = 'pay_planted' WHERE payment_id = :paymentId`],
    says: /a refund without its payment/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a refund is of another currency than its payment',
    sql: [REFUND('pending', '1'), `UPDATE refunds SET currency = 'SEK' WHERE payment_id = :paymentId`],
    says: /a refund without its payment, of another currency/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a refund is of another booking than its payment',
    sql: [REFUND('pending', '1'), `UPDATE refunds SET booking_id = 'bkg_planted' WHERE payment_id = :paymentId`],
    says: /a refund without its payment, of another currency, of another booking/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a refund is of nothing',
    sql: [REFUND('pending', '0')],
    says: /a refund without its payment, of another currency, of another booking or of nothing/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'more is on its way back than was captured',
    sql: [REFUND('pending', 'amount_minor + 1')],
    says: /a payment whose refunds do not fit it/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a refund has succeeded and its payment does not say so',
    sql: [REFUND('succeeded', '1')],
    says: /a payment whose refunds do not fit it/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a payment is said to be given back and nothing was',
    sql: [`UPDATE payments SET status = 'refunded' WHERE id = :paymentId`],
    says: /a payment that is said to be given back/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a charge beside the one of its booking is kept',
    sql: ['UPDATE payments SET charge_slot = NULL WHERE id = :paymentId'],
    says: /money beside the one charge of its booking/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a charge has the slot of another booking',
    sql: [`UPDATE payments SET charge_slot = 'bkg_planted' WHERE id = :paymentId`],
    says: /a payment whose charge slot does not say what it is/,
  },
  {
    check: 'I3.captured-money',
    what: 'money was captured for a booking that has expired',
    sql: [
      `UPDATE bookings SET status = 'expired' WHERE id = :bookingId`,
      'UPDATE payments SET updated_at = :nowMs - 121000 WHERE id = :paymentId',
    ],
    says: /money that bought nothing/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'a failed payment keeps the slot of its booking',
    sql: [`UPDATE payments SET status = 'failed' WHERE id = :paymentId`],
    says: /a payment whose charge slot does not say what it is/,
  },
  {
    check: 'I2.refunds-and-charges',
    what: 'an open payment has no slot, so that another may be open beside it',
    sql: [`UPDATE payments SET status = 'processing', charge_slot = NULL WHERE id = :paymentId`],
    says: /a payment whose charge slot does not say what it is/,
  },
  {
    check: 'I3.captured-money',
    what: 'of money that bought nothing a part alone is on its way back',
    sql: [
      `UPDATE bookings SET status = 'expired' WHERE id = :bookingId`,
      REFUND('pending', 'amount_minor - 1'),
      'UPDATE payments SET updated_at = :nowMs - 121000 WHERE id = :paymentId',
    ],
    says: /money that bought nothing and is not all on its way back/,
  },
  {
    check: 'I3.captured-money',
    what: 'a booking is being cancelled and its refund is gone',
    sql: [
      `UPDATE bookings SET status = 'cancellation_pending' WHERE id = :bookingId`,
      'UPDATE payments SET updated_at = :nowMs - 121000 WHERE id = :paymentId',
    ],
    says: /a booking that waits for its refund and has none under way/,
  },
  {
    check: 'I3.captured-money',
    what: 'a booking is being cancelled and waits on, although its refund has succeeded',
    sql: [
      `UPDATE bookings SET status = 'cancellation_pending' WHERE id = :bookingId`,
      REFUND('succeeded', '1'),
      `UPDATE payments SET status = 'partially_refunded', updated_at = :nowMs - 121000 WHERE id = :paymentId`,
    ],
    says: /a booking that waits for its refund and has none under way/,
  },
  {
    check: 'I3.captured-money',
    what: 'a booking is being cancelled and has no payment to give back',
    sql: [`UPDATE bookings SET status = 'cancellation_pending' WHERE id = :bookingId`, 'DELETE FROM payments WHERE id = :paymentId'],
    says: /a booking that waits for its refund and has none under way.*: +bkg_\S+/,
  },
  {
    check: 'I3.captured-money',
    what: 'a booking that waits for its card is charged another amount',
    sql: [
      `UPDATE bookings SET status = 'payment_processing' WHERE id = :bookingId`,
      `UPDATE payments SET status = 'processing', amount_minor = amount_minor + 1 WHERE id = :paymentId`,
    ],
    says: /a payment over another amount than its booking costs/,
  },
  {
    check: 'I3.captured-money',
    what: 'a cancelled booking was charged in another currency',
    sql: [`UPDATE bookings SET status = 'cancelled' WHERE id = :bookingId`, `UPDATE payments SET currency = 'SEK' WHERE id = :paymentId`],
    says: /a payment over another amount than its booking costs/,
  },
  {
    check: 'I3.captured-money',
    what: 'more is kept of a cancelled booking than its customer took up',
    sql: [`UPDATE bookings SET status = 'cancelled' WHERE id = :bookingId`, QUOTE('confirmed', 'total_minor - 1')],
    says: /a cancelled booking of whose money more is kept/,
  },
  {
    check: 'I3.captured-money',
    what: 'a fee is kept for a flight that did not fly',
    sql: [
      `UPDATE bookings SET status = 'cancellation_pending' WHERE id = :bookingId`,
      QUOTE('superseded', 'total_minor'),
      REFUND('pending', 'amount_minor - 1'),
    ],
    says: /a cancelled booking of whose money more is kept/,
  },
  {
    check: 'I3.payments-and-bookings',
    what: 'a payment has lost its booking',
    sql: [`UPDATE payments SET booking_id = 'bkg_planted' WHERE id = :paymentId`],
    says: /a payment without its booking/,
  },
  {
    check: 'I4.sold-seats-are-paid',
    what: 'a seat is sold and its payment has failed',
    sql: [`UPDATE payments SET status = 'failed', charge_slot = NULL WHERE id = :paymentId`],
    says: /sold seats without money/,
  },
  {
    check: 'I4.sold-seats-are-paid',
    what: 'all the money of a sold seat is back',
    sql: [`UPDATE payments SET status = 'refunded' WHERE id = :paymentId`],
    says: /sold seats without money/,
  },
  {
    check: 'I4.sold-seats-are-paid',
    what: 'less was captured than the seats cost',
    sql: ['UPDATE payments SET amount_minor = amount_minor - 1 WHERE id = :paymentId'],
    says: /sold seats without money, or for another price than theirs/,
  },
  {
    check: 'I4.sold-seats-are-paid',
    what: 'another currency was captured than the seats cost',
    sql: [`UPDATE payments SET currency = 'SEK' WHERE id = :paymentId`],
    says: /sold seats without money, or for another price than theirs/,
  },
]
