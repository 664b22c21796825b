import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { tempDir } from './temp-dir.ts'

export interface StopPlan<Name extends string = string> {
  /** The name of the checkpoint. */
  at: Name
  /** The first crossing unless told. */
  nth?: number
  /** SIGKILL unless told; SIGSTOP makes the process hang there. */
  signal?: 'SIGKILL' | 'SIGSTOP'
}

/** Processes that can be told, while they run, to end themselves at a checkpoint (stop-at.ts). */
export class StopPoints<Name extends string = string> {
  readonly #folder = tempDir('stop-at')

  /** The preload, for `node --import`. */
  static readonly preload = new URL('./stop-at.ts', import.meta.url).href

  /** What a process needs in its environment beside the preload, known by its id such as `bookings-1`. */
  envOf(id: string): { SKYHOLD_STOP_AT_FILE: string } {
    return { SKYHOLD_STOP_AT_FILE: this.#fileOf(id) }
  }

  /** The next crossing strikes, once: whoever is started in its place goes on. */
  arm(id: string, { at, nth = 1, signal = 'SIGKILL' }: StopPlan<Name>): void {
    writeFileSync(this.#fileOf(id), `${at}:${nth}:${signal}`)
  }

  /** Takes the plan back. */
  disarm(id: string): void {
    rmSync(this.#fileOf(id), { force: true })
  }

  hasStruck(id: string): boolean {
    return !existsSync(this.#fileOf(id))
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, id)
  }
}
