import { readFileSync } from 'node:fs'
import type { App } from '@skyhold/platform'
import type { Cors } from '../policies/cors.ts'

/** The contract as it is committed: what is served here is what was linted, and what every test is checked against. */
const OPENAPI_FILE = new URL('../../../../openapi/skyhold.json', import.meta.url)
const ASYNCAPI_FILE = new URL('../../../../asyncapi/skyhold.json', import.meta.url)

export interface OpenApiParts {
  cors: Cors
  publicUrl: string
}

/** The descriptions of the HTTP calls and of the events, for programs. */
export function openApiRoutes(http: App, { cors, publicUrl }: OpenApiParts): void {
  const openApi = { ...(JSON.parse(readFileSync(OPENAPI_FILE, 'utf8')) as object), servers: [{ url: publicUrl }] }
  serve('/api/v1/openapi.json', JSON.stringify(openApi))
  serve('/api/v1/asyncapi.json', readFileSync(ASYNCAPI_FILE, 'utf8'))

  function serve(path: string, text: string): void {
    http.get(path, { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
      cors.allow(request, reply)
      return reply.type('application/json').header('cache-control', 'no-cache').send(text)
    })
  }
}
