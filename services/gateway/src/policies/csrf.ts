import { createHmac, randomBytes } from 'node:crypto'
import { deriveKey, isSameSecret, Refusal } from '@skyhold/platform/without-database'
import type { FastifyRequest } from 'fastify'
import { clientOriginOf } from './client-address.ts'

/** A page that has been open for longer asks for a new one; the site does so by itself. */
const LIFE_SECONDS = 12 * 3600
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export const isSafe = (method: string): boolean => SAFE_METHODS.has(method)

/** The tokens that a page sends along with the cookie, to show that it could read an answer of ours (OWASP: signed double submit, bound to the session). */
export interface CsrfTokens {
  tokenFor(sessionId: string): string
  /** Throws 403 `csrf_failed` for anything but a token made for this session within the last twelve hours. */
  assert(sessionId: string, token: string | string[] | undefined): void
}

export function createCsrfTokens({ secret, now = Date.now }: { secret: string; now?: () => number }): CsrfTokens {
  const key = deriveKey({ secret, purpose: 'csrf' })
  const sign = (sessionId: string, salt: string, atSeconds: string) =>
    createHmac('sha256', key).update(`${sessionId}!${salt}!${atSeconds}`).digest('base64url')

  return {
    tokenFor(sessionId) {
      // Salted, so that no two answers hold the same secret text for a compression attack (BREACH) to guess at.
      const salt = randomBytes(12).toString('base64url')
      const atSeconds = Math.floor(now() / 1000).toString(36)
      return `${salt}.${atSeconds}.${sign(sessionId, salt, atSeconds)}`
    },
    assert(sessionId, token) {
      if (typeof token !== 'string' || token === '')
        throw new Refusal('csrf_failed', { detail: 'A change by cookie needs the X-CSRF-Token of GET /api/v1/auth/csrf.' })
      const [salt = '', atSeconds = '', signature = ''] = token.split('.')
      const isOurs = isSameSecret(signature, sign(sessionId, salt, atSeconds))
      if (!isOurs || now() / 1000 - Number.parseInt(atSeconds, 36) > LIFE_SECONDS)
        throw new Refusal('csrf_failed', { detail: 'The X-CSRF-Token is not one of this session, or is too old. Ask for a new one.' })
    },
  }
}

/** Who the site itself is: PUBLIC_URL, or whatever host the browser has asked for, which no page of another site can choose. */
export interface SiteOrigin {
  publicUrl: string
  trustedProxies: number
}

/**
 * Throws 403 `csrf_failed` when a browser says that another site's page makes the request: by Origin, which it sends with every change, and by Sec-Fetch-Site.
 * Programs send neither, and no cookies that they have not been given on purpose.
 */
export function assertFromOwnSite({ raw }: Pick<FastifyRequest, 'raw'>, { publicUrl, trustedProxies }: SiteOrigin): void {
  const { origin } = raw.headers
  const site = raw.headers['sec-fetch-site']
  const { protocol, host } = clientOriginOf(raw, trustedProxies)
  const isForeign = origin !== undefined && origin !== new URL(publicUrl).origin && origin !== `${protocol}://${host}`
  const isSentByAnother = !isSafe(raw.method ?? '') && site !== undefined && site !== 'same-origin' && site !== 'none'
  if (isForeign || isSentByAnother)
    throw new Refusal('csrf_failed', { detail: 'The cookie of the session counts on pages of this site only.' })
}
