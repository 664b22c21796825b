import { describe, expect, test } from 'vitest'
import type { Booking } from '@skyhold/contracts'
import { missingMails } from '../../../src/checkers/mails.ts'
import type { Felt } from '../../../src/history/events.ts'
import type { Mail, Observations } from '../../../src/observe/observations.ts'
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

const ticketless = (change: Partial<Booking>): Booking =>
  bookingOf({ passengers: bookingOf().passengers.map((passenger) => ({ ...passenger, tickets: [] })), ...change })
const free = { seatMaps: [seatMapOf({ '12A': 'available' })] }
const withMails = (...mails: Mail[]): Observations => ({ ...soundObservations(), mails })
const other = (template: string, eventId = 'evt_2') => mailOf({ template, eventId })
const refundMail = other('refund-succeeded', 'evt_8')
const paid = mailOf()
const unpaid = (status: 'expired' | 'awaiting_payment', ...mails: Mail[]): Observations => ({
  ...soundObservations(),
  ...oneBooking(ticketless({ status, payments: [paymentOf({ status: 'failed' })] })),
  ...free,
  ledger: [],
  mails,
})
/** Cancelled and paid back in full. */
function cancelled({ isGrounded = false }: { isGrounded?: boolean }, ...mails: Mail[]): Observations {
  const [booked] = bookingOf().flights
  if (!booked) throw new Error('a booking has a flight')
  const flights = isGrounded ? [{ ...booked, flight: { ...booked.flight, status: 'cancelled' as const } }] : [booked]
  return {
    ...soundObservations(),
    ...oneBooking(ticketless({ status: 'cancelled', flights, payments: [paymentOf({ status: 'refunded' })], refunds: [refundOf()] })),
    ...free,
    ledger: [chargeOf({ refundedMinor: 1000 })],
    mails,
  }
}
const late = (...mails: Mail[]): Observations => ({
  ...unpaid('expired', ...mails),
  ...oneBooking(ticketless({ status: 'expired', payments: [paymentOf({ status: 'refunded' })], refunds: [refundOf()] })),
  ledger: [chargeOf({ refundedMinor: 1000 })],
})
const saying = (text: string) => ({ ...paid, text })
const without = (words: string) => saying((paid.text ?? '').replace(words, ''))

