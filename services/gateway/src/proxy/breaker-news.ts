import { Gauge, type Logger, type Metrics } from '@skyhold/platform/without-database'
import type { ServiceName } from '../policies/route-table.ts'
import type { BreakerState } from './breaker.ts'
import type { Replicas } from './replicas.ts'

const STATES: readonly BreakerState[] = ['closed', 'half_open', 'open']

/** Tells of the circuit breakers: each one's state as a metric, and a line in the log when it opens for the first time and when it closes. */
export function watchBreakers(services: Record<ServiceName, Replicas>, { logger, metrics }: { logger: Logger; metrics: Metrics }): void {
  const all = Object.entries(services).flatMap(([service, { all: replicas }]) => replicas.map((replica) => ({ service, replica })))
  new Gauge({
    name: 'gateway_circuit_breaker',
    help: 'State of the circuit breaker of each replica: 1 for the one it is in',
    labelNames: ['upstream', 'replica', 'state'],
    registers: [metrics],
    collect() {
      for (const { service, replica } of all)
        for (const state of STATES) this.set({ upstream: service, replica: replica.url, state }, state === replica.breaker.state ? 1 : 0)
    },
  })
  for (const { service, replica } of all) {
    let isLeftAlone = false
    replica.breaker.onChange = (state) => {
      if (state === 'open' && !isLeftAlone)
        logger.warn({ upstream: service, replica: replica.url }, 'a replica does not answer and is left alone')
      if (state === 'closed') logger.info({ upstream: service, replica: replica.url }, 'a replica answers again')
      isLeftAlone = state !== 'closed'
    }
  }
}
