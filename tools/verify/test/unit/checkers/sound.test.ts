import { expect, test } from 'vitest'
import { checkAll } from '../../../src/checkers/index.ts'
import { historyWith, soundObservations } from '../../support/histories.ts'
import { soundCalls } from '../../support/verdicts.ts'

test('checkers — a sale in good order — find nothing, and all of them looked', () => {
  const verdicts = checkAll(historyWith(soundCalls()), soundObservations())
  expect(verdicts.flatMap(({ violations }) => violations)).toEqual([])
  expect(verdicts.filter(({ looked }) => looked === '')).toEqual([])
  expect(verdicts.filter(({ unchecked }) => unchecked)).toEqual([])
})

const unchecked = (change: Partial<Parameters<typeof checkAll>[1]>, holdsPerUserMax: number | null = 3) => {
  const history = historyWith(soundCalls())
  const verdicts = checkAll({ ...history, run: { ...history.run, holdsPerUserMax } }, { ...soundObservations(), ...change })
  expect(verdicts.flatMap(({ violations }) => violations)).toEqual([])
  return verdicts.flatMap((verdict) => (verdict.unchecked ? [`${verdict.id}: ${verdict.unchecked}`] : []))
}
const OWN = "the services' own checks need an administrator"

test.each([
  [
    'without an administrator',
    { integrity: null },
    [
      `I1: ${OWN}`,
      `I2: ${OWN}`,
      `I3: ${OWN}`,
      `I4: ${OWN}`,
      `I6: needs an installation that checks itself (GET /integrity); ${OWN}`,
      `I7: ${OWN}`,
      `I9: ${OWN}`,
      `I12: ${OWN}`,
    ],
  ],
  ['without the simulator', { ledger: null }, ["I2: the provider's ledger is not known"]],
  [
    'without the mailbox',
    { mails: null },
    [
      'I8: the e-mails cannot be read from here',
      'I9: the e-mails cannot be read from here',
      'I12: the mailbox is not known',
      'I13: the e-mails cannot be read from here',
    ],
  ],
  ['without the outboxes', { outboxes: null }, ['I9: the outboxes cannot be read from here']],
  ['without the memory', { memory: null }, ['I10: the memory of the processes cannot be read from here']],
  ['without the logs', { leakingLogLines: null }, ['I13: the logs cannot be read from here']],
  [
    'a service that has not answered',
    {
      integrity: [
        ...(soundObservations().integrity ?? []),
        { service: 'bookings', name: 'I3.captured-money', violations: null, sample: [] },
      ],
    },
    ['I3: no result of bookings I3.captured-money'],
  ],
])('checkers — %s — say in each row what they have not looked at', (_what, change, rows) => {
  expect(unchecked(change)).toEqual(rows)
})

test('checkers — a limit of holds that nobody has said — is not checked', () => {
  expect(unchecked({}, null)).toEqual(['I1: how many holds a person may have is not known (HOLDS_PER_USER_MAX)'])
})
