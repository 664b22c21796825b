import type { Role } from '@skyhold/contracts'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import type { Caller, ServiceTokens, TokenVerifier } from '../tokens.ts'
import type { Access } from './context.ts'

export interface AccessParts {
  service: string
  verifier?: TokenVerifier
  serviceTokens?: ServiceTokens
}

/** Whether anybody may make this request; so may whoever asks for what is not there. */
export const isOpen = (access: Access | undefined): access is 'public' | undefined => access === undefined || access === 'public'

/** Lets a request in by what its route states, and notes who makes it. Each service does this itself: that the gateway has done it too is no reason to believe a header. */
export async function authorize(request: FastifyRequest, parts: AccessParts): Promise<void> {
  const { access, callers, bookingToken } = request.routeOptions.config
  if (isOpen(access)) return
  const token = bearerOf(request)
  if (access === 'internal') {
    if (!parts.serviceTokens) throw new Refusal('forbidden')
    const service = await parts.serviceTokens.verify(token, parts.service)
    if (callers && !callers.some((each) => each === service)) throw new Refusal('forbidden')
    return
  }
  if (bookingToken && token.startsWith('bkt_')) {
    request.bookingToken = token
    return
  }
  if (!parts.verifier) throw new Error(`${parts.service} has a protected route and no way to verify tokens`)
  const caller = await parts.verifier.verify(token)
  if (!mayCall(access, caller)) throw new Refusal('forbidden')
  request.identified = caller
}

export const mayCall = (access: Access, caller: Caller) => Array.isArray(access) && caller.roles.some((role: Role) => access.includes(role))

/** Ours have some 400 characters. */
const HEADER_MAX = 4_096

/** The bearer token of a request; throws 401 when there is none or it is not one. */
export function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization
  if (!header) throw new Refusal('unauthenticated')
  // Whether its letters are those of a token, who reads it finds out: looking at each here would cost every call as much as finding its caller.
  if (header.length > HEADER_MAX || !/^Bearer ./i.test(header)) throw new Refusal('invalid_token')
  return header.slice('Bearer '.length)
}

/** The caller of a route that only signed-in people reach. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.identified) throw new Refusal('unauthenticated')
  return request.identified
}
