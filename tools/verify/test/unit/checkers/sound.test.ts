import { expect, test } from 'vitest'
import { checkAll } from '../../../src/checkers/index.ts'
import { historyWith, soundObservations } from '../../support/histories.ts'
import { soundCalls } from '../../support/verdicts.ts'

test('checkers — a sale in good order — find nothing, and all of them looked', () => {
  const verdicts = checkAll(historyWith(soundCalls()), soundObservations())
  expect(verdicts.flatMap(({ violations }) => violations)).toEqual([])
  expect(verdicts.filter(({ looked }) => looked === '')).toEqual([])
})

test('checkers — nothing but the gateway can be read — say what they have not looked at', () => {
  const blind = { ...soundObservations(), ledger: null, mails: null, integrity: null, leakingLogLines: null }
  const verdicts = checkAll(historyWith(soundCalls()), blind)
  expect(verdicts.flatMap(({ violations }) => violations)).toEqual([])
  expect(verdicts.filter(({ unchecked }) => unchecked).map(({ id }) => id)).toEqual(['I2', 'I6', 'I12', 'I13'])
})
