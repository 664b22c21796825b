import { Counter, Gauge, type Registry } from 'prom-client'

export type ConsumeOutcome = 'done' | 'retried' | 'dead' | 'poison'

/** Counts what passes, and looks at the depth of the watched queues whenever the metrics are read. */
export class BusMetrics {
  readonly #published: Counter<'outcome'>
  readonly #consumed: Counter<'queue' | 'outcome'>
  readonly #watched = new Map<string, () => Promise<number>>()

  constructor(registry: Registry) {
    const watched = this.#watched
    this.#published = new Counter({
      name: 'bus_published_total',
      help: 'Events handed to the broker.',
      labelNames: ['outcome'],
      registers: [registry],
    })
    this.#consumed = new Counter({
      name: 'bus_consumed_total',
      help: 'Messages taken from a queue.',
      labelNames: ['queue', 'outcome'],
      registers: [registry],
    })
    new Gauge({
      name: 'bus_queue_messages',
      help: 'Messages that wait: in a queue, among its dead letters, and those that no queue was bound to.',
      labelNames: ['queue'],
      registers: [registry],
      async collect() {
        this.reset()
        for (const [queue, depth] of watched) {
          // A broker that is away must not take the metrics page with it; readiness already says that it is away.
          const messages = await depth().catch(() => null)
          if (messages !== null) this.set({ queue }, messages)
        }
      },
    })
  }

  published(outcome: 'confirmed' | 'failed'): void {
    this.#published.inc({ outcome })
  }

  consumed(queue: string, outcome: ConsumeOutcome): void {
    this.#consumed.inc({ queue, outcome })
  }

  watch(queue: string, depth: () => Promise<number>): void {
    this.#watched.set(queue, depth)
  }
}
