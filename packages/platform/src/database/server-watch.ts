/**
 * Notices that a pool's connections lead to another server than before: after a failover the clock may have jumped, and what has lapsed by the new one may not have by the old.
 * Measured on this process's monotonic clock, the only one that did not change.
 */
export class ServerWatch {
  readonly #monotonicMs: () => number
  #identity: string | null = null
  #changedAtMs = Number.NEGATIVE_INFINITY

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs
  }

  /** Told of each new connection. Two servers behind one address, taken in turns, are a change each time. */
  see(identity: string): void {
    if (this.#identity !== null && identity !== this.#identity) this.#changedAtMs = this.#monotonicMs()
    this.#identity = identity
  }

  /** Infinity while it has been one server all the time. */
  msSinceChange(): number {
    return this.#monotonicMs() - this.#changedAtMs
  }
}
