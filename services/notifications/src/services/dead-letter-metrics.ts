import { Counter, Gauge, type Registry } from 'prom-client'

/** What lies on the desk, for the alarm: anything above zero wants a person. */
export class DeadLetterMetrics {
  readonly #kept: Counter<'queue'>

  constructor(registry: Registry, { queues, count }: { queues: readonly string[]; count: () => Promise<Map<string, number>> }) {
    this.#kept = new Counter({
      name: 'dead_letters_total',
      help: 'Messages that their consumer could not use, by queue.',
      labelNames: ['queue'],
      registers: [registry],
    })
    for (const queue of queues) this.#kept.inc({ queue }, 0)
    new Gauge({
      name: 'dead_letters_open',
      help: 'Dead letters that nobody has replayed or dismissed, by queue.',
      labelNames: ['queue'],
      registers: [registry],
      async collect() {
        this.reset()
        // A database that is away must not take the metrics page with it; readiness already says that it is away.
        const open = await count().catch(() => null)
        if (open) for (const queue of new Set([...queues, ...open.keys()])) this.set({ queue }, open.get(queue) ?? 0)
      },
    })
  }

  kept(queue: string): void {
    this.#kept.inc({ queue })
  }
}
