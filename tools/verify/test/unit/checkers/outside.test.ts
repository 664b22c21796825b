import { describe, expect, test } from 'vitest'
import type { Booking, Payment } from '@skyhold/contracts'
import type { Call } from '../../../src/history/history.ts'
import { heldSeats, unsettledBookings } from '../../../src/observe/unsettled.ts'
import {
  ADA,
  BEA,
  FLIGHT,
  bookingOf,
  callOf,
  holdOf,
  mailOf,
  observationsWith,
  paymentOf,
  refundOf,
  seatMapOf,
  soundObservations,
} from '../../support/histories.ts'
import { oneBooking, paying, sentences, violated } from '../../support/verdicts.ts'

test('I6 and others — the integrity checks of a service find something — are reported in the row of their invariant', () => {
  const found = (name: string) => [
    { service: 'bookings', name: 'I6.outbox', violations: 0, sample: [] },
    { service: 'bookings', name, violations: 2, sample: ['hld_1', 'hld_2', 'hld_3'] },
  ]
  const with_ = (name: string) => sentences(paying(), { ...soundObservations(), integrity: found(name) })
  expect(with_('I6.arrivals')).toEqual(['I6: bookings: its check I6.arrivals finds 2: hld_1; hld_2; …'])
  expect(with_('I1.claims-and-tickets')).toEqual(['I1: bookings: its check I1.claims-and-tickets finds 2: hld_1; hld_2; …'])
  expect(with_('unheard-of')).toEqual(['I6: bookings: its check unheard-of finds 2: hld_1; hld_2; …'])
})

describe('a way that is none, of', () => {
  const shows = (body: unknown, startedAtMs: number, change: Parameters<typeof callOf>[0] = {}) => callOf({ body, startedAtMs, ...change })
  const booking = (status: Booking['status']) => bookingOf({ status, payments: [] })
  const payment = (status: Payment['status']) => paymentOf({ status })
  const isI7 = (sentence: string) => sentence.startsWith('I7')

  test.each<[string, unknown, unknown, RegExp]>([
    [
      'a booking',
      booking('cancelled'),
      booking('awaiting_payment'),
      /^I7: bkg_1 was cancelled and later awaiting_payment, which is no way in its graph$/,
    ],
    ['a payment', payment('captured'), payment('processing'), /^I7: pay_1 was captured and later processing,/],
    ['a hold', holdOf({ status: 'expired' }), holdOf(), /^I7: hld_1 was expired and later active,/],
  ])('%s — is found; two looks at once are none, nor is a replay of what was', (_what, before, after, sentence) => {
    const found = (...calls: Call[]) => sentences(calls, observationsWith()).filter(isI7)
    expect(found(shows(before, 1000), shows(after, 2000))).toEqual([expect.stringMatching(sentence)])
    expect(found(shows(before, 1000), shows(after, 1000))).toEqual([])
    expect(found(shows(before, 1000), shows(after, 2000, { isReplayed: true }))).toEqual([])
  })

  test('what was read at the end — is found', () => {
    const looks = [shows(bookingOf({ status: 'expired', payments: [] }), 1000), shows(holdOf({ status: 'released' }), 1000)]
    const end = observationsWith({
      ...oneBooking(bookingOf({ status: 'awaiting_payment', payments: [] })),
      holds: [{ user: ADA.name, id: 'hld_1', atMs: 900_000, hold: holdOf({ expiresInSeconds: 0 }) }],
    })
    expect(sentences(looks, end).filter(isI7)).toEqual([
      expect.stringMatching(/^I7: bkg_1 was expired and later awaiting_payment/),
      expect.stringMatching(/^I7: hld_1 was released and later active/),
    ])
  })
})

describe('the doors of others', () => {
  test.each([200, 202, 400, 402, 403, 409, 412, 422])('I8 — one that answers %i — is found', (status) => {
    const snoop = callOf({ user: BEA.name, operation: 'snoop', status, body: {} })
    expect(sentences([snoop], observationsWith())).toEqual([
      `I8: p02 asked GET /bookings/bkg_1 of somebody else and was answered ${status}`,
    ])
  })

  test.each([404, 401, 429])('I8 — one that answers %i — is none', (status) => {
    expect(sentences([callOf({ user: BEA.name, operation: 'snoop', status })], observationsWith())).toEqual([])
  })

  test("I8 — another's name in an answer — is found; an administrator may see it", () => {
    const body = { data: [{ familyName: 'Zqada' }] }
    expect(sentences([callOf({ user: BEA.name, body })], observationsWith())).toEqual([
      'I8: p02 asked GET /bookings/bkg_1 and saw data of p01',
    ])
    expect(sentences([callOf({ user: 'admin', body })], observationsWith())).toEqual([])
  })

  test("I8 — an e-mail with another's name — is found", () => {
    const found = sentences(paying(), {
      ...soundObservations(),
      mails: [mailOf(), { ...mailOf({ template: 'booking-held', eventId: 'evt_2' }), text: `${mailOf().text} of ${BEA.canary}` }],
    })
    expect(found).toEqual([`I8: the e-mail "Your flight" to ${ADA.email} has data of p02`])
  })
})

