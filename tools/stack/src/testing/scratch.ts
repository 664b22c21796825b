import { chmodSync, existsSync, mkdtempSync, statfsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Kept in memory by Linux. */
const MEMORY_FOLDER = '/dev/shm'
/** What three database servers, a broker and the stacks of two test files need together, and as much again. */
const BYTES_NEEDED = 6 * 1024 ** 3

/**
 * A new empty folder for all that a run of the tests writes, which is removed with it. In memory where that has room: no test cuts the power,
 * and each new database flushes its tables to the disk whatever the server is told.
 */
export function scratchFolder(memoryFolder = MEMORY_FOLDER, bytesNeeded = BYTES_NEEDED): string {
  const parent = bytesFree(memoryFolder) >= bytesNeeded ? memoryFolder : os.tmpdir()
  const folder = mkdtempSync(path.join(parent, 'skyhold-test-'))
  // Others may pass through, not look: a database server runs under an account of its own and has its data further down.
  chmodSync(folder, 0o711)
  return folder
}

function bytesFree(folder: string): number {
  if (!existsSync(folder)) return 0
  const { bavail, bsize } = statfsSync(folder)
  return Math.min(bavail * bsize, os.freemem())
}
