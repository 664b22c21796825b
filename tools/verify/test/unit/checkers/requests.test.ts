import { describe, expect, test } from 'vitest'
import type { Call } from '../../../src/history/history.ts'
import { bookingOf, callOf, holdOf, observationsWith, paymentOf, soundObservations } from '../../support/histories.ts'
import { oneBooking, sentences, soundCalls } from '../../support/verdicts.ts'

const fault = { title: 'cut', feltAt: ['gateway' as const], fromMs: 900, toMs: 1000 }
const hold = (startedAtMs: number, change: Parameters<typeof callOf>[0] = {}) =>
  callOf({ operation: 'hold', method: 'POST', path: '/holds', key: 'same', status: 201, body: holdOf(), startedAtMs, ...change })
const pay = (startedAtMs: number, change: Parameters<typeof callOf>[0] = {}) =>
  callOf({
    operation: 'pay',
    method: 'POST',
    path: '/bookings/bkg_1/payments',
    key: 'same',
    status: 201,
    body: paymentOf(),
    startedAtMs,
    ...change,
  })
const again = { isReplayed: true }
const declined = (paymentId: string) => ({ status: 402, body: { code: 'card_declined', paymentId, declineCode: 'not_charged' } })
const accepted = { status: 202, hasRetryAfter: true, body: paymentOf({ status: 'processing' }) }

/** With the booking, where it was paid for. */
const endOf = (calls: readonly Call[]) => observationsWith(calls.some(({ operation }) => operation === 'pay') ? oneBooking() : {})

describe('a key that', () => {
  test.each<[string, RegExp, Call[]]>([
    [
      'does two things',
      /answered 201 hld_1, and later 201 hld_2$/,
      [hold(1000), hold(2000, { ...again, body: holdOf({ id: 'hld_2', seat: '14C' }) })],
    ],
    [
      'does two things at once',
      /answered 201 hld_1, and at the same time 201 hld_2$/,
      [hold(1000), hold(1020, { body: holdOf({ id: 'hld_2', seat: '14C' }) })],
    ],
    [
      'is refused the second time',
      /answered 201 hld_1, and later 409 seat_unavailable$/,
      [hold(1000), hold(2000, { status: 409, body: { code: 'seat_unavailable' } })],
    ],
    [
      'is done with another body too',
      /: two different requests were both answered as done$/,
      [hold(1000), hold(2000, { ...again, sent: { other: true } })],
    ],
    ['is repeated and does not say so', /answered 201 hld_1, and the repeat does not say that it is one$/, [hold(1000), hold(2000)]],
    [
      'pays another amount',
      /answered 201 pay_1, and later 201 pay_1$/,
      [pay(1000), pay(2000, { ...again, body: paymentOf({ amount: { amountMinor: 1, currency: 'INR' } }) })],
    ],
    [
      'is declined for another payment',
      /answered 402 card_declined pay_0, and later 402 card_declined pay_9$/,
      [pay(1000, declined('pay_0')), pay(2000, { ...again, ...declined('pay_9') })],
    ],
    [
      'is accepted and then has another payment',
      /answered 202 pay_1, and later 201 pay_2$/,
      [pay(1000, accepted), pay(2000, { ...again, body: paymentOf({ id: 'pay_2' }) })],
    ],
    ['is captured and then only accepted', /answered 201 pay_1, and later 202 pay_1$/, [pay(1000), pay(2000, { ...again, ...accepted })]],
    [
      'is accepted and then is of no booking',
      /answered 202 pay_1, and later 404 booking_not_found$/,
      [pay(1000, accepted), pay(2000, { status: 404, body: { code: 'booking_not_found' } })],
    ],
    [
      'is accepted and then expired',
      /answered 202 pay_1, and later 409 booking_expired$/,
      [pay(1000, accepted), pay(2000, { ...again, status: 409, body: { code: 'booking_expired' } })],
    ],
    [
      'opens the door of another twice',
      /^I5: snoop by p01 under key same: it was answered 422 unheard_of, and the repeat/,
      [1000, 2000].map((atMs) => hold(atMs, { operation: 'snoop', status: 422, body: { code: 'unheard_of' } })),
    ],
  ])('%s — is found by I5', (_what, sentence, calls) => {
    const found = sentences(calls, endOf(calls)).filter((each) => each.startsWith('I5'))
    expect(found).toEqual([expect.stringMatching(sentence)])
  })

  test.each<[string, Call[]]>([
    [
      'has lost answers, "try again", replays and a refused misuse',
      [
        hold(1000, { isLost: true }),
        hold(2000, { status: 409, body: { code: 'request_in_progress' }, hasRetryAfter: true }),
        hold(3000, again),
        hold(4000, { ...again, body: holdOf() }),
        ...[401, 429, 503].map((status) => hold(4500, { status })),
        hold(5000, { sent: { other: true }, status: 422, body: { code: 'idempotency_key_reused' } }),
      ],
    ],
    ['is refused for the moment, and then done', [hold(1000, { status: 409, body: { code: 'seat_unavailable' } }), hold(2000)]],
    ['is answered twice at once, one of them a replay', [hold(1000), hold(1020, again)]],
    ['is accepted, shown again and captured', [pay(1000, accepted), pay(2000, { ...accepted, ...again }), pay(3000, again)]],
    ['is captured while it is accepted', [pay(1000), pay(1020, { ...accepted, ...again })]],
    [
      'is declined again, under another number',
      [
        pay(1000, { status: 402, body: { ...declined('pay_1').body, requestId: 'a' } }),
        pay(2000, { ...again, status: 402, body: { ...declined('pay_1').body, requestId: 'b' } }),
      ],
    ],
  ])('%s — is none', (_what, calls) => {
    const found = sentences(calls, endOf(calls), [fault]).filter((each) => each.startsWith('I5'))
    expect(found).toEqual([])
  })
})

test('I5 — more payments than keys, or two bookings of one hold — is found', () => {
  const failed = paymentOf({ id: 'pay_0', status: 'failed' })
  expect(sentences(soundCalls(), { ...soundObservations(), ...oneBooking(bookingOf({ payments: [failed, paymentOf()] })) })).toEqual([
    'I5: bkg_1 has 2 payments, made under 1 key',
  ])
  const twin = bookingOf({ id: 'bkg_2', status: 'awaiting_payment', reference: 'GHJKLM', payments: [], passengers: [] })
  const bookings = [...oneBooking().bookings, ...oneBooking(twin).bookings]
  expect(sentences(soundCalls(), { ...soundObservations(), bookings })).toEqual(['I5: hld_1 was booked 2 times: bkg_1, bkg_2'])
})