describe('a planted anomaly of the e-mails', () => {
  test.each<[string, RegExp, Observations]>([
    ['none', /^I12: bkg_1 is confirmed and has 0 e-mails booking-confirmed, not 1$/, withMails()],
    [
      'two confirmations',
      /^I12: bkg_1 is confirmed and has 2 e-mails booking-confirmed, not 1$/,
      withMails(paid, mailOf({ eventId: 'evt_2' })),
    ],
    [
      'two reminders',
      /^I12: bkg_1 is confirmed and has 2 e-mails booking-held, not 1$/,
      withMails(paid, other('booking-held'), other('booking-held', 'evt_3')),
    ],
    [
      'a confirmation of what nobody paid for',
      /^I12: bkg_1 is expired and has 1 e-mail booking-confirmed, not 0$/,
      unpaid('expired', paid, other('booking-expired')),
    ],
    ['none of the expiry', /^I12: bkg_1 is expired and has 0 e-mails booking-expired, not 1$/, unpaid('expired')],
    [
      'two of the expiry',
      /^I12: bkg_1 is expired and has 2 e-mails booking-expired, not 1$/,
      unpaid('expired', other('booking-expired'), other('booking-expired', 'evt_3')),
    ],
    [
      'an expiry of what is confirmed',
      /^I12: bkg_1 is confirmed and has 1 e-mail booking-expired, not 0$/,
      withMails(paid, other('booking-expired')),
    ],
    [
      'a cancellation of what is confirmed',
      /^I12: bkg_1 is confirmed and has 1 e-mail booking-cancelled, not 0$/,
      withMails(paid, other('booking-cancelled')),
    ],
    [
      'a cancelled flight of what is confirmed',
      /^I12: bkg_1 is confirmed and has 1 e-mail flight-cancelled, not 0$/,
      withMails(paid, other('flight-cancelled')),
    ],
    [
      'a refund that was not made',
      /^I12: bkg_1 is confirmed and has 1 e-mail refund-succeeded over another amount, not 0$/,
      withMails(paid, refundMail),
    ],
    [
      'a return that was not made',
      /^I12: bkg_1 is confirmed and has 1 e-mail payment-returned over another amount, not 0$/,
      withMails(paid, other('payment-returned')),
    ],
    [
      'no refund',
      /^I12: bkg_1 is expired and has 0 e-mails refund-succeeded over INR 10\.00, not 1$/,
      late(other('booking-expired'), other('payment-returned', 'evt_3')),
    ],
    [
      'two of one refund',
      /^I12: bkg_1 is expired and has 2 e-mails refund-succeeded over INR 10\.00, not 1$/,
      late(other('booking-expired'), other('payment-returned', 'evt_3'), refundMail, other('refund-succeeded', 'evt_9')),
    ],
    [
      'no return of late money',
      /^I12: bkg_1 is expired and has 0 e-mails payment-returned over INR 10\.00, not 1$/,
      late(other('booking-expired'), refundMail),
    ],
    [
      'a cancelled flight without an e-mail',
      /^I12: bkg_1 is cancelled and has 0 e-mails flight-cancelled, not 1$/,
      cancelled({ isGrounded: true }, paid, refundMail),
    ],
    [
      'a cancelled flight told by both',
      /^I12: bkg_1 is cancelled and has 1 e-mail booking-cancelled, not 0$/,
      cancelled({ isGrounded: true }, paid, refundMail, other('flight-cancelled'), other('booking-cancelled', 'evt_3')),
    ],
    ['no cancellation', /^I12: bkg_1 is cancelled and has 0 e-mails booking-cancelled, not 1$/, cancelled({}, paid, refundMail)],
    [
      'another amount',
      /^I12: booking-confirmed of bkg_1 does not say "INR 10\.00"$/,
      withMails(saying((paid.text ?? '').replace('10.00', '9.00'))),
    ],
    ['another seat', /^I12: booking-confirmed of bkg_1 does not say "seat 12A"$/, withMails(without('seat 12A'))],
    ['another flight', /^I12: booking-confirmed of bkg_1 does not say "SK 1"$/, withMails(without('SK 1'))],
    ['another reference', /^I12: booking-confirmed of bkg_1 does not say "BCDFGH"$/, withMails(without('BCDFGH'))],
    ['another passenger', /^I12: booking-confirmed of bkg_1 does not say "Vera Zqada"$/, withMails(without('Vera Zqada'))],
    ['another ticket', /^I12: booking-confirmed of bkg_1 does not say "9990000000001"$/, withMails(without('9990000000001'))],
    [
      'HTML without the reference',
      /^I12: booking-confirmed of bkg_1 does not say its reference as HTML$/,
      withMails({ ...paid, html: null }),
    ],
    [
      'no ticket attached',
      /^I12: booking-confirmed of bkg_1 has nothing attached that is application\/pdf$/,
      withMails({ ...paid, attachments: paid.attachments.slice(1) }),
    ],
    [
      'an empty calendar',
      /^I12: booking-confirmed of bkg_1 has nothing attached that is text\/calendar$/,
      withMails({
        ...paid,
        attachments: [
          { contentType: 'application/pdf', size: 1 },
          { contentType: 'text/calendar', size: 0 },
        ],
      }),
    ],
    [
      'two e-mails of one fact',
      /^I12: verify\.zqada@example\.com got 2 e-mails welcome of evt_5$/,
      withMails(paid, ...['welcome', 'welcome.1'].map((name) => account(name))),
    ],
    [
      'a cancellation over another amount',
      /^I12: booking-cancelled of bkg_1 does not say "INR 10\.00"$/,
      cancelled({}, paid, refundMail, { ...other('booking-cancelled'), text: 'BCDFGH SK 1 INR 9.00' }),
    ],
    [
      'a cancellation without a calendar',
      /^I12: booking-cancelled of bkg_1 has nothing attached that is text\/calendar$/,
      cancelled({}, paid, refundMail, { ...other('booking-cancelled'), attachments: [] }),
    ],
    [
      'a reminder of another seat',
      /^I12: booking-held of bkg_1 does not say "seat 12A"$/,
      withMails(paid, { ...without('seat 12A'), headers: other('booking-held').headers }),
    ],
    [
      'an account with a booking',
      /^I12: the e-mail "Your flight" to .* has not the headers of any of ours$/,
      withMails(paid, other('welcome')),
    ],
    [
      'two facts in its headers',
      /^I12: the e-mail "Your flight" to .* has not the headers of any of ours$/,
      withMails(paid, { ...other('booking-held'), headers: { ...other('booking-held').headers, 'x-skyhold-event-id': 'evt_9' } }),
    ],
    [
      'an unknown template',
      /^I12: the e-mail "Your flight" to .* has not the headers of any of ours$/,
      withMails(paid, other('good-news')),
    ],
    ['no headers', /^I12: the e-mail "Your flight" to .* has not the headers of any of ours$/, withMails(paid, { ...paid, headers: {} })],
    [
      'a booking that nobody has',
      /^I12: booking-held to .* is about GHJKLM, and nobody has that booking$/,
      withMails(paid, mailOf({ template: 'booking-held', eventId: 'evt_2', reference: 'GHJKLM' })),
    ],
    [
      'another address',
      /^I12: booking-confirmed of bkg_1 went to elsewhere@example\.com and not to /,
      withMails({ ...paid, to: 'elsewhere@example.com', text: paid.text }),
    ],
  ])('I12 — %s — is found', (_what, sentence, observations) => {
    const found = sentences(paying(), observations).filter((each) => !each.startsWith('I8'))
    expect(found).toEqual([expect.stringMatching(sentence)])
  })

  function account(name: string): Mail {
    return { ...paid, headers: { 'message-id': `<evt_5.${name}@skyhold.example>`, 'x-skyhold-event-id': 'evt_5' } }
  }

  test('I12 — a copy under one Message-ID — is found, unless what sends them was broken', () => {
    const copied = { ...soundObservations(), mailCopies: 1 }
    const broken = (feltAt: Felt) => [{ title: 'broken', feltAt: [feltAt], fromMs: 0, toMs: 1 }]
    const found = ['I12: 1 e-mail came twice under one Message-ID, and nothing was broken that sends them']
    expect(sentences(soundCalls(), copied)).toEqual(found)
    expect(sentences(soundCalls(), copied, broken('broker'))).toEqual(found)
    expect(sentences(soundCalls(), copied, broken('mail'))).toEqual([])
    expect(sentences(soundCalls(), copied, broken('notifications'))).toEqual([])
  })

  test("I12 — the owner's cancellation is told as his own, though the flight was cancelled afterwards", () => {
    const calls = [...soundCalls(), ...cancelCalls()]
    const told = (template: string) => sentences(calls, cancelled({ isGrounded: true }, paid, refundMail, other(template)))
    expect(told('booking-cancelled')).toEqual([])
    expect(told('flight-cancelled')).toEqual([
      'I12: bkg_1 is cancelled and has 0 e-mails booking-cancelled, not 1',
      'I12: bkg_1 is cancelled and has 1 e-mail flight-cancelled, not 0',
    ])
  })

  test('I12 — both tried to cancel and nobody knows who was first — it is told once, either way', () => {
    const calls = [...soundCalls(), ...cancelCalls({ isLost: true })]
    const fault = { title: 'cut', feltAt: ['gateway' as const], fromMs: 0, toMs: 900_000 }
    const told = (...templates: string[]) =>
      sentences(calls, cancelled({ isGrounded: true }, paid, refundMail, ...templates.map((name, i) => other(name, `evt_1${i}`))), [fault])
    expect(told('booking-cancelled')).toEqual([])
    expect(told('flight-cancelled')).toEqual([])
    expect(told()).toEqual(['I12: bkg_1 is cancelled and has 0 e-mails booking-cancelled or flight-cancelled, not 1'])
    expect(told('booking-cancelled', 'flight-cancelled')).toEqual([
      'I12: bkg_1 is cancelled and has 2 e-mails booking-cancelled or flight-cancelled, not 1',
    ])
  })

  test('I12 — what was confirmed for long and is cancelled now — had its confirmation; what was cancelled at once may have been overtaken', () => {
    const calls = [...soundCalls(), ...cancelCalls()]
    const soon = [...soundCalls(), ...cancelCalls().map((call) => ({ ...call, startedAtMs: 5000, endedAtMs: 5050 }))]
    const end = cancelled({}, refundMail, other('booking-cancelled'))
    expect(sentences(calls, end)).toEqual(['I12: bkg_1 is cancelled and has 0 e-mails booking-confirmed, not 1'])
    expect(sentences(soon, end)).toEqual([])
  })

  test('I12 — a refund that had succeeded and was sent back — was told of, and need not be told of if it never succeeded', () => {
    const back = {
      ...soundObservations(),
      ...oneBooking(bookingOf({ refunds: [refundOf({ status: 'needs_attention', amount: { amountMinor: 400, currency: 'INR' } })] })),
    }
    expect(sentences(paying(), { ...back, mails: [paid, { ...refundMail, text: 'BCDFGH INR 4.00' }] })).toEqual([])
    expect(sentences(paying(), back)).toEqual([])
  })

  test('I12 — a booking that expired and was revived by late money, under a new hold — may have been told of both', () => {
    const before = callOf({ body: ticketless({ status: 'expired', holdId: 'hld_0', payments: [] }), startedAtMs: 500 })
    expect(sentences([...paying(), before], withMails(paid, other('booking-expired')))).toEqual([])
  })
})

test('missing e-mails — are those that must still come', () => {
  const history = historyWith([])
  const expired = ticketless({ status: 'expired', payments: [] })
  expect(missingMails(history, { mails: [], bookings: [bookingOf()] })).toEqual([
    'the e-mail booking-confirmed of bkg_1 (confirmed) has not come',
  ])
  expect(missingMails(history, { mails: [], bookings: [expired] })).toEqual(['the e-mail booking-expired of bkg_1 (expired) has not come'])
  expect(missingMails(history, { mails: [paid], bookings: [bookingOf()] })).toEqual([])
  expect(missingMails(history, { mails: null, bookings: [expired] })).toEqual([])
})
