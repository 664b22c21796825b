import { describe, expect, test } from 'vitest'
import type { Call } from '../../../src/history/history.ts'
import type { Observations } from '../../../src/observe/observations.ts'
import { ADA, bookingOf, callOf, holdOf, observationsWith, paymentOf, soundObservations } from '../../support/histories.ts'
import { oneBooking, soundCalls, violated } from '../../support/verdicts.ts'

describe('a planted anomaly of the requests', () => {
  const hold = (startedAtMs: number, change: Parameters<typeof callOf>[0] = {}) =>
    callOf({ operation: 'hold', method: 'POST', path: '/holds', key: 'same', status: 201, body: holdOf(), startedAtMs, ...change })

  test.each<[string, Call[]]>([
    ['does two things', [hold(1000), hold(2000, { body: holdOf({ id: 'hld_2', seat: '14C' }) })]],
    ['is answered otherwise the second time', [hold(1000), hold(2000, { status: 409, body: { code: 'seat_unavailable' } })]],
    ['is done with another body too', [hold(1000), hold(2000, { sent: { other: true } })]],
  ])('I5 — a key that %s — is found', (_what, calls) => {
    expect(violated(calls, observationsWith())).toEqual(['I5'])
  })

  test('I5 — lost answers, "try again", a replay and a refused misuse — are none', () => {
    const calls = [
      hold(1000, { isLost: true }),
      hold(2000, { status: 409, body: { code: 'request_in_progress' }, hasRetryAfter: true }),
      hold(3000, { isReplayed: true }),
      hold(4000, { isReplayed: true }),
      hold(5000, { sent: { other: true }, status: 422, body: { code: 'idempotency_key_reused' } }),
    ]
    const fault = { title: 'cut', fromMs: 900, toMs: 1000 }
    expect(violated(calls, observationsWith(), [fault])).toEqual([])
  })

  test('I5 — more payments than keys, or two bookings of one hold — is found', () => {
    const failed = paymentOf({ id: 'pay_0', status: 'failed' })
    expect(violated(soundCalls(), { ...soundObservations(), ...oneBooking(bookingOf({ payments: [failed, paymentOf()] })) })).toEqual([
      'I5',
    ])
    const twin = bookingOf({ id: 'bkg_2', status: 'awaiting_payment', reference: 'GHJKLM', payments: [], passengers: [] })
    const bookings = [...oneBooking().bookings, ...oneBooking(twin).bookings]
    expect(violated(soundCalls(), { ...soundObservations(), bookings })).toEqual(['I5'])
  })

  test('I10 — lost, 503 or slow without a fault near — is found; a 500 always', () => {
    const near = [{ title: 'kill', fromMs: 500, toMs: 900 }]
    const pairs: [Call, string[]][] = [
      [callOf({ startedAtMs: 1000, isLost: true }), []],
      [callOf({ startedAtMs: 1000, status: 503 }), []],
      [callOf({ startedAtMs: 1000, endedAtMs: 15_000 }), []],
      [callOf({ startedAtMs: 1000, status: 500 }), ['I10']],
    ]
    for (const [call, underFault] of pairs) {
      expect(violated([call], observationsWith())).toEqual(['I10'])
      expect(violated([call], observationsWith(), near)).toEqual(underFault)
    }
  })

  test.each<[string, Partial<Observations>]>([
    ['a booking that was shown is gone', { bookings: [], ledger: [], seatMaps: [], mails: [] }],
    ['a payment that was answered as captured has failed', { ...oneBooking(bookingOf({ payments: [paymentOf({ status: 'failed' })] })) }],
    ['a hold that was granted is gone', { holds: [{ user: ADA.name, id: 'hld_1', hold: null }] }],
  ])('I11 — %s — is found', (_what, change) => {
    expect(violated(soundCalls(), { ...soundObservations(), ...change })).toContain('I11')
  })

  test('I11 — a cancellation that was acknowledged has not taken place — is found', () => {
    const quote = callOf({
      operation: 'quote cancellation',
      method: 'POST',
      path: '/bookings/bkg_1/cancellations',
      key: 'q',
      status: 201,
      body: { id: 'cxl_1' },
    })
    const cancel = callOf({ operation: 'cancel', method: 'POST', path: '/cancellations/cxl_1/confirmation', key: 'c', status: 200 })
    expect(violated([...soundCalls(), quote, cancel], soundObservations())).toEqual(['I11'])
  })
})
