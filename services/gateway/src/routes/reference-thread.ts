import { promisify } from 'node:util'
import { parentPort } from 'node:worker_threads'
import { gzip } from 'node:zlib'
import scalar from '@scalar/fastify-api-reference'
import Fastify from 'fastify'

/** What the thread says, once; then it ends. */
export interface RenderedReference {
  page: string
  script: Uint8Array
  zippedScript: Uint8Array
}

// In an app of its own that never listens: the plugin's routes know nothing of who may call them.
const app = Fastify()
await app.register(scalar, {
  routePrefix: '/docs',
  configuration: {
    url: '/api/v1/openapi.json',
    pageTitle: 'Skyhold API',
    withDefaultFonts: false,
    telemetry: false,
    favicon: '/icon.svg',
    showDeveloperTools: 'never',
    hideClientButton: true,
    agent: { disabled: true },
  },
})
const [page, script] = [(await app.inject('/docs/')).body, (await app.inject('/docs/js/scalar.js')).rawPayload]
await app.close()
parentPort?.postMessage({ page, script, zippedScript: await promisify(gzip)(script) } satisfies RenderedReference, [])
