import { bearerOf, type Caller, mayCall, Refusal, type TokenVerifier } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RevokedSessions } from '../clients/revoked-sessions.ts'
import { clientAddressOf, limitKeyOf } from './client-address.ts'
import { type RateLimits, rateHeadersOf, TooManyRequests, tightestOf } from './rate-limits.ts'
import type { RouteRule } from './route-table.ts'
import type { SessionCookies } from './session-cookies.ts'

/** The longest look-up token that is passed on; ours have 47 characters. */
const BOOKING_TOKEN_MAX = 128

export interface AdmissionParts {
  verifier: TokenVerifier
  revoked: Pick<RevokedSessions, 'has'>
  limits: RateLimits
  trustedProxies: number
  cookies: Pick<SessionCookies, 'authorize'>
}

/** What of a call decides who gets in. */
export type Entrance = Pick<RouteRule, 'access' | 'bookingToken' | 'rate'>

/** Lets a request in or refuses it: 429 for its address, then 401 and 403, then 429 for its user. A forged token costs its sender a call before it costs us a signature. */
export async function admit(request: FastifyRequest, reply: FastifyReply, rule: Entrance, parts: AdmissionParts): Promise<void> {
  try {
    const address = limitKeyOf(clientAddressOf(request.raw, parts.trustedProxies))
    const ofAddress = await parts.limits.takeForAddress(rule.rate, address)
    const key = await identify(request, reply, rule, parts)
    const ofCaller = key === null ? null : await parts.limits.takeForCaller(rule.rate, key)
    const tightest = tightestOf(ofCaller, ofAddress)
    if (tightest) reply.headers(rateHeadersOf(tightest))
  } catch (error) {
    if (error instanceof TooManyRequests) reply.headers(rateHeadersOf(error.state))
    throw error
  }
}

/** Counts a call that needs nobody's leave, such as one of an address that there is not: it costs its sender what any other does. Throws 429. */
export async function countForAddress(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: Pick<AdmissionParts, 'limits' | 'trustedProxies'>,
): Promise<void> {
  try {
    await parts.limits.takeForAddress('wide', limitKeyOf(clientAddressOf(request.raw, parts.trustedProxies)))
  } catch (error) {
    if (error instanceof TooManyRequests) reply.headers(rateHeadersOf(error.state))
    throw error
  }
}

/** Finds out who calls and whether he may; answers what his calls are counted by, null on public calls. */
async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  rule: Entrance,
  { verifier, revoked, cookies }: AdmissionParts,
): Promise<string | null> {
  if (rule.access === 'public') return null
  // A token that the caller has put there himself is what he means; a cookie the browser sends whatever he means.
  if (request.headers.authorization === undefined && request.headers.cookie !== undefined) await cookies.authorize(request, reply)
  const token = bearerOf(request)
  if (rule.bookingToken && token.startsWith('bkt_')) {
    if (token.length > BOOKING_TOKEN_MAX) throw new Refusal('invalid_token')
    request.bookingToken = token
    return token
  }
  const caller: Caller = await verifier.verify(token)
  if (revoked.has(caller.sessionId)) throw new Refusal('invalid_token', { detail: 'The session has ended. Sign in again.' })
  if (!mayCall(rule.access, caller)) throw new Refusal('forbidden')
  request.identified = caller
  return caller.userId
}
