import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isProcessRunning } from './leftovers.ts'

/**
 * Between being found free and being listened on a port belongs to nobody, nor does that of a server that is being restarted, and merely trying whether
 * it is free takes it from whoever wants to listen just then. So whoever looks for one first makes a file for it, which only one can, and keeps it until his process ends.
 */
export class PortClaims {
  readonly #folder: string
  readonly #files = new Set<string>()
  #isOpen = false

  /** All processes that could meet have to have the same folder. */
  constructor(folder = path.join(os.tmpdir(), `skyhold-ports-${os.userInfo().username}`)) {
    this.#folder = folder
  }

  /** False when somebody has it. */
  take(port: number): boolean {
    if (!this.#isOpen) this.#open()
    const file = this.#fileOf(port)
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      // Not taken over at once: two could do so together.
      if (isAbandoned(file)) rmSync(file, { force: true })
      return false
    }
    this.#files.add(file)
    return true
  }

  release(port: number): void {
    const file = this.#fileOf(port)
    if (this.#files.delete(file)) rmSync(file, { force: true })
  }

  #open(): void {
    this.#isOpen = true
    mkdirSync(this.#folder, { recursive: true })
    process.once('exit', () => {
      for (const file of this.#files) rmSync(file, { force: true })
    })
  }

  #fileOf(port: number): string {
    return path.join(this.#folder, String(port))
  }
}

/** Its process was killed before it could tidy up. A file without a number is being written. */
function isAbandoned(file: string): boolean {
  try {
    const owner = Number(readFileSync(file, 'utf8'))
    return owner > 0 && !isProcessRunning(owner)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
