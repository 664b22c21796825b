import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { App } from '@skyhold/platform/without-database'
import { contentSecurityPolicy } from '../policies/browser-safety.ts'
import { documentOf, sendDocument } from '../policies/documents.ts'

const PUBLIC_FOLDER = new URL('../../public/', import.meta.url)
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** What the page has to know of this installation. */
export interface SiteConfig {
  mailboxUrl: string
  /** Followed by a payment's client secret: the page on which its 3-D Secure is approved. */
  approvalUrl: string | null
  offersTestCards: boolean
}

/** The site's files, read once, and its settings; in production there are none. */
export function siteRoutes(http: App, { site }: { site: SiteConfig | null }): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const
  for (const name of readdirSync(PUBLIC_FOLDER)) {
    const type = TYPES[extname(name)]
    if (!type) continue
    const document = documentOf(type, readFileSync(new URL(name, PUBLIC_FOLDER)))
    http.get(name === 'index.html' ? '/' : `/${name}`, open, async (request, reply) =>
      sendDocument(request, reply.header('content-security-policy', contentSecurityPolicy()), document),
    )
  }
  if (site) http.get('/site-config.json', open, async (_request, reply) => reply.header('cache-control', 'no-cache').send(site))
}
