import { HashingQueue } from '../../src/services/hashing-queue.ts'

/** Holds what follows a hash back, as a full queue or a slow machine does: between the look at a password and what it opens, anything may happen. */
export class GatedQueue extends HashingQueue {
  #gate: Promise<void> | null = null
  held = 0

  constructor() {
    super({ concurrency: 2, waitingMax: 256 })
  }

  override async run<T>(work: () => Promise<T>): Promise<T> {
    const gate = this.#gate
    const result = await super.run(work)
    if (gate) {
      this.held += 1
      await gate
    }
    return result
  }

  /** Hashes that begin from now until `admit` are held until `open`. */
  close(): { admit(): void; open(): void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.held = 0
    this.#gate = promise
    const admit = () => {
      this.#gate = null
    }
    return {
      admit,
      open() {
        admit()
        resolve()
      },
    }
  }
}
