import { callerOf, isKnown, type PageQuery } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { cancelFlight } from '../services/cancel-flight.ts'
import { changeFlight, type FlightChange } from '../services/change-flight.ts'
import { getFlight } from '../services/flight-lookup.ts'
import type { FlightQuery, FlightSearch } from '../services/flight-search.ts'
import { listFlightAudit } from '../services/read-audit.ts'
import { scheduleFlight, type Actor, type FlightDeskDeps, type NewFlight } from '../services/schedule-flight.ts'
import { auditView } from '../views/audit.ts'
import { flightTag, flightView } from '../views/flight.ts'
import { versionsOf } from './etags.ts'

export class FlightsController {
  readonly #search: FlightSearch
  readonly #desk: FlightDeskDeps
  readonly #cursorSecret: string

  constructor({ search, desk, cursorSecret }: { search: FlightSearch; desk: FlightDeskDeps; cursorSecret: string }) {
    this.#search = search
    this.#desk = desk
    this.#cursorSecret = cursorSecret
  }

  async list(query: FlightQuery) {
    const { data, nextCursor } = await this.#search.search(query)
    return { data: data.map(flightView), nextCursor }
  }

  async read(id: string, request: FastifyRequest, reply: FastifyReply) {
    const offer = await getFlight(id, this.#desk)
    // Seats are sold all the time: it may be kept, and must be asked for again each time.
    reply.header('etag', flightTag(offer)).header('cache-control', 'no-cache')
    return isKnown(request.headers['if-none-match'], flightTag(offer)) ? reply.code(304).send() : reply.send(flightView(offer))
  }

  async create(plan: NewFlight, request: FastifyRequest, reply: FastifyReply) {
    const offer = await scheduleFlight(plan, actorOf(request), this.#desk)
    return reply
      .code(201)
      .headers({ location: `/api/v1/flights/${offer.record.id}`, etag: flightTag(offer) })
      .send(flightView(offer))
  }

  async change(id: string, change: FlightChange, request: FastifyRequest, reply: FastifyReply) {
    const isSeen = versionsOf(request.headers['if-match'])
    const offer = await changeFlight(id, change, { actor: actorOf(request), isSeen }, this.#desk)
    return reply.header('etag', flightTag(offer)).send(flightView(offer))
  }

  async cancel(id: string, cancellation: { reason: string }, request: FastifyRequest, reply: FastifyReply) {
    const offer = await cancelFlight(id, cancellation, actorOf(request), this.#desk)
    return reply.header('etag', flightTag(offer)).send(flightView(offer))
  }

  async listAudit(id: string, page: PageQuery, request: FastifyRequest, reply: FastifyReply) {
    const { data, nextCursor } = await listFlightAudit(id, page, actorOf(request), { ...this.#desk, cursorSecret: this.#cursorSecret })
    reply.header('cache-control', 'no-store')
    return { data: data.map(auditView), nextCursor }
  }
}

function actorOf(request: FastifyRequest): Actor {
  const { userId, operatorId } = callerOf(request)
  return { userId, operatorId, requestId: request.id }
}
