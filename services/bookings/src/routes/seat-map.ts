import { Id, SeatChanges, SeatMap } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { seatMapControllers } from '../controllers/seat-map.ts'
import type { Parts } from '../services/parts.ts'
import type { SeatWatch } from '../services/watch-seats.ts'

const config = { access: 'public' } as const
const tags = ['flights']
const params = Type.Object({ id: Id('flight') })
const LastEventId = Type.Object({
  'last-event-id': Type.Optional(Type.String({ description: 'The `id` of the last event that was seen' })),
})

/** What its events hold, by their names: each is JSON in its `data`. */
const Events = Type.String({ contentMediaType: 'text/event-stream', contentSchema: Type.Object({ seats: SeatChanges }) })

export function seatMapRoutes(http: App, parts: Parts, watch: SeatWatch): void {
  const seatMap = seatMapControllers(parts, watch)
  http.get(
    '/api/v1/flights/:id/seat-map',
    {
      config,
      schema: {
        tags,
        operationId: 'readSeatMap',
        summary: 'Show the seats of a flight, as of now',
        params,
        response: { 200: SeatMap, 304: Type.Null(), ...refusals('flight_not_found') },
      },
    },
    seatMap.show,
  )
  http.get(
    '/api/v1/flights/:id/seat-map/events',
    {
      config,
      schema: {
        tags,
        operationId: 'watchSeatMap',
        summary: 'Watch the seats of a flight (Server-Sent Events)',
        description:
          'Each `seats` event has the seats that have changed: `{ version, seats: [{ designator, status }] }`. `Last-Event-ID` goes on after an event that was seen; an unknown one gets every seat once.',
        params,
        headers: LastEventId,
        response: {
          200: { description: 'Events without an end', content: { 'text/event-stream': { schema: Events } } },
          ...refusals('flight_not_found'),
        },
      },
    },
    seatMap.watch,
  )
}
