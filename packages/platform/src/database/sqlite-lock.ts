/** Why a wait for the lock ended. */
export type LockOutcome = 'granted' | 'timed-out' | 'forgotten'

interface Waiter {
  owner: object
  resume: (outcome: LockOutcome) => void
  timer: NodeJS.Timeout
}

/**
 * The write lock of one SQLite file inside this process, first come first served.
 * It stands in for SQLite's own writer lock, because a synchronous engine must never wait on the event loop that the lock's owner needs in order to release it.
 * Nobody has it twice: an owner is one transaction, or one statement outside of any.
 */
export class WriteLock {
  #owner: object | null = null
  #waiting: Waiter[] = []
  /** From a release until the event loop has turned. */
  #isResting = false

  isHeldBy(owner: object): boolean {
    return this.#owner === owner
  }

  /** Calls `resume` at once when the lock is free, else in turn, or with `timed-out` after `patienceMs`. */
  acquire(owner: object, patienceMs: number, resume: (outcome: LockOutcome) => void): void {
    if (this.#owner === null && !this.#isResting) {
      this.#owner = owner
      resume('granted')
      return
    }
    const waiter: Waiter = {
      owner,
      resume,
      timer: setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter)
        resume('timed-out')
      }, patienceMs),
    }
    this.#waiting.push(waiter)
  }

  /**
   * Hands the lock to the next in the queue. Without effect unless `owner` has it.
   * There is a turn of the event loop between two writers: neither a long queue of writers nor one that writes on and on may keep sockets and timers waiting.
   */
  release(owner: object): void {
    if (this.#owner !== owner) return
    this.#owner = null
    this.#isResting = true
    setImmediate(() => {
      this.#isResting = false
      const next = this.#waiting.shift()
      if (next === undefined) return
      clearTimeout(next.timer)
      this.#owner = next.owner
      next.resume('granted')
    })
  }

  /** Takes an owner who goes away out of the queue, and tells those who wait in its name. */
  forget(owner: object): void {
    const gone = this.#waiting.filter((waiter) => waiter.owner === owner)
    this.#waiting = this.#waiting.filter((waiter) => waiter.owner !== owner)
    for (const { timer, resume } of gone) {
      clearTimeout(timer)
      resume('forgotten')
    }
  }
}
