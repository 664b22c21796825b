import { resolve } from 'node:path'
import type { Logger } from 'pino'
import { LocalStore, type StoredMessage } from './local-store.ts'

/** After a read or a write that failed: the disk is full or gone, and must not be hammered. */
const RETRY_MS = 1000

/** Takes a message to its end, whatever that is: it never rejects. */
export type Work = (message: StoredMessage) => Promise<void>

interface Worker {
  prefetch: number
  atWork: Set<Promise<void>>
  work: Work
}

interface QueueState {
  workers: Set<Worker>
  /** Ids that a handler has now. Only this process knows of them: after a crash they are simply in the queue again. */
  taken: Set<number>
}

const hubs = new Map<string, { hub: LocalHub; users: number }>()

/** The one hub of a folder: every bus that this process opens on the same DATA_DIR is the same bus. Throws `BusUnavailable`. */
export function enterHub(dataDir: string, logger: Logger): LocalHub {
  const folder = resolve(dataDir)
  const entry = hubs.get(folder) ?? { hub: new LocalHub(new LocalStore(folder), logger), users: 0 }
  entry.users += 1
  hubs.set(folder, entry)
  return entry.hub
}

/** The last one out closes the file. */
export function leaveHub(dataDir: string): void {
  const folder = resolve(dataDir)
  const entry = hubs.get(folder)
  if (!entry || --entry.users > 0) return
  hubs.delete(folder)
  entry.hub.close()
}

/** Hands messages to the workers of their queue, at once when something arrives and by one timer for what is due later. */
export class LocalHub {
  readonly store: LocalStore
  readonly #logger: Logger
  readonly #queues = new Map<string, QueueState>()
  readonly #wakeful = new Set<string>()
  #dueTimer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(store: LocalStore, logger: Logger) {
    this.store = store
    this.#logger = logger
    this.wakeForDue()
  }

  #queue(name: string): QueueState {
    const state = this.#queues.get(name) ?? { workers: new Set(), taken: new Set() }
    this.#queues.set(name, state)
    return state
  }

  addWorker(queue: string, { prefetch, work }: { prefetch: number; work: Work }): { close(): Promise<void> } {
    const worker: Worker = { prefetch, work, atWork: new Set() }
    const state = this.#queue(queue)
    state.workers.add(worker)
    this.wake(queue)
    return {
      close: async () => {
        state.workers.delete(worker)
        await Promise.all(worker.atWork)
      },
    }
  }

  /** Something may be there for this queue's workers. Asked often, done once in a turn of the event loop. */
  wake(name: string): void {
    if (this.#wakeful.size === 0) setImmediate(() => this.#dispatchAll())
    this.#wakeful.add(name)
  }

  #dispatchAll(): void {
    const names = [...this.#wakeful]
    this.#wakeful.clear()
    if (!this.#isClosed) for (const name of names) this.#dispatchOrRetry(name)
  }

  /** Nobody waits for a dispatch, so what it throws would end the process. */
  #dispatchOrRetry(name: string): void {
    try {
      this.#dispatch(name)
    } catch (error) {
      this.#logger.error({ err: error, queue: name }, 'local bus: a queue could not be read; it is tried again')
      setTimeout(() => this.wake(name), RETRY_MS).unref()
    }
  }

  /** Gives the queue's messages to its workers as far as their prefetch allows. */
  #dispatch(name: string): void {
    const state = this.#queue(name)
    for (const worker of state.workers) {
      const free = worker.prefetch - worker.atWork.size
      if (free <= 0) continue
      for (const message of this.store.take(name, free, state.taken)) this.#start(name, worker, message)
    }
  }

  #start(name: string, worker: Worker, message: StoredMessage): void {
    const { taken } = this.#queue(name)
    taken.add(message.id)
    const work = worker.work(message).finally(() => {
      taken.delete(message.id)
      worker.atWork.delete(work)
      this.wake(name)
    })
    worker.atWork.add(work)
  }

  /** Sets the timer for the next message of a retry queue. */
  wakeForDue(): void {
    let dueAtMs: number | null
    try {
      dueAtMs = this.store.nextDueAtMs()
    } catch (error) {
      dueAtMs = this.#laterThan(error)
    }
    this.#setDueTimer(dueAtMs)
  }

  #setDueTimer(dueAtMs: number | null): void {
    if (this.#dueTimer) clearTimeout(this.#dueTimer)
    this.#dueTimer = null
    if (dueAtMs === null || this.#isClosed) return
    // An hour at most, so that a clock set back does not put a retry off for longer than that. The timer alone keeps no process alive.
    const waitMs = Math.min(Math.max(dueAtMs - Date.now(), 0), 3_600_000)
    this.#dueTimer = setTimeout(() => void this.#promote(), waitMs).unref()
  }

  async #promote(): Promise<void> {
    const nextDueAtMs = await this.store.promote(Date.now()).catch((error: unknown) => this.#laterThan(error))
    for (const name of this.#queues.keys()) this.wake(name)
    this.#setDueTimer(nextDueAtMs)
  }

  /** Without a next time the retries would wait until the process is started again. */
  #laterThan(error: unknown): number {
    if (!this.#isClosed) this.#logger.error({ err: error }, 'local bus: what is due could not be read; it is tried again')
    return Date.now() + RETRY_MS
  }

  /** Messages that wait; those at work are not counted. */
  depth(name: string): number {
    return Math.max(0, this.store.count(name) - this.#queue(name).taken.size)
  }

  close(): void {
    this.#isClosed = true
    if (this.#dueTimer) clearTimeout(this.#dueTimer)
    this.store.close()
  }
}
