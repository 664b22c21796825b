import { fastifyCookie } from '@fastify/cookie'
import { deriveKey, Refusal } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RevokedSessions } from '../clients/revoked-sessions.ts'
import type { Behind, SiteSessions } from '../clients/site-sessions.ts'
import { openSession, sealSession, type SessionTokens, sessionOf, type SiteSession } from '../domain/site-session.ts'
import { clientAddressOf } from './client-address.ts'
import { assertFromOwnSite, type CsrfTokens, isSafe, type SiteOrigin } from './csrf.ts'

const { parse, serialize } = fastifyCookie

/** An access token that is about to expire might do so on its way to the service. */
const MARGIN_MS = 10_000
/**
 * For so long after a renewal the former cookie counts here as the new one: requests that were sent with it are still to come, and the answer that brings the new one may be as slow
 * as the slowest payment (30 s). Identity gives the successor for as long, to whichever gateway asks, and ends the session of a later one as stolen.
 */
const FORMER_COOKIE_MS = 60_000
/** Bounds the memory of opened cookies; opening one costs about as much as verifying nothing at all, so forgetting them is harmless. */
const OPENED_MAX = 10_000

export interface SessionCookies {
  /** The session of the request's cookie, whether or not it may be used; null without one that is ours. */
  find(request: FastifyRequest): SiteSession | null
  /** Lets the cookie of a request stand in for the Authorization header that it lacks. Throws 401 when the session has ended, 403 `csrf_failed`. */
  authorize(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Throws 403 `csrf_failed` unless the request comes from the site's own page, with the session's token if it changes anything. */
  assertMeant(request: FastifyRequest, session: SiteSession): void
  give(reply: FastifyReply, tokens: SessionTokens): SiteSession
  clear(reply: FastifyReply): void
}

export interface SessionCookieParts extends SiteOrigin {
  secret: string
  isSecure: boolean
  csrf: CsrfTokens
  sessions: SiteSessions
  revoked: Pick<RevokedSessions, 'has'>
  now?: () => number
}

export const behindOf = (request: FastifyRequest, trustedProxies: number): Behind => ({
  requestId: request.id,
  address: clientAddressOf(request.raw, trustedProxies),
  userAgent: request.headers['user-agent'] ?? '',
})

/** A cookie with the prefix `__Host-` comes from this very host over https, or the browser refuses it: no neighbouring domain can plant one. It needs https, which development has not. */
export const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-skyhold_session' : 'skyhold_session')

/** The site's session in one cookie that no script can read. It ends with the browser, and at the latest when identity ends the session. */
export function createSessionCookies(parts: SessionCookieParts): SessionCookies {
  const { isSecure, csrf, sessions, revoked, trustedProxies, now = Date.now } = parts
  const key = deriveKey({ secret: parts.secret, purpose: 'site-session' })
  const name = cookieName(isSecure)
  const attributes = { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' } as const
  const opened = new Map<string, SiteSession>()
  /** By the refresh token that was spent. Many requests at once, and those that come a little later, share one renewal. */
  const renewals = new Map<string, { next: Promise<SiteSession | null>; untilMs: number }>()

  const put = (reply: FastifyReply, session: SiteSession) =>
    void reply.header('set-cookie', serialize(name, sealSession(key, session), attributes))
  const clear = (reply: FastifyReply) => void reply.header('set-cookie', serialize(name, '', { ...attributes, maxAge: 0 }))

  function find(request: FastifyRequest): SiteSession | null {
    const header = request.headers.cookie
    const value = header === undefined ? undefined : parse(header)[name]
    if (!value) return null
    const known = opened.get(value)
    if (known) return known
    const session = openSession(key, value)
    if (!session) return null
    if (opened.size >= OPENED_MAX) opened.clear()
    opened.set(value, session)
    return session
  }

  function assertMeant(request: FastifyRequest, session: SiteSession): void {
    assertFromOwnSite(request, parts)
    if (!isSafe(request.method)) csrf.assert(session.sessionId, request.headers['x-csrf-token'])
  }

  function renewed({ refreshToken }: SiteSession, behind: Behind): Promise<SiteSession | null> {
    forgetOldRenewals()
    const known = renewals.get(refreshToken)
    if (known) return known.next
    const next = sessions.refresh(refreshToken, behind).then((tokens) => tokens && sessionOf(tokens, now()))
    renewals.set(refreshToken, { next, untilMs: now() + FORMER_COOKIE_MS })
    // Without an answer nobody knows whether it was spent; the next request asks again, which identity allows for.
    next.catch(() => renewals.delete(refreshToken))
    return next
  }

  function forgetOldRenewals(): void {
    // In the order of their end: the first that is still good is followed by good ones only.
    for (const [refreshToken, { untilMs }] of renewals) {
      if (untilMs > now()) return
      renewals.delete(refreshToken)
    }
  }

  return {
    find,
    assertMeant,
    clear,
    give(reply, tokens) {
      const session = sessionOf(tokens, now())
      put(reply, session)
      return session
    },
    async authorize(request, reply) {
      const session = find(request)
      if (!session) return
      assertMeant(request, session)
      const isCurrent = session.accessExpiresAtMs - MARGIN_MS > now()
      const live = revoked.has(session.sessionId) ? null : isCurrent ? session : await renewed(session, behindOf(request, trustedProxies))
      if (!live) {
        clear(reply)
        throw new Refusal('invalid_token', { detail: 'The session has ended. Sign in again.' })
      }
      if (live !== session) put(reply, live)
      request.raw.headers.authorization = `Bearer ${live.accessToken}`
    },
  }
}
