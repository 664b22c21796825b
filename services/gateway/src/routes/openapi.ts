import type { App, Logger, Places } from '@skyhold/platform'
import { readOpenApi } from '../clients/openapi-source.ts'
import { joinOpenApi, type OpenApi } from '../policies/openapi-join.ts'
import type { Cors } from '../policies/cors.ts'
import { OWN_ROUTES } from '../policies/own-routes.ts'
import { type RouteRule, SERVICE_NAMES, type ServiceName } from '../policies/route-table.ts'

const FRESH_MS = 60_000
/** While a service is missing it is asked for again soon: it is probably just starting. */
const INCOMPLETE_MS = 2_000

export interface OpenApiParts {
  table: readonly RouteRule[]
  places: Places
  cors: Cors
  logger: Logger
}

export function openApiRoutes(http: App, parts: OpenApiParts): void {
  const { cors } = parts
  const document = rememberedDocument(parts)
  http.get('/api/v1/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    cors.allow(request, reply)
    return reply
      .type('application/json')
      .header('cache-control', 'no-cache')
      .send(await document())
  })
}

function rememberedDocument({ table, places, logger }: OpenApiParts): () => Promise<string> {
  // What a service said last stays while it is away, so that the document does not lose calls with every restart.
  const lastKnown = new Map<ServiceName, OpenApi | null>(SERVICE_NAMES.map((name) => [name, null]))
  let current: { text: Promise<string>; untilMs: number } | undefined

  async function join(): Promise<string> {
    const read = await Promise.all(SERVICE_NAMES.map(async (name) => [name, await readOpenApi(name, places[name], logger)] as const))
    for (const [name, description] of read) if (description) lastKnown.set(name, description)
    if (read.some(([, description]) => !description) && current) current.untilMs = Date.now() + INCOMPLETE_MS
    return JSON.stringify(joinOpenApi({ table, own: OWN_ROUTES, publicUrl: places.publicUrl, descriptions: lastKnown }))
  }
  return () => {
    if (!current || current.untilMs < Date.now()) current = { text: join(), untilMs: Date.now() + FRESH_MS }
    return current.text
  }
}
