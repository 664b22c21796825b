import { expect, test } from 'vitest'
import { closingLines, countLine } from '../../src/testing/counts.ts'

const GREEN = {
  counts: { passed: 12, failed: 0, skipped: 0 },
  exitCode: 0,
  failedChecks: [],
  mysqlMissingReason: null,
  redisMissingReason: null,
}

test('countLine — skipped tests — are told of only when there are any', () => {
  expect(countLine({ passed: 3, failed: 1, skipped: 0 })).toBe('3 passed, 1 failed')
  expect(countLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
})

test('closingLines — all is well — the counts alone, and it passed', () => {
  expect(closingLines(GREEN)).toEqual({ lines: ['12 passed, 0 failed'], passed: true })
})

test('closingLines — MySQL could not be had — the very last line says so, and it passed', () => {
  const { lines, passed } = closingLines({ ...GREEN, mysqlMissingReason: 'apt-get failed:\n  no network' })
  expect(lines).toEqual(['12 passed, 0 failed', 'NOT RUN: MySQL 9 (apt-get failed: no network)'])
  expect(passed).toBe(true)
})

test('closingLines — Redis could not be had — the last line says so, and it passed', () => {
  const { lines, passed } = closingLines({ ...GREEN, redisMissingReason: 'installing it takes root' })
  expect(lines).toEqual(['12 passed, 0 failed', 'NOT RUN: Redis (installing it takes root)'])
  expect(passed).toBe(true)
})

test('closingLines — lint failed — counts as a failure although every test passed', () => {
  expect(closingLines({ ...GREEN, failedChecks: ['lint'] })).toEqual({ lines: ['FAILED: lint', '12 passed, 1 failed'], passed: false })
})

test.each([
  ['vitest crashed', { counts: null, exitCode: 134 }],
  ['vitest failed without a failed test', { exitCode: 1 }],
  ['tests failed', { counts: { passed: 1, failed: 2, skipped: 0 }, exitCode: 1 }],
])('closingLines — %s — it did not pass', (_what, change) => {
  const { lines, passed } = closingLines({ ...GREEN, ...change })
  expect(passed).toBe(false)
  expect(lines.at(-1)).not.toContain(' 0 failed')
})
