import { describe, expect, test } from 'vitest'
import type { Booking } from '@skyhold/contracts'
import type { Call } from '../../../src/history/history.ts'
import type { Observations } from '../../../src/observe/observations.ts'
import {
  ADA,
  bookingOf,
  callOf,
  chargeOf,
  holdOf,
  mailOf,
  paymentOf,
  refundOf,
  seatMapOf,
  soundObservations,
} from '../../support/histories.ts'
import { cancelCalls, oneBooking, paying, sentences, soundCalls } from '../../support/verdicts.ts'

const [hold, book, pay, look] = soundCalls()
if (!hold || !book || !pay || !look) throw new Error('a sale has four calls')
const ticketless = (change: Partial<Booking>): Booking =>
  bookingOf({ passengers: bookingOf().passengers.map((passenger) => ({ ...passenger, tickets: [] })), ...change })
const free = { seatMaps: [seatMapOf({ '12A': 'available' })] }
const expired = { ...free, ledger: [], mails: [mailOf({ template: 'booking-expired' })] }
const failed = oneBooking(ticketless({ status: 'expired', payments: [paymentOf({ status: 'failed' })] }))
const unpaid = oneBooking(ticketless({ status: 'expired', payments: [] }))
const openPay = (change: Parameters<typeof callOf>[0]) =>
  callOf({ operation: 'pay', method: 'POST', path: '/bookings/bkg_1/payments', key: 'k3', startedAtMs: 3000, ...change })
const declined = (declineCode: string) => openPay({ status: 402, body: { code: 'card_declined', paymentId: 'pay_1', declineCode } })
const release = callOf({ operation: 'release', method: 'DELETE', path: '/holds/hld_1', status: 204, startedAtMs: 5000 })
const readHold = (status: 'expired' | 'released' | 'active', startedAtMs: number) =>
  callOf({ operation: 'read hold', path: '/holds/hld_1', body: holdOf({ status }), startedAtMs })
const flightGone = callOf({
  user: 'admin',
  operation: 'cancel flight',
  method: 'POST',
  path: '/flights/flt_1/cancellation',
  startedAtMs: 100_000,
})
const holdsAtTheEnd = (change: Partial<ReturnType<typeof holdOf>>) => ({
  holds: [{ user: ADA.name, id: 'hld_1', atMs: 900_000, hold: holdOf(change) }],
})
const CAPTURED_LOST = /^I11: pay_1 was answered as captured, and is failed$/

/** On the flight that does not fly, with this much of the money back. */
function grounded(status: 'cancelled' | 'confirmed' | 'awaiting_payment', back: number): Partial<Observations> {
  const [booked] = bookingOf().flights
  if (!booked) throw new Error('a booking has a flight')
  const flights = [{ ...booked, flight: { ...booked.flight, status: 'cancelled' as const } }]
  if (status !== 'cancelled') return oneBooking(bookingOf({ status, flights }))
  const amount = { amountMinor: back, currency: 'INR' }
  const text = `BCDFGH SK 1 INR ${back / 100}.00`
  return {
    ...oneBooking(
      ticketless({
        status,
        flights,
        payments: [paymentOf({ status: back === 1000 ? 'refunded' : 'partially_refunded' })],
        refunds: [refundOf({ amount })],
      }),
    ),
    ...free,
    ledger: [chargeOf({ refundedMinor: back })],
    mails: [
      mailOf(),
      mailOf({ template: 'flight-cancelled', eventId: 'evt_2', text }),
      mailOf({ template: 'refund-succeeded', eventId: 'evt_3', text }),
    ],
  }
}