describe('rest', () => {
  test('I9 — something is still under way after the patience — is found', () => {
    expect(sentences([], observationsWith({ unsettled: ['pay_1 of bkg_1 is processing'] }))).toEqual(['I9: pay_1 of bkg_1 is processing'])
  })

  test('I9 — a booking that waits for its payment long past its time — is found', () => {
    const waiting = (pastMs: number) =>
      oneBooking(
        bookingOf({ status: 'awaiting_payment', payments: [], passengers: [], expiresAt: new Date(1_000_000 - pastMs).toISOString() }),
      )
    expect(violated([], observationsWith(waiting(60_001)))).toEqual(['I9'])
    expect(sentences([], observationsWith(waiting(60_001)))).toEqual([
      expect.stringMatching(/^I9: bkg_1 waits for its payment, and its time was over at 1970/),
    ])
    expect(sentences([], observationsWith(waiting(59_000)))).toEqual([])
  })

  test.each<[string, Partial<Booking>, string[]]>([
    ['a booking that is being paid', { status: 'payment_processing', payments: [] }, ['bkg_1 is payment_processing']],
    ['a booking that waits for its refund', { status: 'cancellation_pending' }, ['bkg_1 is cancellation_pending']],
    ['a booking that waits for a person', { status: 'attention' }, ['bkg_1 is attention']],
    ['a payment that is open', { payments: [paymentOf({ status: 'unknown' })] }, ['pay_1 of bkg_1 is unknown']],
    ['a refund that is open', { refunds: [refundOf({ status: 'pending' })] }, ['rfd_1 of bkg_1 is pending']],
    ['a card that waits for its holder', { status: 'payment_processing', payments: [paymentOf({ status: 'requires_action' })] }, []],
    ['a sale', {}, []],
  ])('unsettled — %s — is said so', (_what, change, said) => {
    expect(unsettledBookings([bookingOf(change)])).toEqual(said)
  })

  test('unsettled — a seat that is held — is said so', () => {
    expect(heldSeats([seatMapOf({ '12A': 'sold', '12B': 'held', '12C': 'available' })])).toEqual([`seat ${FLIGHT} 12B is held`])
  })
})

describe('secrets', () => {
  test.each<[string, unknown]>([
    ['a stack trace', { detail: 'Error: x\n    at pay (/srv/skyhold/pay.ts:12:3)' }],
    ['a stack trace', { detail: 'at node:internal' }],
    ['a stack trace', { detail: 'in node_modules/x' }],
    ['SQL', { detail: 'SELECT id FROM claims' }],
    ['SQL', { detail: 'ER_DUP_ENTRY' }],
    ['SQL', { detail: 'a SequelizeError' }],
    ['the hash of a password', { hash: '$argon2id$v=19$m=1' }],
    ['the hash of a password', { hash: '$2b$10$x' }],
    ['the hash of a password', { hash: 'scrypt$16384$8$1$c2FsdA$aGFzaA' }],
    ['a key', { key: 'whsec_1' }],
    ['a key', { key: 'sk_live_1' }],
    ['a key', { key: '-----BEGIN PRIVATE KEY' }],
    ['a card number', { card: '4242 4242 4242 4242' }],
    ['an access token', { token: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.x' }],
    ['the token of a look-up', { token: 'bkt_0123456789' }],
  ])('I13 — %s in an answer — is found', (what, body) => {
    expect(sentences([callOf({ body })], observationsWith())).toEqual([`I13: the answer to GET /bookings/bkg_1 (200) has ${what}`])
  })

  test('I13 — a secret in an e-mail or a log — is found', () => {
    const mail = { ...mailOf(), text: `${mailOf().text} whsec_1` }
    expect(sentences(paying(), { ...soundObservations(), mails: [mail] })).toEqual([
      `I13: the e-mail "Your flight" to ${ADA.email} has a key`,
    ])
    expect(sentences([], observationsWith({ leakingLogLines: ['bookings-1 | …'] }))).toEqual(['I13: a log has a secret: bookings-1 | …'])
  })

  test('I13 — ids, tickets, a card number without its check digit and the answer of a login — are none', () => {
    const harmless = {
      requestId: '42424242-4242-4242-4242-424242424242',
      ticket: '9990000000001',
      card: '4242 4242 4242 4241',
      flight: FLIGHT,
    }
    const login = callOf({ operation: 'log in', body: { accessToken: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.x' } })
    const lookUp = callOf({ operation: 'look up', body: { accessToken: 'bkt_0123456789' } })
    expect(sentences([callOf({ body: harmless }), login, lookUp], observationsWith())).toEqual([])
  })
})
