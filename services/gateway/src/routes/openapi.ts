import { readFileSync } from 'node:fs'
import type { App } from '@skyhold/platform/without-database'
import { type AdmissionParts, admit, type Entrance } from '../policies/admission.ts'
import type { Cors } from '../policies/cors.ts'
import { documentOf, sendDocument } from '../policies/documents.ts'

/** The contract as it is committed: what is served here is what was linted, and what every test is checked against. */
const OPENAPI_FILE = new URL('../../../../openapi/skyhold.json', import.meta.url)
const ASYNCAPI_FILE = new URL('../../../../asyncapi/skyhold.json', import.meta.url)

const ENTRANCE: Entrance = { access: 'public', bookingToken: false, rate: 'wide' }

export interface OpenApiParts extends AdmissionParts {
  cors: Cors
  publicUrl: string
}

/** The descriptions of the HTTP calls and of the events, for programs. */
export function openApiRoutes(http: App, parts: OpenApiParts): void {
  const openApi = { ...(JSON.parse(readFileSync(OPENAPI_FILE, 'utf8')) as object), servers: [{ url: parts.publicUrl }] }
  serve('/api/v1/openapi.json', JSON.stringify(openApi))
  serve('/api/v1/asyncapi.json', readFileSync(ASYNCAPI_FILE, 'utf8'))

  function serve(path: string, text: string): void {
    const document = documentOf('application/json', text)
    http.route({
      method: 'GET',
      url: path,
      config: { access: 'public' },
      schema: { hide: true },
      onRequest: async (request, reply) => {
        parts.cors.allow(request, reply)
        await admit(request, reply, ENTRANCE, parts)
      },
      handler: async (request, reply) => sendDocument(request, reply, document),
    })
  }
}
