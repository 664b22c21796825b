import { deadQueue, QUEUES, RETRY_DELAYS_MS, retryQueue, UNROUTED, type ConsumerQueue, type EventType } from '@skyhold/contracts'

/** Where a message goes that its handler could not use. `delayMs` is null for the dead letters, which stay until a person looks. */
export interface NextStop {
  queue: string
  delayMs: number | null
}

/** The queues of an installation and the way of a message through them: the same for both adapters. */
export class Topology {
  readonly queues: readonly ConsumerQueue[]
  readonly retryDelaysMs: readonly number[]
  readonly #queuesOf = new Map<EventType, string[]>()

  constructor({
    queues = Object.values(QUEUES),
    retryDelaysMs = RETRY_DELAYS_MS,
  }: { queues?: readonly ConsumerQueue[]; retryDelaysMs?: readonly number[] }) {
    this.queues = queues
    this.retryDelaysMs = retryDelaysMs
    for (const { name, events } of queues) for (const type of events) this.#queuesOf.set(type, [...this.queuesOf(type), name])
  }

  queuesOf(type: EventType): readonly string[] {
    return this.#queuesOf.get(type) ?? []
  }

  /** After the n-th failed attempt: the n-th retry queue, and past the last one the dead letters. */
  afterFailure(queue: string, attempt: number): NextStop {
    const delayMs = this.retryDelaysMs[attempt - 1]
    return delayMs === undefined ? this.deadLetters(queue) : { queue: retryQueue(queue, attempt), delayMs }
  }

  deadLetters(queue: string): NextStop {
    return { queue: deadQueue(queue), delayMs: null }
  }

  /** Throws for anything but the queue of a consumer: what is put elsewhere is read by nobody. */
  assertConsumed(queueName: string): void {
    if (!this.queues.some(({ name }) => name === queueName)) throw new Error(`No consumer has a queue ${queueName}.`)
  }

  /** Every queue that can hold messages, for a check that a name is one of ours. */
  allNames(): string[] {
    const own = this.queues.flatMap(({ name }) => [
      name,
      ...this.retryDelaysMs.map((_, index) => retryQueue(name, index + 1)),
      deadQueue(name),
    ])
    return [...own, UNROUTED]
  }

  /** The queues whose depth an operator looks at. */
  watchedNames(): string[] {
    return [...this.queues.flatMap(({ name }) => [name, deadQueue(name)]), UNROUTED]
  }

  /** Throws for a name outside the topology: it is a slip of the pen, and a wait on it would never end. */
  assertKnown(queueName: string): void {
    if (!this.allNames().includes(queueName)) throw new Error(`There is no queue ${queueName} in the topology.`)
  }
}
