import { Id, SeatMap } from '@skyhold/contracts'
import type { App } from '@skyhold/platform'
import { Type } from 'typebox'
import type { Parts } from '../services/parts.ts'
import { showSeatMap } from '../services/show-seat-map.ts'
import { REFUSALS } from './shared.ts'

export function seatMapRoutes(http: App, parts: Parts): void {
  http.get(
    '/api/v1/flights/:id/seat-map',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Flights'],
        summary: 'Show the seats of a flight, as of now',
        params: Type.Object({ id: Id('flight') }),
        response: { 200: SeatMap, 304: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const map = await showSeatMap(request.params.id, parts)
      const etag = `"${map.version}"`
      reply.header('etag', etag).header('cache-control', 'no-cache')
      return request.headers['if-none-match'] === etag ? reply.code(304).send(null) : reply.send(map)
    },
  )
}
