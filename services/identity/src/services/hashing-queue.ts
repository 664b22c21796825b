import { Refusal } from '@skyhold/platform'

export interface HashingQueueOptions {
  /** How many run at a time. */
  concurrency: number
  /** How many may wait; the next one is refused. */
  waitingMax: number
}

/**
 * A semaphore with a bounded queue for work that burns a whole core: a flood of logins then waits for itself and not the bookings for it.
 * Refusal: rate_limited with the time in which the queue will have drained.
 */
export class HashingQueue {
  readonly #concurrency: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  #begun = 0
  /** A moving mean, so that Retry-After follows the machine; 40 ms is what one hash takes on a small one. */
  #meanMs = 40

  constructor({ concurrency, waitingMax }: HashingQueueOptions) {
    this.#concurrency = concurrency
    this.#waitingMax = waitingMax
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** How many there have been, so that equal work can be shown from outside by number and not by a clock. */
  get begun(): number {
    return this.#begun
  }

  get running(): number {
    return this.#running
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    this.#begun += 1
    const startedMs = performance.now()
    try {
      return await work()
    } finally {
      this.#meanMs += (performance.now() - startedMs - this.#meanMs) / 10
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= this.#waitingMax) {
      const retryAfterSeconds = Math.max(1, Math.ceil((this.#waiting.length * this.#meanMs) / this.#concurrency / 1000))
      throw new Refusal('rate_limited', { detail: 'Too many people are signing in at this moment.', retryAfterSeconds })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #leave(): void {
    // The place goes over to the next in line, so that a newcomer cannot slip in before him.
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running -= 1
  }
}
