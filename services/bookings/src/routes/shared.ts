import { Problem } from '@skyhold/contracts'
import { Type } from 'typebox'

/** The refusals every route can give, for the description of the API. */
export const REFUSALS = { 400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem, 503: Problem }
export const EVERYONE = ['customer', 'agent', 'admin'] as const
export const NeedsKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: '1–255 visible ASCII characters; the same key with the same request has one effect' }),
  ),
})
