import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A small JSON file that only its owner may read: ports, process marks and passwords of one server. */
export class StateFile<T extends object> {
  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  read(): T | null {
    if (!existsSync(this.file)) return null
    return JSON.parse(readFileSync(this.file, 'utf8')) as T
  }

  /** Written beside and renamed, so that a reader never meets half a file. */
  write(state: T): void {
    writePrivate(this.file, `${JSON.stringify(state, null, 2)}\n`)
  }
}

/** Writes a file of mode 600 in one step. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}`
  writeFileSync(beside, text, { mode: 0o600 })
  chmodSync(beside, 0o600)
  renameSync(beside, file)
}
