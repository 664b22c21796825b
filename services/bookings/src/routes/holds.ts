import { CreateHold, Hold, Id } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { holdControllers } from '../controllers/holds.ts'
import type { Parts } from '../services/parts.ts'
import type { TakeSeats } from '../services/take-seats.ts'
import { EVERYONE, NeedsKey } from './shared.ts'

const params = Type.Object({ id: Id('hold') })
const tags = ['holds']
const config = { access: EVERYONE }

export function holdRoutes(http: App, parts: Parts, takeSeats: TakeSeats): void {
  const holds = holdControllers(parts, takeSeats)
  http.post(
    '/api/v1/holds',
    {
      config,
      schema: {
        tags,
        operationId: 'createHold',
        summary: 'Hold seats: all of them or none, the first request wins',
        headers: NeedsKey,
        body: CreateHold,
        response: {
          201: Hold,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'no_such_seat',
            'duplicate_seat',
            'duplicate_flight',
            'fare_cabin_mismatch',
            'unauthenticated',
            'flight_not_found',
            'seat_unavailable',
            'flight_not_on_sale',
            'fare_sold_out',
            'hold_limit_reached',
            'mixed_currencies',
            'idempotency_key_reused',
            'unavailable',
          ),
        },
      },
    },
    holds.create,
  )
  http.get(
    '/api/v1/holds/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'readHold',
        summary: 'Read a hold',
        params,
        response: { 200: Hold, ...refusals('unauthenticated', 'hold_not_found') },
      },
    },
    holds.read,
  )
  http.post(
    '/api/v1/holds/:id/extension',
    {
      config,
      schema: {
        tags,
        operationId: 'extendHold',
        summary: 'Extend a hold',
        params,
        response: {
          200: Hold,
          ...refusals('unauthenticated', 'hold_not_found', 'hold_expired', 'hold_consumed', 'payment_in_progress', 'hold_extension_limit'),
        },
      },
    },
    holds.extend,
  )
  http.delete(
    '/api/v1/holds/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'releaseHold',
        summary: 'Release a hold',
        params,
        response: { 204: Type.Null(), ...refusals('unauthenticated', 'hold_not_found', 'hold_consumed') },
      },
    },
    holds.release,
  )
}
