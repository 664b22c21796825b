type Json = Record<string, unknown>

const text = (description: string): Json => ({ description, schema: { type: 'string' } })
const ref = (name: string): Json => ({ $ref: `#/components/headers/${name}` })

/** The headers that answers have beside those of HTTP itself. */
export const sharedHeaders: Record<string, Json> = {
  XRequestId: text('Names the request in all logs: what was sent under this name, or a new one. The `requestId` of a problem is the same'),
  RateLimitPolicy: text('The tightest limit, as in `"user";q=300;w=60`'),
  RateLimit: text('What is left of it, as in `"user";r=299;t=60`'),
  RetryAfter: { description: 'Whole seconds after which another try makes sense', schema: { type: 'integer' } },
  WwwAuthenticate: text('How to sign in: `Bearer realm="skyhold"`'),
  Location: text('Where what was made, or is being made, is read'),
  ETag: text('The version of what was read; for `If-Match` and `If-None-Match`'),
  IdempotencyReplayed: {
    description: '`true` when this is the answer that the key was given before',
    schema: { type: 'string', enum: ['true'] },
  },
}

const OF_ALL = { 'X-Request-Id': ref('XRequestId') }
const LIMITS = { 'RateLimit-Policy': ref('RateLimitPolicy'), RateLimit: ref('RateLimit') }
const RETRY_AFTER = { 'Retry-After': ref('RetryAfter') }

const OF_REFUSALS: Record<number, Json> = {
  401: { 'WWW-Authenticate': ref('WwwAuthenticate') },
  402: { 'Idempotency-Replayed': ref('IdempotencyReplayed') },
  409: { ...RETRY_AFTER, 'Idempotency-Replayed': ref('IdempotencyReplayed') },
  422: { 'Idempotency-Replayed': ref('IdempotencyReplayed') },
  429: { ...LIMITS, ...RETRY_AFTER },
  503: RETRY_AFTER,
  504: RETRY_AFTER,
}

/** The headers of a refusal, as a member of its response. */
export const headersOfRefusal = (status: number): { headers: Json } => ({ headers: { ...OF_ALL, ...OF_REFUSALS[status] } })

/** The calls whose 201 and 202 say where what they made, or are making, is read. Others, such as a link by e-mail, make nothing that has an address. */
const LOCATED = new Set([
  'createFlight',
  'createHold',
  'createBooking',
  'payForBooking',
  'confirmPayment',
  'quoteCancellation',
  'createRefund',
  'retryRefund',
  'takePlaceInLine',
])

export const isLocated = (operationId: string, status: string): boolean =>
  (status === '201' || status === '202') && LOCATED.has(operationId)

export interface AnswerKind {
  status: string
  hasLocation: boolean
  isLimited: boolean
  takesKey: boolean
  /** It is read, or changed, by its version. */
  hasVersion: boolean
}

/** The headers of an answer that is no refusal. */
export const headersOfAnswer = ({ status, hasLocation, isLimited, takesKey, hasVersion }: AnswerKind): { headers: Json } => ({
  headers: {
    ...OF_ALL,
    ...(isLimited ? LIMITS : {}),
    ...(takesKey ? { 'Idempotency-Replayed': ref('IdempotencyReplayed') } : {}),
    ...(hasLocation ? { Location: ref('Location') } : {}),
    ...(hasLocation && status === '202' ? RETRY_AFTER : {}),
    ...(hasVersion ? { ETag: ref('ETag') } : {}),
  },
})
