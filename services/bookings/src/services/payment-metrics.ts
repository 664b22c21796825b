import { Counter, Gauge, type Registry } from 'prom-client'
import type { Parts } from './parts.ts'

/** How money that came too late has ended. */
export type LateMoneyOutcome = 'seats_found' | 'returned' | 'second_charge'

/** What an operator is alarmed by: each of these is somebody's money. */
export class PaymentMetrics {
  readonly #late: Counter<'outcome'>
  readonly #disputes: Counter<'status'>

  constructor(registry: Registry) {
    const registers = [registry]
    this.#late = new Counter({
      name: 'payments_late_total',
      help: 'Charges that proved true after their payment had been given up, by how they ended.',
      labelNames: ['outcome'],
      registers,
    })
    this.#disputes = new Counter({
      name: 'disputes_total',
      help: 'News of cardholders’ disputes by their status.',
      labelNames: ['status'],
      registers,
    })
    for (const outcome of ['seats_found', 'returned', 'second_charge'] as const) this.#late.inc({ outcome }, 0)
  }

  lateMoney(outcome: LateMoneyOutcome): void {
    this.#late.inc({ outcome })
  }

  dispute(status: string): void {
    this.#disputes.inc({ status })
  }
}

/** What waits for a person, counted when it is asked for. Unknown, not zero, while the database cannot be asked. */
export function measureWaiting(registry: Registry, { payments, providerEvents }: Pick<Parts, 'payments' | 'providerEvents'>): void {
  const gauge = (name: string, help: string, count: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await count().catch(() => Number.NaN))
      },
    })
  gauge('bookings_attention', 'Bookings whose payment has no known outcome for longer than seats may wait.', () =>
    payments.countInAttention(),
  )
  gauge('provider_events_parked', 'Signed events of the provider that make no sense to us.', () => providerEvents.countParked())
}
