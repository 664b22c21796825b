import { CommitUnknown, Refusal } from '@skyhold/platform'

/** What became of one request of a group: each has its own end, and none fails for its neighbour's sake. */
export type Settled<Out> = { kind: 'done'; value: Out } | { kind: 'refused'; refusal: Refusal } | { kind: 'again' }

export interface GroupCommitOptions<In, Out> {
  /** Past it a transaction is so long that the first of the group waits for the last. */
  groupMax: number
  /** Groups at work at once. One on SQLite, which has one writer. */
  concurrency: number
  /** Runs the requests in one transaction; one end for each, in their order. */
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

  async #run(group: Waiting<In, Out>[]): Promise<void> {
    if (group.length === 0) return
    try {
      const ends = await this.#options.runGroup(group.map(({ request }) => request))
      for (const [i, waiting] of group.entries()) this.#settle(waiting, ends[i])
    } catch (error) {
      if (error instanceof CommitUnknown) for (const waiting of group) this.#again(waiting)
      else if (group.length > 1) for (const waiting of group) await this.#run([waiting])
      else group[0]?.reject(error)
    }
  }

  #settle(waiting: Waiting<In, Out>, end: Settled<Out> | undefined): void {
    if (!end) waiting.reject(new Error('a request of a group was left without an end'))
    else if (end.kind === 'done') waiting.resolve(end.value)
    else if (end.kind === 'refused') waiting.reject(end.refusal)
    else this.#again(waiting)
  }

  /** In front, because it has waited already. Its key tells whether the try before was committed. */
  #again(waiting: Waiting<In, Out>): void {
    waiting.tries += 1
    if (waiting.tries > TRIES_MAX)
      waiting.reject(
        new Refusal('unavailable', { detail: 'The request could not be decided. Try again with the same key.', retryAfterSeconds: 1 }),
      )
    else {
      this.#waiting.unshift(waiting)
      this.#pump()
    }
  }
}
