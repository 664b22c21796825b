import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { bearerOf } from './http/access.ts'
import type { App } from './http/context.ts'
import { Refusal } from './refusal.ts'
import { isSameSecret } from './same-secret.ts'

/** What a service counts and gauges with, in the registry that it was given. */
export { Counter, Gauge } from 'prom-client'

export type Metrics = Registry

/** One registry a service, so that several services in one process do not share numbers. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  return registry
}

/** Serves /metrics, to whoever shows the token if there is one, and measures every request by route and status. */
export function measure(app: App, registry: Metrics, token: string): void {
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'http_request_seconds',
    help: 'Time to answer by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  // Finding a row by its labels costs more than counting in it; there are as many as routes and statuses.
  const rows = new Map<string, ReturnType<typeof seconds.labels>>()
  const rowOf = (method: string, route: string, status: number) => {
    const key = `${method} ${route} ${status}`
    const known = rows.get(key)
    if (known) return known
    const row = seconds.labels(method, route, String(status))
    rows.set(key, row)
    return row
  }
  app.addHook('onResponse', (request, reply, done) => {
    rowOf(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode).observe(reply.elapsedTime / 1000)
    done()
  })
  app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    if (token !== '' && !isSameSecret(bearerOf(request), token)) throw new Refusal('invalid_token')
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
