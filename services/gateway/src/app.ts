import {
  createServiceTokens,
  createTokenVerifier,
  placesOf,
  type Service,
  type ServiceParts,
  serviceFrom,
} from '@skyhold/platform/without-database'
import { createIntegritySource } from './clients/integrity-source.ts'
import { createReadiness } from './clients/readiness.ts'
import { RedisLink } from './clients/redis-link.ts'
import { createRevokedSessions, type RevokedSessions } from './clients/revoked-sessions.ts'
import { createSiteSessions } from './clients/site-sessions.ts'
import type { GatewaySettings } from './config.ts'
import { safetyHeaders } from './policies/browser-safety.ts'
import { compressOwnAnswers, restoreTags } from './policies/compression.ts'
import { countForAddress } from './policies/admission.ts'
import { createCors } from './policies/cors.ts'
import { createCsrfTokens } from './policies/csrf.ts'
import { createRateLimits } from './policies/rate-limits.ts'
import { ROUTE_TABLE, type RouteRule, SERVICE_NAMES } from './policies/route-table.ts'
import { type Lines, memoryLines, sharedLines } from './policies/lines.ts'
import { createSessionCookies } from './policies/session-cookies.ts'
import { limitersFor } from './policies/shared-rate-store.ts'
import { INACTIVITY_MS, limitSockets } from './policies/socket-limit.ts'
import { createStreamLimit } from './policies/stream-limit.ts'
import { watchBreakers } from './proxy/breaker-news.ts'
import { createWaitingRoom, type WaitingRoom } from './policies/waiting-room.ts'
import { Replicas } from './proxy/replicas.ts'
import { apiRoutes } from './routes/api.ts'
import { cookieSessionRoutes } from './routes/cookie-session.ts'
import { docsRoutes } from './routes/docs.ts'
import { integrityRoutes } from './routes/integrity.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { type SiteConfig, siteRoutes } from './routes/site.ts'
import { waitingRoomRoutes } from './routes/waiting-room.ts'

export interface GatewayParts extends ServiceParts {
  revoked?: RevokedSessions
  table?: readonly RouteRule[]
  /** The clock of the limits and of the waiting room. */
  now?: () => number
  inactivityMs?: number
}

/** The door: it knows who calls, whether he may and how often, and passes the call on to the service whose it is. */
export function createGateway(settings: GatewaySettings, parts: GatewayParts = {}): Service {
  const places = placesOf(settings)
  const verifier =
    parts.verifier ??
    createTokenVerifier({ issuer: places.publicUrl, keys: places.identity.map((url) => new URL('/.well-known/jwks.json', url)) })
  const safety = safetyHeaders(places.publicUrl)
  const service = serviceFrom('gateway', settings, { ...parts, verifier, headers: safety, description: 'elsewhere' })
  const { http, logger } = service
  const cors = createCors(settings.CORS_ORIGINS)

  const replicas = {
    identity: new Replicas(places.identity),
    flights: new Replicas(places.flights),
    bookings: new Replicas(places.bookings),
    notifications: new Replicas(places.notifications),
  }
  watchBreakers(replicas, { logger, metrics: service.metrics })
  limitSockets(http.server, settings, { logger, metrics: service.metrics })
  http.server.setTimeout(parts.inactivityMs ?? INACTIVITY_MS)
  const redis = settings.REDIS_URL ? new RedisLink({ url: settings.REDIS_URL, logger }) : null
  if (redis) {
    service.onStart('the first look for Redis', () => redis.start())
    service.onStop(() => redis.stop())
  }
  const tokens = createServiceTokens(settings.SERVICE_TOKEN_SECRET, 'gateway')
  const revoked = parts.revoked ?? createRevokedSessions({ identityUrls: places.identity, tokens, logger })
  service.onStart('the watch on ended sessions', async () => {
    await revoked.refresh()
    revoked.start()
  })
  service.onStop(() => revoked.stop())
  for (const name of SERVICE_NAMES) {
    service.check(name, createReadiness(places[name]))
    service.onStop(() => replicas[name].close())
  }

  http.addHook('preClose', async () => {
    await Promise.all(SERVICE_NAMES.map((name) => replicas[name].endEventStreams()))
  })

  compressOwnAnswers(http)
  const { table = ROUTE_TABLE, now } = parts
  const limits = createRateLimits(settings, limitersFor({ redis, metrics: service.metrics, now }))
  const trustedProxies = settings.TRUSTED_PROXIES
  const secret = settings.COOKIE_SECRET
  const csrf = createCsrfTokens({ secret })
  const sessions = createSiteSessions({ identityUrls: places.identity, tokens, logger })
  const { publicUrl } = places
  const isSecure = settings.SKYHOLD_ENV !== 'development'
  const cookies = createSessionCookies({ secret, isSecure, csrf, sessions, revoked, publicUrl, trustedProxies })
  const admission = { verifier, revoked, limits, trustedProxies, cookies }
  http.addHook('onRequest', (request, reply, done) => {
    restoreTags(request.raw.headers)
    if (request.is404) countForAddress(request, reply, admission).then(() => done(), done)
    else done()
  })
  const room = waitingRoomOf(settings, redis, now)
  apiRoutes(http, { table, cors, replicas, room, streams: createStreamLimit(settings), ...admission })
  integrityRoutes(http, { cors, source: createIntegritySource({ places, tokens, logger }), ...admission })
  cookieSessionRoutes(http, { cors, csrf, sessions, publicUrl, ...admission })
  waitingRoomRoutes(http, { cors, room, ...admission })
  openApiRoutes(http, { cors, publicUrl, ...admission })
  docsRoutes(http)
  siteRoutes(http, { site: settings.SKYHOLD_ENV === 'development' ? developmentSite(settings) : null })
  return service
}

function waitingRoomOf(settings: GatewaySettings, redis: RedisLink | null, now = Date.now): WaitingRoom | null {
  const { WAITING_ROOM_PER_MINUTE: perMinute, COOKIE_SECRET: secret } = settings
  if (perMinute === 0) return null
  const intervalMs = 60_000 / perMinute
  const lines: Lines = redis ? sharedLines({ redis, intervalMs, now }) : memoryLines({ intervalMs, now })
  return createWaitingRoom({ lines, secret, intervalMs, now })
}

/** Where mail and cards are pretended there is a mailbox to show, and a page that stands in for the bank's. An empty PAYMENTS_URL means Stripe, which has its own. */
function developmentSite(settings: GatewaySettings): SiteConfig {
  const { mailbox, simulator } = placesOf(settings)
  const approvalUrl = settings.PAYMENTS_URL === '' ? null : `${settings.PAYMENTS_URL ?? simulator}/3ds/`
  return { mailboxUrl: mailbox, approvalUrl, offersTestCards: true }
}
