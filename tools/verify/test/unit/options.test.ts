import { expect, test } from 'vitest'
import { WITHOUT } from '../../../../services/bookings/test/support/weakened.ts'
import { GUARDS, readOptions } from '../../src/options.ts'

test('options — none — are two minutes of faults on a stack of its own, under a seed of the moment', () => {
  expect(readOptions([], 1_000_000)).toMatchObject({ url: null, minutes: 2, users: 16, faults: true, seed: 'lfls', without: [] })
})

test('options — an address — drives without faults', () => {
  expect(readOptions(['--url', 'http://127.0.0.1:8080/', '--seed', 'x'], 0)).toMatchObject({
    url: 'http://127.0.0.1:8080',
    faults: false,
    seed: 'x',
  })
})

test.each([
  ['a guard that nobody knows', ['--without', 'luck'], 'luck'],
  ['a guard away at an installation that runs', ['--url', 'http://x', '--without', 'idempotency'], '--without'],
  ['no number', ['--minutes', 'two'], '--minutes two'],
  ['one person, whom nobody meets', ['--users', '1'], '--users 1'],
  ['an address that is none', ['--url', 'here'], '--url here'],
  ['a database that nobody has', ['--database', 'oracle'], '--database oracle'],
  ['half a route', ['--route', 'DEL'], '--route DEL'],
])('options — %s — are refused with the name of the option', (_what, args, named) => {
  expect(() => readOptions(args, 0)).toThrow(named)
})

test('guards — that can be named — are known to the weakened bookings', () => {
  expect(Object.keys(WITHOUT)).toEqual(expect.arrayContaining([...GUARDS]))
})
