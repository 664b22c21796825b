import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Given by `npm test`: where all that a run writes is, and goes with it, also what a killed process has left. */
const parent = process.env.SKYHOLD_TEST_DIR ?? os.tmpdir()

const made = new Set<string>()

/** A new empty folder that is removed when the test process ends. */
export function tempDir(label = 'test'): string {
  if (made.size === 0) process.once('exit', removeAll)
  const folder = mkdtempSync(path.join(parent, `skyhold-${label}-`))
  // Others may pass through, not look: a database server runs under an account of its own and has its data further down.
  chmodSync(folder, 0o711)
  made.add(folder)
  return folder
}

function removeAll(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
}
