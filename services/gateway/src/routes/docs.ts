import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import scalar from '@scalar/fastify-api-reference'
import type { App } from '@skyhold/platform'
import Fastify from 'fastify'
import { contentSecurityPolicy, sendPage } from '../policies/browser-safety.ts'
import { encodedTag } from '../policies/compression.ts'

const SCRIPT_PATH = '/docs/js/scalar.js'

interface Reference {
  page: string
  policy: string
  script: Buffer
  zippedScript: Buffer
  etag: string
}

/** The readable API at /docs. Page and script come out of the installed package: nothing is fetched from elsewhere, and the page may not. */
export function docsRoutes(http: App): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const
  let rendered: Promise<Reference> | undefined
  const reference = () => (rendered ??= renderReference())

  http.get('/docs', open, async (_request, reply) => reply.redirect('/docs/', 308))
  http.get('/docs/', open, async (_request, reply) => {
    const { page, policy } = await reference()
    return sendPage(reply.header('cache-control', 'no-cache'), page, policy)
  })
  http.get(SCRIPT_PATH, open, async (request, reply) => {
    const { script, zippedScript, etag } = await reference()
    reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'Accept-Encoding')
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    reply.type('text/javascript; charset=utf-8')
    // Five megabytes of script, one of them zipped.
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(script)
    return reply.headers({ 'content-encoding': 'gzip', etag: encodedTag(etag, 'gzip') }).send(zippedScript)
  })
}

/** Renders once, in an app of its own that never listens: the plugin's routes know nothing of who may call them. */
async function renderReference(): Promise<Reference> {
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
  const [page, script] = [(await app.inject('/docs/')).body, (await app.inject(SCRIPT_PATH)).rawPayload]
  await app.close()
  const hashes = [...page.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  )
  return {
    page,
    // The script makes style elements as it runs, so styles cannot be named in advance.
    policy: contentSecurityPolicy({ scripts: hashes, styles: ["'unsafe-inline'"] }),
    script,
    zippedScript: await promisify(gzip)(script),
    etag: `"${createHash('sha256').update(script).digest('base64url').slice(0, 22)}"`,
  }
}
