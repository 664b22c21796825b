import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { StateFile } from '../servers/state.ts'

/** Passwords and keys of one stack: made at its first start, the same ever after, readable for their owner alone. */
export class Secrets {
  readonly #file: StateFile<Record<string, string>>
  readonly #values: Record<string, string>

  constructor(folder: string) {
    this.#file = new StateFile(path.join(folder, 'secrets.json'))
    this.#values = this.#file.read() ?? {}
  }

  /** The secret of that name, made when it is asked for the first time. */
  get(name: string): string {
    const known = this.#values[name]
    if (known !== undefined) return known
    const made = randomBytes(24).toString('base64url')
    this.#values[name] = made
    this.#file.write(this.#values)
    return made
  }
}
