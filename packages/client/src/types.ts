import type { CALLS, components, operations } from './generated/openapi.ts'

/** The name of a call, as in the OpenAPI document: its `operationId`. */
export type CallName = keyof typeof CALLS & keyof operations

/** The shapes that answers are made of: `Schema<'Booking'>`. */
export type Schema<N extends keyof components['schemas']> = components['schemas'][N]

type Success = 200 | 201 | 202 | 204 | 304
type JsonOf<R> = R extends { content: { 'application/json': infer Body } } ? Body : undefined
type Responses<N extends CallName> = operations[N]['responses']

/** What a call answers when it succeeds. */
export type DataOf<N extends CallName> = {
  [S in keyof Responses<N> & Success]: JsonOf<Responses<N>[S]>
}[keyof Responses<N> & Success]

type Part<N extends CallName, P extends 'path' | 'query'> = operations[N]['parameters'][P]
type BodyOf<N extends CallName> = operations[N] extends { requestBody: { content: { 'application/json': infer Body } } } ? Body : undefined

/** A member that is asked for where the call needs it, may be left out where it can be, and is not there where there is nothing to say. */
type Member<Name extends string, Value> = [Value] extends [undefined]
  ? { [M in Name]?: never }
  : undefined extends Value
    ? { [M in Name]?: Exclude<Value, undefined> }
    : { [M in Name]: Value }

export interface CallOptions {
  /** The Idempotency-Key; a new one for each call unless told. Tell one that is kept elsewhere, and the call can be made again after a crash. */
  key?: string
  /** The ETag of what is changed. */
  ifMatch?: string
  /** The ETag of what is known: an unchanged answer is 304, without data. */
  ifNoneMatch?: string
  signal?: AbortSignal
}

/** What a call is given. */
export type Given<N extends CallName> = Member<'path', Part<N, 'path'>> &
  Member<'query', Part<N, 'query'>> &
  Member<'body', BodyOf<N>> &
  CallOptions

/** The arguments after the name of a call: none are needed where nothing is. */
export type Arguments<N extends CallName> = CallOptions extends Given<N> ? [given?: Given<N>] : [given: Given<N>]

/** Calls that answer a page of a list. */
export type ListName = {
  [N in CallName]: DataOf<N> extends { data: unknown[]; nextCursor: string | null } ? N : never
}[CallName]
export type ItemOf<N extends ListName> = DataOf<N> extends { data: (infer Item)[] } ? Item : never

export interface Answer<Data> {
  status: number
  data: Data
  /** The version of a single resource, for `ifMatch` and `ifNoneMatch`. */
  etag: string | null
  location: string | null
  retryAfterSeconds: number | null
  /** True when this is what an earlier call with the same key was answered. */
  isReplayed: boolean
  headers: Headers
}
