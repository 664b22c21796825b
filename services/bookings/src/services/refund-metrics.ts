import { Gauge, type Registry } from 'prom-client'
import type { Parts } from './parts.ts'

/** What of the refunds waits: for a person, or for the provider's word. Counted when it is asked for; unknown, not zero, while the database cannot be asked. */
export function measureRefunds(registry: Registry, { refunds }: Pick<Parts, 'refunds'>): void {
  const gauge = (name: string, help: string, status: 'needs_attention' | 'unknown') =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await refunds.countIn(status).catch(() => Number.NaN))
      },
    })
  gauge('refunds_needing_attention', 'Refunds that failed at the provider and wait for an administrator.', 'needs_attention')
  gauge('refunds_unknown', 'Refunds that have been sent and whose outcome is not known yet.', 'unknown')
}
