import type { Booking } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import type { Call } from '../../../src/history/history.ts'
import type { Observations } from '../../../src/observe/observations.ts'
import {
  BEA,
  bookingOf,
  callOf,
  chargeOf,
  holdOf,
  mailOf,
  observationsWith,
  paymentOf,
  seatMapOf,
  soundObservations,
} from '../../support/histories.ts'
import { cancelCalls, oneBooking, paying, sentences, soundCalls } from '../../support/verdicts.ts'

const [hold, book, pay, look] = soundCalls()
if (!hold || !book || !pay || !look) throw new Error('a sale has four calls')
const rivalAt = (startedAtMs: number) =>
  callOf({ user: BEA.name, operation: 'hold', key: `at${startedAtMs}`, status: 201, body: holdOf({ id: 'hld_2' }), startedAtMs })
const [quote, confirm] = cancelCalls()

/** Both believe that the seat is theirs. */
const TWO_OWNERS = /^I1: seat flt_1 12A was (hld|bkg)_1's and hld_2's at /

describe('two owners of a seat at a time', () => {
  test.each<[string, Call[]]>([
    ['a hold of a seat whose hold has time left', [hold, rivalAt(20_000)]],
    [
      'a hold of a seat whose hold was lengthened',
      [
        hold,
        callOf({ operation: 'extend', method: 'POST', path: '/holds/hld_1/extension', body: holdOf(), startedAtMs: 50_000 }),
        rivalAt(80_000),
      ],
    ],
    ['a hold of a seat that was seen confirmed', [look, rivalAt(900_000)]],
    ['a hold of a seat whose payment was answered as captured', [book, pay, rivalAt(900_000)]],
    ['a hold of a seat that its owner has asked a quote for', [look, quote, rivalAt(300_000)]],
  ])('I1 — %s — is found', (_what, calls) => {
    expect(sentences([...paying(), ...calls], soundObservations())).toEqual([expect.stringMatching(TWO_OWNERS)])
  })

  test.each<[string, Call[]]>([
    ['after its time', [hold, rivalAt(62_000)]],
    [
      'after its owner began to release it',
      [hold, callOf({ operation: 'release', method: 'DELETE', path: '/holds/hld_1', isLost: true, startedAtMs: 19_000 }), rivalAt(20_000)],
    ],
    ['after its owner confirmed the cancellation', [look, quote, { ...confirm, answer: null }, rivalAt(300_000)]],
    [
      'after its flight was taken away',
      [
        look,
        callOf({ operation: 'cancel flight', method: 'POST', path: '/flights/flt_1/cancellation', isLost: true, startedAtMs: 19_000 }),
        rivalAt(20_000),
      ],
    ],
    [
      'after the seconds of the first call, of which a replay tells again',
      [
        { ...hold, answer: null },
        {
          ...hold,
          startedAtMs: 50_000,
          endedAtMs: 50_050,
          answer: { status: 201, isReplayed: true, hasRetryAfter: false, body: holdOf() },
        },
        rivalAt(62_000),
      ],
    ],
  ])('I1 — the same seat %s — is none', (_what, calls) => {
    const fault = { title: 'cut', feltAt: ['gateway' as const], fromMs: 0, toMs: 900_000 }
    expect(sentences([...paying(), ...calls], soundObservations(), [fault])).toEqual([])
  })
})

const twin: Booking = bookingOf({
  id: 'bkg_2',
  reference: 'GHJKLM',
  holdId: 'hld_2',
  payments: [paymentOf({ id: 'pay_2', bookingId: 'bkg_2' })],
})
const activeHold = (expiresInSeconds: number) => ({
  user: BEA.name,
  id: 'hld_2',
  atMs: 990_000,
  hold: holdOf({ id: 'hld_2', seat: '12B', expiresInSeconds }),
})
const holds = soundObservations().holds

describe('a planted anomaly of the seats at the end', () => {
  const payTwin = callOf({ operation: 'pay', method: 'POST', path: '/bookings/bkg_2/payments', key: 'k7', status: 202 })
  test.each<[string, RegExp, Partial<Observations>]>([
    [
      'two tickets for one seat',
      /^I1: seat flt_1 12A is on the tickets of bkg_1 and bkg_2$/,
      {
        bookings: [...oneBooking().bookings, ...oneBooking(twin).bookings],
        ledger: [chargeOf(), chargeOf({ id: 'ch_2', metadata: { bookingId: 'bkg_2', paymentId: 'pay_2' } })],
        mails: [mailOf(), mailOf({ reference: 'GHJKLM', eventId: 'evt_2' })],
      },
    ],
    [
      'a sold seat that the map shows as free',
      /^I1: seat flt_1 12A is on a ticket, and the seat map says available$/,
      { seatMaps: [seatMapOf({ '12A': 'available' })] },
    ],
    [
      'a sold seat without a ticket',
      /^I1: seat flt_1 12B is sold, and nobody has a ticket for it$/,
      { seatMaps: [seatMapOf({ '12A': 'sold', '12B': 'sold' })] },
    ],
    [
      'a held seat without a hold',
      /^I1: seat flt_1 12B is held, and nobody has a hold of it$/,
      { seatMaps: [seatMapOf({ '12A': 'sold', '12B': 'held' })] },
    ],
    [
      'a seat that is free although it has a hold',
      /^I1: seat flt_1 12B has an active hold, and the seat map says available$/,
      { holds: [...holds, activeHold(60)] },
    ],
  ])('I1 — %s — is found', (_what, sentence, change) => {
    expect(sentences([...paying(), payTwin], { ...soundObservations(), ...change })).toEqual([expect.stringMatching(sentence)])
  })

  test('I1 — a held seat with its hold, or a free one whose hold lapses just then — is none', () => {
    const held = { seatMaps: [seatMapOf({ '12A': 'sold', '12B': 'held' })], holds: [...holds, activeHold(60)] }
    expect(sentences(paying(), { ...soundObservations(), ...held })).toEqual([])
    expect(sentences(paying(), { ...soundObservations(), holds: [...holds, activeHold(10)] })).toEqual([])
  })
})

describe('the limit of holds', () => {
  const holdAt = (n: number, startedAtMs: number) =>
    callOf({ operation: 'hold', key: `h${n}`, status: 201, body: holdOf({ id: `hld_${n}`, seat: `2${n}C` }), startedAtMs })

  test('I1 — a fourth live hold of one person — is found; one after another has lapsed, was released or is being paid for is none', () => {
    const three = [holdAt(1, 1000), holdAt(2, 2000), holdAt(3, 3000)]
    const release = callOf({ operation: 'release', method: 'DELETE', path: '/holds/hld_2', status: 204, startedAtMs: 3500 })
    const booked = [
      callOf({ operation: 'book', status: 201, body: bookingOf({ status: 'awaiting_payment', payments: [] }), startedAtMs: 3200 }),
      { ...pay, startedAtMs: 3500, endedAtMs: 3600 },
    ]
    expect(sentences([...three, holdAt(4, 4000)], observationsWith())).toEqual([
      expect.stringMatching(/^I1: p01 had 4 live holds at 1970-01-01T00:00:04\.050Z, and may have 3$/),
    ])
    expect(sentences([...three, holdAt(4, 62_500)], observationsWith())).toEqual([])
    expect(sentences([...three, release, holdAt(4, 4000)], observationsWith())).toEqual([])
    expect(sentences([...three, ...booked, holdAt(4, 4000)], soundObservations())).toEqual([])
  })
})
