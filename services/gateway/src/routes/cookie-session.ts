import { fastifyCookie } from '@fastify/cookie'
import { Login } from '@skyhold/contracts'
import { type App, Refusal } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RevokedSessions } from '../clients/revoked-sessions.ts'
import type { Behind, SiteSessions } from '../clients/site-sessions.ts'
import { type AdmissionParts, admit } from '../policies/admission.ts'
import type { Cors } from '../policies/cors.ts'
import { assertFromOwnSite, type CsrfTokens } from '../policies/csrf.ts'
import { OPEN_COOKIE_SESSION, END_COOKIE_SESSION, type OwnRoute, READ_CSRF_TOKEN } from '../policies/own-routes.ts'
import { behindOf, type SessionCookies } from '../policies/session-cookies.ts'
import { refuseOtherMethods } from './api.ts'

export interface CookieSessionParts extends AdmissionParts {
  cors: Cors
  cookies: SessionCookies
  csrf: CsrfTokens
  sessions: SiteSessions
  revoked: RevokedSessions
  publicUrl: string
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** The site's way to sign in: the tokens go into a cookie that no script can read. Programs use `/auth/login` and keep their tokens themselves. */
export function cookieSessionRoutes(http: App, parts: CookieSessionParts): void {
  const { cookies, csrf, sessions, revoked, trustedProxies } = parts

  const open: Handler = async (request, reply) => {
    assertFromOwnSite(request, parts)
    const behind = behindOf(request, trustedProxies)
    const answer = await sessions.signIn(request.body, behind)
    if ('refused' in answer)
      return reply
        .code(answer.refused.status)
        .headers({ ...answer.headers, 'cache-control': 'no-store' })
        .type('application/problem+json')
        .serializer(JSON.stringify)
        .send({ ...answer.refused, instance: OPEN_COOKIE_SESSION.path })
    const former = cookies.find(request)
    if (former) await endFormer(former.refreshToken, behind)
    const { sessionId } = cookies.give(reply, answer.tokens)
    const { accessToken: _access, refreshToken: _refresh, tokenType: _type, ...shown } = answer.tokens
    return reply.send({ ...shown, csrfToken: csrf.tokenFor(sessionId) })
  }

  /** Nobody can sign out of the session whose cookie a new one replaces, so it ends here (OWASP ASVS 7.2.4). That it cannot be ended just now keeps nobody from signing in. */
  async function endFormer(refreshToken: string, behind: Behind): Promise<void> {
    try {
      await sessions.signOut(refreshToken, behind)
    } catch (error) {
      // What the client of identity has logged already.
      if (!(error instanceof Refusal && error.code === 'unavailable')) throw error
      return
    }
    await revoked.refresh()
  }

  const end: Handler = async (request, reply) => {
    const session = cookies.find(request)
    if (session) {
      cookies.assertMeant(request, session)
      await sessions.signOut(session.refreshToken, behindOf(request, trustedProxies))
      // This door need not wait for its next look at the ended sessions.
      await revoked.refresh()
    }
    cookies.clear(reply)
    return reply.code(204).send()
  }

  const read: Handler = async (request, reply) => {
    const session = cookies.find(request)
    if (session && revoked.has(session.sessionId)) cookies.clear(reply)
    const isOpen = session !== null && !revoked.has(session.sessionId)
    return reply.send({ csrfToken: isOpen ? csrf.tokenFor(session.sessionId) : null })
  }

  http.register(async (scope) => {
    // Here and not for the whole door, and without its look at every request: most bring no cookie. It also makes the library's parser ready for the cookies' policy.
    await scope.register(fastifyCookie, { hook: false })
    scope.addHook('onRequest', async (request, reply) => {
      parts.cors.allow(request, reply)
      reply.header('cache-control', 'no-store')
    })
    serve(scope, OPEN_COOKIE_SESSION, open, parts)
    serve(scope, END_COOKIE_SESSION, end, parts)
    serve(scope, READ_CSRF_TOKEN, read, parts)
    refuseOtherMethods(scope, OPEN_COOKIE_SESSION.path, 'POST, DELETE, OPTIONS', parts)
    refuseOtherMethods(scope, READ_CSRF_TOKEN.path, 'GET, HEAD, OPTIONS', parts)
  })
}

function serve(scope: App, route: OwnRoute, handler: Handler, parts: AdmissionParts): void {
  scope.route({
    method: route.method,
    url: route.path,
    config: { access: 'public' }, // For the platform; the door counts, and looks at the cookie itself.
    schema: { hide: true, ...(route === OPEN_COOKIE_SESSION ? { body: Login } : {}) },
    onRequest: (request, reply) => admit(request, reply, route, parts),
    handler,
  })
}
