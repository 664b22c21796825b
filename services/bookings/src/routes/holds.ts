import { CreateHold, Hold, Id } from '@skyhold/contracts'
import type { App } from '@skyhold/platform'
import { Type } from 'typebox'
import { holdControllers } from '../controllers/holds.ts'
import type { Parts } from '../services/parts.ts'
import type { TakeSeats } from '../services/take-seats.ts'
import { EVERYONE, NeedsKey, REFUSALS } from './shared.ts'

const params = Type.Object({ id: Id('hold') })
const tags = ['Holds']
const config = { access: EVERYONE }

export function holdRoutes(http: App, parts: Parts, takeSeats: TakeSeats): void {
  const holds = holdControllers(parts, takeSeats)
  http.post(
    '/api/v1/holds',
    {
      config,
      schema: {
        tags,
        summary: 'Hold seats: all of them or none, the first request wins',
        headers: NeedsKey,
        body: CreateHold,
        response: { 201: Hold, ...REFUSALS },
      },
    },
    holds.create,
  )
  http.get(
    '/api/v1/holds/:id',
    { config, schema: { tags, summary: 'Read a hold', params, response: { 200: Hold, ...REFUSALS } } },
    holds.read,
  )
  http.post(
    '/api/v1/holds/:id/extension',
    { config, schema: { tags, summary: 'Extend a hold', params, response: { 200: Hold, ...REFUSALS } } },
    holds.extend,
  )
  http.delete(
    '/api/v1/holds/:id',
    { config, schema: { tags, summary: 'Release a hold', params, response: { 204: Type.Null(), ...REFUSALS } } },
    holds.release,
  )
}
