import type { FastifyReply, FastifyRequest } from 'fastify'

const REQUEST_HEADERS =
  'authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, waiting-room-place, x-request-id, traceparent'
const RESPONSE_HEADERS =
  'etag, location, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed, www-authenticate, content-disposition'
const PREFLIGHT_SECONDS = '600'

export interface Cors {
  /** Marks the answer as one that the asking page may read, if its origin is listed. */
  allow(request: FastifyRequest, reply: FastifyReply): boolean
  /** Adds what a preflight asks for; `methods` are those of the path. */
  answerPreflight(reply: FastifyReply, methods: string): void
}

/** `origins` is the comma list of CORS_ORIGINS. Tokens travel in a header that a page has to set itself, so cookies are never allowed along. */
export function createCors(origins: string): Cors {
  const listed = new Set(
    origins
      .split(',')
      .map((origin) => origin.trim().replace(/\/$/, ''))
      .filter(Boolean),
  )
  return {
    allow(request, reply) {
      if (listed.size === 0) return false
      // Said also to the others, since a cache must not give one origin the answer of another.
      reply.header('vary', 'Origin')
      const { origin } = request.headers
      if (!origin || !listed.has(origin)) return false
      reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', RESPONSE_HEADERS)
      return true
    },
    answerPreflight(reply, methods) {
      reply
        .header('access-control-allow-methods', methods)
        .header('access-control-allow-headers', REQUEST_HEADERS)
        .header('access-control-max-age', PREFLIGHT_SECONDS)
    },
  }
}
