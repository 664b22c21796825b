import { randomBytes } from 'node:crypto'

/**
 * Names of what a test makes on a shared server carry the number of the test's process. A process that was killed cannot tidy up,
 * so the next one removes what belongs to processes that are gone.
 */
const PATTERN = /^skyhold_test_(\d+)_[0-9a-f]+$/

export const testName = (): string => `skyhold_test_${process.pid}_${randomBytes(5).toString('hex')}`

export function isLeftover(name: string, isRunning: (pid: number) => boolean = isProcessRunning): boolean {
  const pid = PATTERN.exec(name)?.[1]
  return pid !== undefined && !isRunning(Number(pid))
}

export function isProcessRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, under another account.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
