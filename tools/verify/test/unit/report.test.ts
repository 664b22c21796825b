import { expect, test } from 'vitest'
import type { Verdict } from '../../src/checkers/index.ts'
import { readOptions } from '../../src/options.ts'
import { exitCodeOf } from '../../src/outcome.ts'
import { reportOf } from '../../src/report.ts'
import type { Trade } from '../../src/trade.ts'
import type { Verification } from '../../src/verify.ts'
import { historyWith } from '../support/histories.ts'
import { soundCalls } from '../support/verdicts.ts'

const TRADE: Trade = { bookings: 5, paid: 4, charges: 4, cancelled: 2, mails: 9 }
const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  id: 'I1',
  title: 'a seat has one owner',
  violations: [],
  looked: '3 seats',
  ...change,
})
const verificationOf = (change: Partial<Verification> = {}): Verification => ({
  options: readOptions(['--seed', 's', '--history', '/h'], 0),
  system: 'a stack',
  history: historyWith(soundCalls()),
  verdicts: [verdict()],
  trade: TRADE,
  isPrivate: true,
  historyFile: '/h',
  logs: null,
  ...change,
})
const lines = (change: Partial<Verification>) => reportOf(verificationOf(change)).split('\n')
const row = (change: Partial<Verdict>) => lines({ verdicts: [verdict(change)] }).find((line) => /^ {2}. I1/.test(line)) ?? ''
const violations = ['one', 'two', 'three', 'four', 'five', 'six']

test('report — a row — is marked by what was found and looked at', () => {
  expect(row({})).toMatch(/^ {2}✓ I1 .* 3 seats$/)
  expect(row({ violations })).toMatch(/^ {2}✗ I1 .* 6 VIOLATED; 3 seats$/)
  expect(row({ looked: '', unchecked: 'nobody knows' })).toMatch(/^ {2}– I1 .* not checked: nobody knows$/)
  expect(row({ unchecked: 'nobody knows' })).toMatch(/^ {2}✓ I1 .* 3 seats \(not all: nobody knows\)$/)
})

test('report — violations — are shown five at most, and named at the end', () => {
  const said = lines({ verdicts: [verdict({ violations })] })
  expect(said).toEqual(expect.arrayContaining(['           five', '           … and 1 more', 'VIOLATED: I1.']))
  expect(said).not.toContain('           six')
  expect(said.join()).not.toContain('Nothing was violated')
})

test('report — nothing violated — says what was not checked, and what there was to judge', () => {
  expect(lines({})).toEqual(
    expect.arrayContaining([
      'Nothing was violated.',
      'Trade: 5 bookings, 4 paid, 4 charges, 2 cancelled, 9 e-mails.',
      'Again: npm run verify -- --seed s --minutes 2 --users 16',
    ]),
  )
  expect(lines({ verdicts: [verdict({ unchecked: 'nobody knows' })] })).toEqual(
    expect.arrayContaining([
      'Nothing was violated; not checked, or not all of it: I1.',
      'NOT PROVED: I1 was not checked, or not all of it: nobody knows.',
    ]),
  )
})

test.each<[string, number, Partial<Verification>]>([
  ['all was checked and nothing violated', 0, {}],
  ['something was violated', 1, { verdicts: [verdict({ violations: ['one'] })] }],
  ['something was violated and something not checked', 1, { verdicts: [verdict({ violations: ['one'] }), verdict({ unchecked: 'x' })] }],
  ['something was not checked', 2, { verdicts: [verdict({ unchecked: 'x' })] }],
  ['nothing was charged', 2, { trade: { ...TRADE, charges: 0 } }],
  ['nothing was paid', 2, { trade: { ...TRADE, paid: 0 } }],
  ['nothing was cancelled', 2, { trade: { ...TRADE, cancelled: 0 } }],
  ['no e-mail came', 2, { trade: { ...TRADE, mails: 0 } }],
  ['nothing was booked', 2, { trade: { ...TRADE, bookings: 0 }, isPrivate: false }],
  [
    'something cannot be read of an installation of somebody else',
    0,
    { verdicts: [verdict({ unchecked: 'x' })], trade: { ...TRADE, cancelled: 0, charges: null }, isPrivate: false },
  ],
])('exit code — %s — is %i', (_what, code, change) => {
  expect(exitCodeOf(verificationOf(change))).toBe(code)
})
