import { CommitUnknown, errorKind, Refusal } from '@skyhold/platform'

/** What became of one request of a group: each has its own end, and none fails for its neighbour's sake. */
export type Settled<Out> = { kind: 'done'; value: Out } | { kind: 'refused'; refusal: Refusal } | { kind: 'again' }

export interface GroupCommitOptions<In, Out> {
  /** Past it a transaction is so long that the first of the group waits for the last. */
  groupMax: number
  /** Groups at work at once. One on SQLite, which has one writer. */
  concurrency: number
  /** Requests of a group that broke, run alone, at once: one that waits for a row does not keep those behind it. One on SQLite. */
  aloneAtOnce: number
  /** Runs the requests in one transaction; one end for each, in their order. A row that is waited for too long is an error, not a reason to wait again. */
  runGroup: (requests: readonly In[]) => Promise<Settled<Out>[]>
}

interface Waiting<In, Out> {
  request: In
  tries: number
  resolve: (value: Out) => void
  reject: (error: unknown) => void
}

/** A request that is put off so often meets something that does not pass. */
const TRIES_MAX = 10
/** Requests that may wait: at thousands a second this is under a second of work; more would only wait to time out. */
const WAITING_MAX = 10_000

/**
 * Requests that arrive together share one transaction. It never waits for more to come: what has arrived while the last group was at work is the next one, so a lone request is as quick as ever
 * and under load a commit is shared by many (docs/benchmarks.md).
 */
export class GroupCommit<In, Out> {
  readonly #options: GroupCommitOptions<In, Out>
  #waiting: Waiting<In, Out>[] = []
  #running = 0

  constructor(options: GroupCommitOptions<In, Out>) {
    this.#options = options
  }

  add(request: In): Promise<Out> {
    if (this.#waiting.length >= WAITING_MAX)
      return Promise.reject(new Refusal('unavailable', { detail: 'Too many people want seats right now.', retryAfterSeconds: 1 }))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, tries: 0, resolve, reject })
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#running >= this.#options.concurrency || this.#waiting.length === 0) return
    this.#running += 1
    // After the events of this turn, so that requests read from the sockets together go together.
    setImmediate(() => {
      const group = this.#waiting.splice(0, this.#options.groupMax)
      void this.#run(group).finally(() => {
        this.#running -= 1
        this.#pump()
      })
      this.#pump()
    })
  }

  /** `behind` are those of a broken group that have not had their turn yet. */
  async #run(group: readonly Waiting<In, Out>[], behind: Waiting<In, Out>[] = []): Promise<void> {
    if (group.length === 0) return
    try {
      this.#settle(group, await this.#options.runGroup(group.map(({ request }) => request)))
    } catch (error) {
      if (error instanceof CommitUnknown) this.#putBack(group)
      // Alone they would fare no better, and those who wait behind them neither: all are told now, and not one after the other.
      else if (isDatabaseAway(error)) for (const { reject } of [...group, ...behind.splice(0), ...this.#waiting.splice(0)]) reject(error)
      else if (group.length > 1) await this.#runAlone(group)
      else group[0]?.reject(error)
    }
  }

  /** One of them breaks the transaction, or wants a row that somebody has for too long: the others must not suffer by it. */
  async #runAlone(group: readonly Waiting<In, Out>[]): Promise<void> {
    const left = [...group]
    const worker = async () => {
      for (let waiting = left.shift(); waiting; waiting = left.shift()) await this.#run([waiting], left)
    }
    await Promise.all(Array.from({ length: this.#options.aloneAtOnce }, worker))
  }

  #settle(group: readonly Waiting<In, Out>[], ends: readonly Settled<Out>[]): void {
    const again: Waiting<In, Out>[] = []
    for (const [i, waiting] of group.entries()) {
      const end = ends[i]
      if (!end) waiting.reject(new Error('a request of a group was left without an end'))
      else if (end.kind === 'done') waiting.resolve(end.value)
      else if (end.kind === 'refused') waiting.reject(end.refusal)
      else again.push(waiting)
    }
    this.#putBack(again)
  }

  /** In front and in their order, because they have waited already. Their keys tell whether the try before was committed. */
  #putBack(group: readonly Waiting<In, Out>[]): void {
    for (const waiting of group) waiting.tries += 1
    for (const { reject } of group.filter(({ tries }) => tries > TRIES_MAX))
      reject(new Refusal('unavailable', { detail: 'The request could not be decided. Try again with the same key.', retryAfterSeconds: 1 }))
    this.#waiting.unshift(...group.filter(({ tries }) => tries <= TRIES_MAX))
    this.#pump()
  }
}

/** No fault of any request's: the database cannot be reached, has no connection to spare, or takes no writes. It becomes a 503 with Retry-After. */
const isDatabaseAway = (error: unknown): boolean => ['connection', 'busy'].includes(errorKind(error))
