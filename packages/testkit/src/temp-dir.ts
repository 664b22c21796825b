import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const made = new Set<string>()

/** A new empty folder that is removed when the test process ends. */
export function tempDir(label = 'test'): string {
  if (made.size === 0) process.once('exit', removeAll)
  const folder = mkdtempSync(path.join(os.tmpdir(), `skyhold-${label}-`))
  // Others may pass through, not look: a database server runs under an account of its own and has its data further down.
  chmodSync(folder, 0o711)
  made.add(folder)
  return folder
}

function removeAll(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
}
