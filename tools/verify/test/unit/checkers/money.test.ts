import { describe, expect, test } from 'vitest'
import type { Booking } from '@skyhold/contracts'
import type { Call } from '../../../src/history/history.ts'
import type { Observations } from '../../../src/observe/observations.ts'
import { checkAll } from '../../../src/checkers/index.ts'
import {
  bookingOf,
  callOf,
  chargeOf,
  historyWith,
  mailOf,
  paymentOf,
  refundOf,
  seatMapOf,
  soundObservations,
} from '../../support/histories.ts'
import { cancelCalls, oneBooking, paying, sentences, soundCalls } from '../../support/verdicts.ts'

const INR = (amountMinor: number) => ({ amountMinor, currency: 'INR' })
const free = { seatMaps: [seatMapOf({ '12A': 'available' })] }
/** Without tickets, which it never had or which are void. */
const ticketless = (change: Partial<Booking>): Booking =>
  bookingOf({ passengers: bookingOf().passengers.map((passenger) => ({ ...passenger, tickets: [] })), ...change })
const payAgain = callOf({ operation: 'pay', method: 'POST', path: '/bookings/bkg_1/payments', key: 'k4', status: 409 })
const returned = refundOf({ paymentId: 'pay_2', reason: 'The booking had been paid already.' })
const moneyMails = [mailOf({ template: 'refund-succeeded', eventId: 'evt_2' }), mailOf({ template: 'payment-returned', eventId: 'evt_3' })]

