import { type IntegrityEntry, type IntegrityReport, integrityReport } from '@skyhold/contracts'
import type { App } from '@skyhold/platform/without-database'
import type { IntegritySource } from '../clients/integrity-source.ts'
import { type AdmissionParts, admit } from '../policies/admission.ts'
import type { Cors } from '../policies/cors.ts'
import { type OwnRoute, READ_INTEGRITY, RUN_INTEGRITY } from '../policies/own-routes.ts'
import { SERVICE_NAMES, type ServiceName } from '../policies/route-table.ts'
import { refuseOtherMethods } from './api.ts'

export interface IntegrityParts extends AdmissionParts {
  cors: Cors
  source: IntegritySource
}

/** The system's own audit, joined. The gateway keeps none of it. */
export function integrityRoutes(http: App, parts: IntegrityParts): void {
  const { source } = parts
  http.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      parts.cors.allow(request, reply)
    })
    serve(scope, READ_INTEGRITY, (service) => source.read(service), parts)
    serve(scope, RUN_INTEGRITY, (service) => source.run(service), parts)
    refuseOtherMethods(scope, READ_INTEGRITY.path, 'GET, HEAD, OPTIONS', parts)
    refuseOtherMethods(scope, RUN_INTEGRITY.path, 'POST, OPTIONS', parts)
  })
}

function serve(scope: App, route: OwnRoute, ask: (service: ServiceName) => Promise<IntegrityReport | null>, parts: IntegrityParts): void {
  scope.route({
    method: route.method,
    url: route.path,
    config: { access: 'public' }, // For the platform; the door checks itself, and counts before it checks.
    schema: { hide: true },
    onRequest: (request, reply) => admit(request, reply, route, parts),
    handler: async (_request, reply) => {
      const reports = await Promise.all(SERVICE_NAMES.map(async (service) => (await ask(service))?.checks ?? [away(service)]))
      return reply.header('cache-control', 'no-store').send(integrityReport(reports.flat()))
    },
  })
}

const away = (service: ServiceName): IntegrityEntry => ({
  service,
  name: 'service-away',
  means: `The ${service} service tells what it has found.`,
  status: 'unknown',
  checkedAt: null,
  violations: null,
  sample: ['The service does not answer; nothing is known of its checks.'],
  scope: null,
  tookMs: null,
  runbook: 'docs/runbook.md#a-service-is-away',
})
