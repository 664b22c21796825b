import { createHash } from 'node:crypto'
import { callerOf, Refusal } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../domain/access.ts'
import { keyScopeOf } from '../domain/access.ts'
import { type Answer, fingerprintOf, type IdempotencyKey, parseIdempotencyKey } from '../domain/idempotency.ts'
import type { Parts } from '../services/parts.ts'

/** Who acts: the signed-in caller, or the holder of a look-up's token. Refusals: `unauthenticated`, `invalid_token`. */
export async function actorOf(request: FastifyRequest, parts: Pick<Parts, 'bookingTokens' | 'db'>): Promise<Actor> {
  if (request.bookingToken === null) return { kind: 'user', caller: callerOf(request) }
  const bookingId = await parts.bookingTokens.findBookingId(request.bookingToken, await parts.db.now())
  if (!bookingId)
    throw new Refusal('invalid_token', { detail: 'The booking token is not valid, or has expired. Look the booking up again.' })
  return { kind: 'booking', bookingId }
}

/** The request's key with what it is bound to. The body is the one that came in, so that a default of ours does not change it. */
export function keyOf(request: FastifyRequest, actor: Actor): { key: IdempotencyKey; path: string; requestId: string } {
  const idemKey = parseIdempotencyKey(request.headers['idempotency-key'])
  const path = request.url.split('?', 1)[0] ?? ''
  return {
    key: { scope: keyScopeOf(actor), idemKey, fingerprint: fingerprintOf({ method: request.method, path, body: request.body ?? null }) },
    path,
    requestId: request.id,
  }
}

/** Adds where what was made, or is being made, is read; also to an answer that is given again. */
export const located = (answer: Answer, collection: string): Answer =>
  answer.status === 201 || answer.status === 202
    ? { ...answer, headers: { ...answer.headers, location: `/api/v1/${collection}/${String(answer.body.id)}` } }
    : answer

/** Sends what a use case under a key has answered, be it the first time or again. A stored refusal comes as the problem document it was. */
export function sendAnswer(reply: FastifyReply, { status, body, isReplayed, headers = {} }: Answer): FastifyReply {
  if (isReplayed) reply.header('idempotency-replayed', 'true')
  reply.code(status).headers(headers).header('cache-control', 'no-store')
  return status >= 400 ? reply.type('application/problem+json').serializer(JSON.stringify).send(body) : reply.send(body)
}

/** Sends one resource that has no version of its own with an ETag made of what is said of it. */
export function sendTagged(reply: FastifyReply, view: object): FastifyReply {
  const etag = `"${createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 22)}"`
  return reply.header('etag', etag).header('cache-control', 'private, no-cache').send(view)
}