describe('a planted anomaly of the money', () => {
  test.each<[string, RegExp, Partial<Observations>, Call[]]>([
    [
      'two charges of one payment',
      /^I2: bkg_1 \(confirmed\) was charged 2 times: /,
      { ledger: [chargeOf(), chargeOf({ id: 'ch_2' })] },
      [],
    ],
    [
      'two charges of two payments, one of them given back',
      /^I2: bkg_1 \(confirmed\) was charged 2 times: /,
      {
        ...oneBooking(bookingOf({ payments: [paymentOf(), paymentOf({ id: 'pay_2', status: 'refunded' })], refunds: [returned] })),
        ledger: [chargeOf(), chargeOf({ id: 'ch_2', refundedMinor: 1000, metadata: { bookingId: 'bkg_1', paymentId: 'pay_2' } })],
        mails: [mailOf(), ...moneyMails],
      },
      [payAgain],
    ],
    [
      'a charge of a payment that the booking has not',
      /^I2: charge ch_1 .* is of no payment that the booking has$/,
      {
        ...oneBooking(ticketless({ status: 'expired', payments: [paymentOf({ status: 'failed' })] })),
        ...free,
        mails: [mailOf({ template: 'booking-expired' })],
        ledger: [chargeOf({ metadata: { bookingId: 'bkg_1', paymentId: 'pay_9' } })],
      },
      [],
    ],
    [
      'a charge for a booking that nobody has',
      /^I2: charge ch_2 \(1000\) is for bkg_9, which nobody has$/,
      { ledger: [chargeOf(), chargeOf({ id: 'ch_2', metadata: { bookingId: 'bkg_9' } })] },
      [],
    ],
    ['a captured payment without a charge', /^I2: pay_1 of bkg_1 is captured, and the ledger has no charge for it$/, { ledger: [] }, []],
    ['a charge of another amount', /^I2: charge ch_1 \(900 INR.* differs from pay_1/, { ledger: [chargeOf({ amountMinor: 900 })] }, []],
    ['a charge in another currency', /^I2: charge ch_1 \(1000 USD.* differs from pay_1/, { ledger: [chargeOf({ currency: 'USD' })] }, []],
    [
      'a payment over another amount than the price',
      /^I2: pay_1 is over 900 INR, and bkg_1 costs 1000 INR$/,
      { ...oneBooking(bookingOf({ payments: [paymentOf({ amount: INR(900) })] })), ledger: [chargeOf({ amountMinor: 900 })] },
      [],
    ],
    [
      'a payment in another currency than the price',
      /^I2: pay_1 is over 1000 USD, and bkg_1 costs 1000 INR$/,
      {
        ...oneBooking(bookingOf({ payments: [paymentOf({ amount: { amountMinor: 1000, currency: 'USD' } })] })),
        ledger: [chargeOf({ currency: 'USD' })],
      },
      [],
    ],
    [
      'the provider gave back what we did not',
      /^I2: charge ch_1 .*: our refunds that succeeded come to 0$/,
      { ledger: [chargeOf({ refundedMinor: 400 })] },
      [],
    ],
    [
      'the provider gave back less than we say',
      /^I2: charge ch_1 .*: our refunds that succeeded come to 400$/,
      {
        ...oneBooking(bookingOf({ payments: [paymentOf({ status: 'partially_refunded' })], refunds: [refundOf({ amount: INR(400) })] })),
        mails: [mailOf(), mailOf({ template: 'refund-succeeded', eventId: 'evt_2', text: 'BCDFGH INR 4.00' })],
      },
      [],
    ],
    [
      'the provider made a refund that waits for a person',
      /^I2: charge ch_1 .*: our refunds that succeeded come to 0$/,
      {
        ...oneBooking(bookingOf({ refunds: [refundOf({ amount: INR(400), status: 'needs_attention' })] })),
        ledger: [chargeOf({ refundedMinor: 400 })],
      },
      [],
    ],
    [
      'refunds beyond what was captured',
      /^I2: pay_1 of bkg_1 \(failed\): refunds of 400 exceed what was captured$/,
      {
        ...oneBooking(
          ticketless({
            status: 'expired',
            payments: [paymentOf({ status: 'failed' })],
            refunds: [refundOf({ amount: INR(400), status: 'needs_attention' })],
          }),
        ),
        ...free,
        ledger: [],
        mails: [
          mailOf({ template: 'booking-expired' }),
          mailOf({ template: 'payment-returned', eventId: 'evt_2', text: 'BCDFGH INR 4.00' }),
        ],
      },
      [],
    ],
    [
      'a charge for a payment that says it failed',
      /^I2: charge ch_1 .* was made, and pay_1 is failed$/,
      {
        ...oneBooking(ticketless({ status: 'expired', payments: [paymentOf({ status: 'failed' })] })),
        ...free,
        mails: [mailOf({ template: 'booking-expired' })],
      },
      [],
    ],
    [
      'an expired booking that keeps its money',
      /^I3: bkg_1 is expired and keeps 1000 of its money$/,
      { ...oneBooking(ticketless({ status: 'expired' })), ...free, mails: [mailOf({ template: 'booking-expired' })] },
      [],
    ],
    [
      'a ticket for a seat that was not booked',
      /^I3: bkg_1 \(confirmed\) has a ticket for flt_1 14C, which it has not booked$/,
      {
        ...oneBooking(
          bookingOf({
            passengers: bookingOf().passengers.map((passenger) => ({
              ...passenger,
              tickets: [...passenger.tickets, { number: '9990000000001', flightId: 'flt_1', seat: '14C' }],
            })),
          }),
        ),
        seatMaps: [],
      },
      [],
    ],
    [
      'a seat without a ticket',
      /^I3: bkg_1 is confirmed without a ticket for flt_1 12A$/,
      { ...oneBooking(ticketless({})), seatMaps: [] },
      [],
    ],
    [
      'a sold seat whose payment was given back in full',
      /^I4: bkg_1 is confirmed, and its payments are refunded$/,
      {
        ...oneBooking(bookingOf({ payments: [paymentOf({ status: 'refunded' })], refunds: [refundOf()] })),
        ledger: [chargeOf({ refundedMinor: 1000 })],
        mails: [mailOf(), mailOf({ template: 'refund-succeeded', eventId: 'evt_2' })],
      },
      [],
    ],
  ])('%s — is found, and nothing else', (_what, sentence, change, calls) => {
    expect(sentences([...paying(), ...calls], { ...soundObservations(), ...change })).toEqual([expect.stringMatching(sentence)])
  })

  test('I3 — an expired booking whose money is on its way back — is none', () => {
    const returning = ticketless({ status: 'expired', refunds: [refundOf({ status: 'pending' })] })
    const mails = [mailOf({ template: 'booking-expired' }), mailOf({ template: 'payment-returned', eventId: 'evt_2' })]
    expect(sentences(paying(), { ...soundObservations(), ...oneBooking(returning), ...free, mails })).toEqual([])
  })
})

describe('the fee of a cancellation', () => {
  /** Cancelled, with this much of the money back. */
  const cancelled = (back: number, isGrounded = false): Observations => {
    const amount = INR(back)
    const status = back === 1000 ? 'refunded' : 'partially_refunded'
    const [booked] = bookingOf().flights
    if (!booked) throw new Error('a booking has a flight')
    const text = `BCDFGH SK 1 INR ${back / 100}.00`
    return {
      ...soundObservations(),
      ...oneBooking(
        ticketless({
          status: 'cancelled',
          payments: [paymentOf({ status })],
          refunds: [refundOf({ amount })],
          flights: [{ ...booked, flight: { ...booked.flight, status: isGrounded ? 'cancelled' : 'scheduled' } }],
        }),
      ),
      ...free,
      ledger: [chargeOf({ refundedMinor: back })],
      mails: [
        mailOf(),
        mailOf({ template: isGrounded ? 'flight-cancelled' : 'booking-cancelled', eventId: 'evt_2', text }),
        mailOf({ template: 'refund-succeeded', eventId: 'evt_3', text }),
      ],
    }
  }
  const kept = (fee: number, not: string) => [
    expect.stringMatching(new RegExp(`^I3: bkg_1 is cancelled and keeps ${fee} of its money, not ${not}$`)),
  ]
  const [quote400, confirm400] = cancelCalls({ fee: 400 })

  test('I3 — kept as it was quoted and confirmed — is none; more or less is found', () => {
    const calls = [...soundCalls(), quote400, confirm400]
    expect(sentences(calls, cancelled(600))).toEqual([])
    expect(sentences(calls, cancelled(500))).toEqual(kept(500, '400'))
    expect(sentences(calls, cancelled(1000))).toEqual(kept(0, '400'))
  })

  test('I3 — the airline cancels and the fee of a quote that nobody confirmed is kept — is found', () => {
    expect(sentences([...soundCalls(), quote400], cancelled(600, true))).toEqual(kept(400, '0'))
    expect(sentences([...soundCalls(), quote400], cancelled(1000, true))).toEqual([])
  })

  test('I3 — the confirmation has no answer — the fee or nothing is kept', () => {
    const [quote, confirm] = cancelCalls({ fee: 400, isLost: true })
    const fault = { title: 'cut', feltAt: ['gateway' as const], fromMs: 0, toMs: 900_000 }
    expect(sentences([...soundCalls(), quote, confirm], cancelled(600), [fault])).toEqual([])
    expect(sentences([...soundCalls(), quote, confirm], cancelled(500), [fault])).toEqual(kept(500, '400 or 0'))
  })
})

test('I3 — paid for after its time was surely over — is found; after a try before, or an extension without an answer, it is none', () => {
  const [hold, book] = soundCalls()
  const pay = (startedAtMs: number, key: string, status = 201) =>
    callOf({
      operation: 'pay',
      method: 'POST',
      path: '/bookings/bkg_1/payments',
      key,
      status,
      body: status === 201 ? paymentOf() : { code: 'payment_in_progress' },
      startedAtMs,
    })
  if (!hold || !book) throw new Error('a sale has calls')
  const extension = callOf({ operation: 'extend', method: 'POST', path: '/holds/hld_1/extension', isLost: true, startedAtMs: 30_000 })
  const fault = { title: 'cut', feltAt: ['gateway' as const], fromMs: 30_000, toMs: 30_000 }
  expect(sentences([hold, book, pay(90_000, 'k3')], soundObservations())).toEqual([
    expect.stringMatching(/^I3: pay_1 of bkg_1 was begun \d+ ms after its time was over, and was charged$/),
  ])
  expect(sentences([hold, book, pay(60_200, 'k3')], soundObservations())).toEqual([])
  expect(sentences([hold, book, pay(30_000, 'k2', 409), pay(90_000, 'k3')], soundObservations())).toEqual([])
  expect(sentences([hold, book, extension, pay(90_000, 'k3')], soundObservations(), [fault])).toEqual([])
  // By the clock of another machine the end is known by the seconds that were left.
  const elsewhere = (atMs: number) => {
    const history = historyWith([hold, book, pay(atMs, 'k3')])
    return checkAll({ ...history, run: { ...history.run, isPrivate: false } }, soundObservations()).flatMap(({ violations }) => violations)
  }
  expect(elsewhere(62_000)).toEqual([])
  expect(elsewhere(62_100)).toEqual([expect.stringMatching(/^pay_1 of bkg_1 was begun \d+ ms after its time was over/)])
})
