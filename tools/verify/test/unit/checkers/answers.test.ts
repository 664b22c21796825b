import { describe, expect, test } from 'vitest'
import type { Felt } from '../../../src/history/events.ts'
import type { Call } from '../../../src/history/history.ts'
import { callOf, observationsWith } from '../../support/histories.ts'
import { sentences } from '../../support/verdicts.ts'

const broken = (...feltAt: Felt[]) => [{ title: 'broken', feltAt, fromMs: 500, toMs: 900 }]
const at = { startedAtMs: 1000 }
const found = (call: Call, ...feltAt: Felt[]) => sentences([call], observationsWith(), feltAt.length ? broken(...feltAt) : [])

describe('an answer', () => {
  test.each<[string, RegExp, Call]>([
    ['is lost', /^I10: read booking .* was lost \(ECONNRESET\), and nothing/, callOf({ ...at, isLost: true })],
    ['is 503', /^I10: read booking .* was answered 503, and nothing/, callOf({ ...at, status: 503 })],
    ['comes after its time', /^I10: read booking .* was answered after 11001 ms, and nothing/, callOf({ ...at, endedAtMs: 12_001 })],
    [
      'of a payment comes after its time',
      /^I10: pay .* was answered after 31001 ms, and nothing/,
      callOf({ ...at, operation: 'pay', status: 409, endedAtMs: 32_001 }),
    ],
  ])('that %s — is found, unless what is on its way was broken', (_what, sentence, call) => {
    expect(found(call)).toEqual([expect.stringMatching(sentence)])
    expect(found(call, 'bookings')).toEqual([])
    expect(found(call, 'gateway')).toEqual([])
    expect(found(call, 'identity', 'flights', 'notifications', 'broker', 'mail', 'webhooks')).toEqual([expect.stringMatching(sentence)])
  })

  test('that is 500 — is found whatever was broken', () => {
    const call = callOf({ ...at, status: 500, body: { requestId: 'req_1' } })
    expect(found(call, 'bookings')).toEqual([expect.stringMatching(/^I10: .* was answered 500 \(request req_1\)$/)])
  })

  test('of a payment has three times the time of another', () => {
    expect(found(callOf({ ...at, operation: 'pay', status: 409, endedAtMs: 31_000 }))).toEqual([])
    expect(found(callOf({ ...at, endedAtMs: 11_900 }))).toEqual([])
  })

  test.each<[string, string, Felt]>([
    ['a log-in', '/auth/login', 'identity'],
    ['a search', '/flights?from=DEL', 'flights'],
    ['the cancellation of a flight', '/flights/flt_1/cancellation', 'flights'],
    ['a seat map', '/flights/flt_1/seat-map', 'bookings'],
    ['an integrity run', '/integrity/runs', 'notifications'],
  ])('to %s — is excused by a fault of its own service alone', (_what, path, service) => {
    const call = callOf({ ...at, path, operation: 'search', status: 503 })
    const others = (['identity', 'flights', 'bookings', 'notifications'] as const).filter((each) => each !== service)
    expect(found(call, service)).toEqual([])
    if (path.startsWith('/integrity')) return
    expect(found(call, ...others)).toHaveLength(1)
  })

  test('to a payment is excused by the provider, that to a hold is not', () => {
    expect(found(callOf({ ...at, operation: 'pay', status: 503 }), 'provider')).toEqual([])
    expect(found(callOf({ ...at, operation: 'hold', path: '/holds', status: 503 }), 'provider')).toHaveLength(1)
  })

  test('is excused as long as a killed process takes to be back, and no longer', () => {
    expect(found(callOf({ startedAtMs: 20_800, status: 503 }), 'bookings')).toEqual([])
    expect(found(callOf({ startedAtMs: 21_000, status: 503 }), 'bookings')).toHaveLength(1)
  })
})

test('I10 — a process with much more memory at rest than before — is found; one that has grown a little is none', () => {
  const MiB = 1024 * 1024
  const grown = (afterBytes: number) =>
    sentences([], observationsWith({ memory: [{ process: 'bookings-1', beforeBytes: 100 * MiB, afterBytes }] }))
  expect(grown(351 * MiB)).toEqual(['I10: bookings-1 has 351 MiB of memory at rest and had 100 before'])
  expect(grown(350 * MiB)).toEqual([])
})
