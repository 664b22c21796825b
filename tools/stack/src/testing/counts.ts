export interface Counts {
  passed: number
  failed: number
  skipped: number
}

export const countLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`

export interface Outcome {
  /** null: the run of the tests left none, because it crashed. */
  counts: Counts | null
  exitCode: number
  failedChecks: readonly string[]
  mysqlMissingReason: string | null
  redisMissingReason: string | null
}

/** The last lines of `npm test`, and whether it passed. Each failed check counts as one failure: a green count never stands under a red check. */
export function closingLines({ counts, exitCode, failedChecks, mysqlMissingReason, redisMissingReason }: Outcome): {
  lines: string[]
  passed: boolean
} {
  const lines: string[] = []
  if (failedChecks.length) lines.push(`FAILED: ${failedChecks.join(', ')}`)
  if (!counts) lines.push('The test run ended without a result; its messages are above.')
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 1, skipped: 0 }
  // Vitest fails runs that have no failed test, for instance when no file matched.
  const unexplained = exitCode !== 0 && failed === 0 ? 1 : 0
  const total = { passed, failed: failed + failedChecks.length + unexplained, skipped }
  lines.push(countLine(total))
  if (redisMissingReason !== null) lines.push(notRun('Redis', redisMissingReason))
  if (mysqlMissingReason !== null) lines.push(notRun('MySQL 9', mysqlMissingReason))
  return { lines, passed: total.failed === 0 }
}

const notRun = (what: string, reason: string): string => `NOT RUN: ${what} (${reason.replaceAll(/\s+/g, ' ')})`
