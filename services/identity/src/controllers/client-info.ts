import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { ClientInfo } from '../domain/session.ts'

const USER_AGENT_MAX = 300

/**
 * Where a request comes from, for its owner to recognise his sessions by. The gateway names the address in X-Forwarded-For, having removed what the client sent;
 * all that is decided by it is whose failed sign-ins count together.
 */
export function clientOf(request: FastifyRequest): ClientInfo {
  const forwarded =
    String(request.headers['x-forwarded-for'] ?? '')
      .split(',', 1)[0]
      ?.trim() ?? ''
  // Header bytes past ASCII come as Latin-1; half a character pair at the cut would not be storable.
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX).toWellFormed()
  return { userAgent, address: isIP(forwarded) ? forwarded : request.ip }
}
