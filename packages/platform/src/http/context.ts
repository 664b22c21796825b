import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Role } from '@skyhold/contracts'
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { PlaceName } from '../places.ts'
import type { Caller } from '../tokens.ts'

/** A Fastify instance whose handlers get their types from the schemas of the route. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Who may call a route. Every route says so; one that does not is a mistake found at start. */
export type Access =
  | 'public'
  /** Another service, with a service token. */
  | 'internal'
  | readonly Role[]

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** With `internal`: the services that may call, when not each may. */
    callers?: readonly PlaceName[]
    /** A look-up's booking token (`bkt_…`) is accepted too; the service decides what it opens. */
    bookingToken?: true
  }
  interface FastifyRequest {
    /** The verified caller; null on public routes and for a booking token. */
    identified: Caller | null
    /** The look-up's token, unverified, on routes that accept one. */
    bookingToken: string | null
  }
}
