import { describe, expect, test } from 'vitest'
import type { Call } from '../../../src/history/history.ts'
import { BEA, bookingOf, callOf, holdOf, observationsWith, paymentOf, seatMapOf, soundObservations } from '../../support/histories.ts'
import { oneBooking, paying, soundCalls, violated } from '../../support/verdicts.ts'

describe('a planted anomaly of the seats', () => {
  test('I1 — a hold of a seat whose hold has time left — is found', () => {
    const rival = callOf({ user: BEA.name, operation: 'hold', key: 'k9', status: 201, body: holdOf({ id: 'hld_2' }), startedAtMs: 20_000 })
    expect(
      violated(
        [soundCalls()[0], rival].filter((call) => call !== undefined),
        observationsWith(),
      ),
    ).toEqual(['I1'])
  })

  test('I1 — the same seat after its owner began to release it, or after its time — is none', () => {
    const [first] = soundCalls()
    const release = callOf({ operation: 'release', method: 'DELETE', path: '/holds/hld_1', status: 204, startedAtMs: 19_000 })
    const rivalAt = (startedAtMs: number) =>
      callOf({ user: BEA.name, operation: 'hold', key: `at${startedAtMs}`, status: 201, body: holdOf({ id: 'hld_2' }), startedAtMs })
    const listed = (...calls: (Call | undefined)[]) => calls.filter((call) => call !== undefined)
    expect(violated(listed(first, release, rivalAt(20_000)), observationsWith())).toEqual([])
    expect(violated(listed(first, rivalAt(62_000)), observationsWith())).toEqual([])
  })

  test('I1 — a seat that was paid for is granted to another — is found, whatever its time', () => {
    const rival = callOf({ user: BEA.name, operation: 'hold', key: 'k9', status: 201, body: holdOf({ id: 'hld_2' }), startedAtMs: 900_000 })
    expect(violated([...soundCalls(), rival], soundObservations())).toEqual(['I1'])
  })

  test.each([
    [
      'two tickets for one seat',
      {
        bookings: [
          ...oneBooking().bookings,
          ...oneBooking(
            bookingOf({ id: 'bkg_2', reference: 'GHJKLM', holdId: 'hld_2', payments: [paymentOf({ id: 'pay_2', bookingId: 'bkg_2' })] }),
          ).bookings,
        ],
        seatMaps: [],
      },
    ],
    ['a sold seat that the map shows as free', { seatMaps: [seatMapOf({ '12A': 'available' })] }],
    ['a sold seat without a ticket', { seatMaps: [seatMapOf({ '12A': 'sold', '12B': 'sold' })] }],
  ])('I1 — %s — is found', (_what, change) => {
    expect(violated(paying(), { ...soundObservations(), ...change })).toContain('I1')
  })
})
