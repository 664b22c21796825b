import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { App } from '@skyhold/platform/without-database'
import { contentSecurityPolicy } from '../policies/browser-safety.ts'
import { encodedTag } from '../policies/compression.ts'
import { type Document, documentOf, isNamedIn, sendDocument } from '../policies/documents.ts'
import type { RenderedReference } from './reference-thread.ts'

const SCRIPT_PATH = '/docs/js/scalar.js'

interface Reference {
  page: Document
  policy: string
  script: Document
  zippedScript: Buffer
}

let rendered: Promise<Reference> | null = null

/** Once for the process, since it is the same for every gateway in it, and when somebody asks: most never do. After a failure the next who asks tries again. */
function renderedReference(): Promise<Reference> {
  rendered ??= renderReference().catch((error: unknown) => {
    rendered = null
    throw error
  })
  return rendered
}

/** The readable API at /docs. Page and script come out of the installed package: nothing is fetched from elsewhere, and the page may not. */
export function docsRoutes(http: App): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const

  http.get('/docs', open, async (_request, reply) => reply.redirect('/docs/', 308))
  http.get('/docs/', open, async (request, reply) => {
    const { page, policy } = await renderedReference()
    return sendDocument(request, reply.header('content-security-policy', policy), page)
  })
  http.get(SCRIPT_PATH, open, async (request, reply) => {
    const { script, zippedScript } = await renderedReference()
    reply.header('vary', 'Accept-Encoding')
    // Five megabytes of script, one of them zipped.
    const isZipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    if (!isZipped || isNamedIn(request.headers['if-none-match'], script.etag)) return sendDocument(request, reply, script)
    const headers = { 'content-encoding': 'gzip', 'cache-control': 'no-cache', etag: encodedTag(script.etag, 'gzip') }
    return reply.type(script.type).headers(headers).send(zippedScript)
  })
}

/** It takes half a second of work and five megabytes of script to be read, in a thread of its own, so that no other caller waits meanwhile. */
async function renderReference(): Promise<Reference> {
  const thread = new Worker(new URL('./reference-thread.ts', import.meta.url))
  const [{ page, script, zippedScript }] = (await once(thread, 'message')) as [RenderedReference]
  const hashes = [...page.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  )
  return {
    page: documentOf('text/html; charset=utf-8', page),
    // The script makes style elements as it runs, so styles cannot be named in advance.
    policy: contentSecurityPolicy({ scripts: hashes, styles: ["'unsafe-inline'"] }),
    script: documentOf('text/javascript; charset=utf-8', Buffer.from(script)),
    zippedScript: Buffer.from(zippedScript),
  }
}