describe('what was acknowledged', () => {
  test.each<[string, RegExp, Call[], Partial<Observations>]>([
    [
      'a booking that was shown is gone',
      /^I11: bkg_1 was shown to its owner, and is not there any more$/,
      [hold, book],
      { bookings: [], ledger: [], mails: [], ...free },
    ],
    ['a payment that was answered 201 has failed', CAPTURED_LOST, [hold, book, pay], { ...failed, ...expired }],
    [
      'an approval that was answered 201 has failed',
      CAPTURED_LOST,
      [
        hold,
        book,
        openPay({ status: 202, body: paymentOf({ status: 'requires_action' }) }),
        callOf({
          operation: 'confirm 3-D Secure',
          method: 'POST',
          path: '/payments/pay_1/confirmation',
          key: 'k4',
          status: 201,
          body: paymentOf(),
          startedAtMs: 4000,
        }),
      ],
      { ...failed, ...expired },
    ],
    [
      'a payment that replayed 201 has failed',
      CAPTURED_LOST,
      [hold, book, { ...pay, answer: { status: 201, isReplayed: true, hasRetryAfter: false, body: paymentOf() } }],
      { ...failed, ...expired },
    ],
    [
      'a payment that was answered 202 is gone',
      /^I11: pay_1 was answered as processing, and is not there$/,
      [hold, book, openPay({ status: 202, hasRetryAfter: true, body: paymentOf({ status: 'processing' }) })],
      { ...unpaid, ...expired },
    ],
    [
      'a payment that was declined is gone',
      /^I11: pay_1 was answered as declined, and is not there$/,
      [hold, book, declined('expired_card')],
      { ...unpaid, ...expired },
    ],
    [
      'a card that was declined has paid',
      /^I11: pay_1 was answered as declined \(insufficient_funds\), and is captured$/,
      [hold, book, declined('insufficient_funds')],
      {},
    ],
    [
      'a hold that was granted is gone',
      /^I11: hld_1 was granted, and is not there any more$/,
      [hold, book, pay],
      { holds: [{ user: ADA.name, id: 'hld_1', atMs: 1, hold: null }] },
    ],
    [
      'a hold reads expired before its time',
      /^I11: hld_1 was granted until 1970-01-01T00:01:00\.000Z at least, and read expired \d+ ms before$/,
      [hold, readHold('expired', 4000)],
      holdsAtTheEnd({ status: 'expired' }),
    ],
    [
      'a hold reads released although nobody did',
      /^I11: hld_1 was granted until .*, and read released/,
      [hold, readHold('released', 4000)],
      holdsAtTheEnd({ status: 'released' }),
    ],
    [
      'a hold is refused as expired before its time',
      /^I11: hld_1 was granted until .*, and was refused with hold_expired/,
      [hold, callOf({ operation: 'book', sent: { holdId: 'hld_1' }, status: 409, body: { code: 'hold_expired' }, startedAtMs: 4000 })],
      {},
    ],
    [
      'an extension is refused as expired before its time',
      /^I11: hld_1 was granted until .*, and was refused with hold_expired/,
      [
        hold,
        callOf({ operation: 'extend', path: '/holds/hld_1/extension', status: 409, body: { code: 'hold_expired' }, startedAtMs: 4000 }),
      ],
      {},
    ],
    [
      'a payment is refused as expired before its time',
      /^I11: hld_1 was granted until .*, and was refused with booking_expired/,
      [hold, book, openPay({ status: 409, body: { code: 'booking_expired' } })],
      {},
    ],
    [
      'a released hold is active',
      /^I11: hld_1: its release was acknowledged, and it is active$/,
      [hold, release],
      holdsAtTheEnd({ expiresInSeconds: 0 }),
    ],
    ['a released hold was sold', /^I11: hld_1: its release was acknowledged, and it is consumed$/, [hold, release], {}],
    [
      'a cancelled booking is confirmed',
      /^I11: bkg_1: its cancellation was acknowledged, and it is confirmed$/,
      [...soundCalls(), ...cancelCalls()],
      {},
    ],
    [
      'a booking on a cancelled flight is confirmed',
      /^I11: bkg_1 is confirmed on a flight whose cancellation was acknowledged$/,
      [...soundCalls(), flightGone],
      grounded('confirmed', 0),
    ],
    [
      'a booking on a cancelled flight waits for its payment',
      /^I11: bkg_1 is awaiting_payment on a flight whose cancellation was acknowledged$/,
      [...soundCalls(), flightGone],
      grounded('awaiting_payment', 0),
    ],
    [
      'a hold on a cancelled flight is active',
      /^I11: hld_1 is active on a flight whose cancellation was acknowledged$/,
      [hold, flightGone],
      { ...holdsAtTheEnd({ expiresInSeconds: 0 }), bookings: [], ledger: [], mails: [], seatMaps: [] },
    ],
  ])('I11 — %s — is found', (_what, sentence, calls, change) => {
    // What goes back on its word also leaves its graph, and a payment without a call has no key.
    const found = sentences(calls, { ...soundObservations(), ...change }).filter((each) => each.startsWith('I11'))
    expect(found).toEqual([expect.stringMatching(sentence)])
  })

  test('I11 — a booking on a cancelled flight keeps a part of its money — is found with I3', () => {
    expect(sentences([...soundCalls(), flightGone], { ...soundObservations(), ...grounded('cancelled', 1000) })).toEqual([])
    expect(sentences([...soundCalls(), flightGone], { ...soundObservations(), ...grounded('cancelled', 600) })).toEqual([
      'I3: bkg_1 is cancelled and keeps 400 of its money, not 0',
      'I11: bkg_1 keeps 400 for a flight whose cancellation was acknowledged',
    ])
  })

  test('I11 — a try that was given up unasked turns out charged, and has its seats — is late money, and none', () => {
    for (const declineCode of ['not_attempted', 'not_charged', 'authentication_abandoned'])
      expect(sentences([hold, book, declined(declineCode)], soundObservations())).toEqual([])
  })

  test('I11 — a hold that reads expired after its time, or after its release was tried — is none', () => {
    const end = { ...soundObservations(), ...holdsAtTheEnd({ status: 'expired' }) }
    const tried = { ...release, answer: null, startedAtMs: 2000, endedAtMs: 2100 }
    const fault = { title: 'cut', feltAt: ['gateway' as const], fromMs: 2000, toMs: 2000 }
    expect(sentences([...paying(), hold, readHold('expired', 61_500)], end)).toEqual([])
    expect(sentences([...paying(), hold, tried, readHold('released', 4000)], end, [fault])).toEqual([
      expect.stringMatching(/^I7: hld_1 was released and later expired/),
    ])
    expect(
      sentences([...paying(), hold, tried, readHold('released', 4000)], { ...end, ...holdsAtTheEnd({ status: 'released' }) }, [fault]),
    ).toEqual([])
  })
})
