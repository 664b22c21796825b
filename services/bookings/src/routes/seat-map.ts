import { Id, SeatMap } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { seatMapControllers } from '../controllers/seat-map.ts'
import type { Parts } from '../services/parts.ts'
import type { SeatWatch } from '../services/watch-seats.ts'

const config = { access: 'public' } as const
const tags = ['Flights']
const params = Type.Object({ id: Id('flight') })

export function seatMapRoutes(http: App, parts: Parts, watch: SeatWatch): void {
  const seatMap = seatMapControllers(parts, watch)
  http.get(
    '/api/v1/flights/:id/seat-map',
    {
      config,
      schema: {
        tags,
        summary: 'Show the seats of a flight, as of now',
        params,
        response: { 200: SeatMap, 304: Type.Null(), ...refusals('flight_not_found') },
      },
    },
    seatMap.show,
  )
  http.get(
    '/api/v1/flights/:id/seat-map/events',
    { config, schema: { tags, summary: 'Watch the seats of a flight (Server-Sent Events)', params } },
    seatMap.watch,
  )
}
