import type { SeatChanges } from '@skyhold/contracts'
import { isKnown, Refusal } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../services/parts.ts'
import { showSeatMap } from '../services/show-seat-map.ts'
import type { SeatWatch } from '../services/watch-seats.ts'

/** Proxies and browsers give up a silent stream after half a minute or so. */
const HEARTBEAT_MS = 15_000
const EVENT_STREAM = 'text/event-stream'
/** A process's sockets are for its buyers too. */
const VIEWERS_MAX = 5_000
/** Some thirty whole seat maps. Who is so far behind does not read at all; he comes back with what he saw last. */
const UNREAD_BYTES_MAX = 256 * 1024

const flightIdOf = (request: FastifyRequest): string => (request.params as { id: string }).id

export function seatMapControllers(parts: Parts, watch: SeatWatch) {
  let viewers = 0
  return {
    async show(request: FastifyRequest, reply: FastifyReply) {
      const { map, etag } = await showSeatMap(flightIdOf(request), parts)
      reply.header('etag', etag).header('cache-control', 'no-cache')
      return isKnown(request.headers['if-none-match'], etag) ? reply.code(304).send(null) : reply.send(map)
    },

    /** Server-Sent Events: one `seats` event for each change, with the version as its id, so that a client that comes back is told only what it missed. */
    async watch(request: FastifyRequest, reply: FastifyReply) {
      const { raw } = reply
      // Before anything is waited for: who goes meanwhile is not told of twice.
      const closed = new Promise<void>((resolve) => raw.once('close', resolve))
      const flightId = flightIdOf(request)
      const flight = (await parts.catalog.load([flightId])).get(flightId)
      if (!flight) throw new Refusal('flight_not_found', { detail: `There is no flight ${flightId}.` })
      // What a GET would get never ends, and its head is all of this.
      if (request.method === 'HEAD') return reply.type(EVENT_STREAM).header('cache-control', 'no-store').send()
      if (viewers >= VIEWERS_MAX)
        throw new Refusal('unavailable', { detail: 'Too many people are watching. Read the seat map instead.', retryAfterSeconds: 10 })
      const lastId = request.headers['last-event-id']
      reply.hijack()
      if (raw.destroyed) return
      raw.writeHead(200, {
        'content-type': EVENT_STREAM,
        'cache-control': 'no-store',
        'x-request-id': request.id,
        'x-accel-buffering': 'no',
      })
      // A client that has gone, or a service that closes, may be a moment ahead of us.
      const say = (text: string) => {
        if (raw.writableEnded || raw.destroyed) return
        raw.write(text)
        if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy()
      }
      say(': watching\n\n')
      viewers += 1
      const heartbeat = setInterval(() => say(': still here\n\n'), HEARTBEAT_MS)
      try {
        const stop = await watch.watch(flight, {
          lastVersion: typeof lastId === 'string' ? lastId : undefined,
          watcher: { changed: (change) => say(eventOf(change)), ended: () => raw.end() },
        })
        await closed
        stop()
      } finally {
        clearInterval(heartbeat)
        viewers -= 1
        raw.end()
      }
    },
  }
}

const eventOf = (change: SeatChanges): string => `id: ${change.version}\nevent: seats\ndata: ${JSON.stringify(change)}\n\n`
