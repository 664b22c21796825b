import { describe, expect, test } from 'vitest'
import type { Call } from '../../../src/history/history.ts'
import type { Observations } from '../../../src/observe/observations.ts'
import { BEA, FLIGHT, bookingOf, callOf, mailOf, observationsWith, paymentOf, soundObservations } from '../../support/histories.ts'
import { oneBooking, paying, violated } from '../../support/verdicts.ts'

describe('a planted anomaly of the rest', () => {
  test('I6 and others — the integrity checks of a service find something — are reported in the row of their invariant', () => {
    const found = (name: string) => [{ service: 'bookings', name, violations: 2, sample: ['hld_1'] }]
    expect(violated(paying(), { ...soundObservations(), integrity: found('I6.outbox') })).toEqual(['I6'])
    expect(violated(paying(), { ...soundObservations(), integrity: found('I1.claims-and-tickets') })).toEqual(['I1'])
    expect(violated(paying(), { ...soundObservations(), integrity: found('unheard-of') })).toEqual(['I6'])
  })

  test('I7 — a cancelled booking waits for its payment again — is found; two looks at once are none', () => {
    const cancelled = callOf({ body: bookingOf({ status: 'cancelled' }), startedAtMs: 1000 })
    const later = (startedAtMs: number) => callOf({ body: bookingOf({ status: 'awaiting_payment' }), startedAtMs })
    const end = { ...soundObservations() }
    expect(violated([cancelled, later(2000)], end)).toContain('I7')
    expect(violated([cancelled, later(1000)], end)).not.toContain('I7')
  })

  test.each<[string, Call]>([
    ["another's name in an answer", callOf({ user: BEA.name, body: { data: [{ familyName: 'Zqada' }] } })],
    ["another's booking opens", callOf({ user: BEA.name, operation: 'snoop', status: 200, body: {} })],
    ["another's booking is admitted to exist", callOf({ user: BEA.name, operation: 'snoop', status: 403, body: {} })],
  ])('I8 — %s — is found', (_what, call) => {
    expect(violated([call], observationsWith())).toEqual(['I8'])
  })

  test("I8 — an e-mail with another's name — is found", () => {
    expect(violated([], observationsWith({ mails: [mailOf({ to: BEA.email })] }))).toContain('I8')
  })

  test('I9 — something is still under way after the patience — is found', () => {
    expect(violated([], observationsWith({ unsettled: ['pay_1 of bkg_1 is processing'] }))).toEqual(['I9'])
  })

  test.each<[string, Partial<Observations>]>([
    [
      'two e-mails of one fact',
      { mails: [mailOf(), mailOf({ headers: { ...mailOf().headers, 'message-id': '<evt_1.booking-confirmed.1@skyhold.example>' } })] },
    ],
    ['two confirmations of one booking', { mails: [mailOf(), mailOf({ eventId: 'evt_2' })] }],
    [
      'a confirmation of what nobody paid for',
      { mails: [mailOf()], ...oneBooking(bookingOf({ status: 'expired', payments: [paymentOf({ status: 'failed' })], passengers: [] })) },
    ],
    ['no confirmation', { mails: [] }],
    ['an e-mail to somebody else', { mails: [mailOf({ to: BEA.email, text: '' })] }],
  ])('I12 — %s — is found', (_what, change) => {
    expect(violated(paying(), { ...soundObservations(), ...change })).toContain('I12')
  })

  test.each<[string, unknown]>([
    ['a stack trace', { detail: 'Error: x\n    at pay (/srv/skyhold/pay.ts:12:3)' }],
    ['SQL', { detail: 'SELECT id FROM claims' }],
    ['the hash of a password', { hash: '$argon2id$v=19$m=1' }],
    ['a card number', { card: '4242 4242 4242 4242' }],
    ['an access token', { token: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.x' }],
  ])('I13 — %s in an answer — is found', (_what, body) => {
    expect(violated([callOf({ body })], observationsWith())).toEqual(['I13'])
  })

  test('I13 — a secret in an e-mail or a log — is found; ids, tickets and the answer of a login are none', () => {
    expect(violated([], observationsWith({ mails: [mailOf({ text: 'whsec_1' })] }))).toContain('I13')
    expect(violated([], observationsWith({ leakingLogLines: ['bookings-1 | …'] }))).toEqual(['I13'])
    const harmless = { requestId: '42424242-4242-4242-4242-424242424242', ticket: '9990000000001', flight: FLIGHT }
    const login = callOf({ operation: 'log in', body: { accessToken: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.x' } })
    expect(violated([callOf({ body: harmless }), login], observationsWith())).toEqual([])
  })
})
