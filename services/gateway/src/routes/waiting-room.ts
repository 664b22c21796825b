import { TakePlace } from '@skyhold/contracts'
import { type App, callerOf, Refusal } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AdmissionParts, admit } from '../policies/admission.ts'
import { NO_STORE, sendPage } from '../policies/browser-safety.ts'
import type { Cors } from '../policies/cors.ts'
import { type OwnRoute, READ_PLACE, TAKE_PLACE } from '../policies/own-routes.ts'
import type { WaitingRoom } from '../policies/waiting-room.ts'
import { waitingRoomPage } from '../views/waiting-room-page.ts'
import { refuseOtherMethods } from './api.ts'

export interface WaitingRoomParts extends AdmissionParts {
  cors: Cors
  /** null where there is none: its addresses then say so. */
  room: WaitingRoom | null
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Places in the lines of flights, for programs and for people. */
export function waitingRoomRoutes(http: App, parts: WaitingRoomParts): void {
  const { room } = parts

  const take: Handler = async (request, reply) => {
    const { flightId } = request.body as TakePlace
    if (!room) throw noRoom()
    const place = await room.takePlace(flightId, callerOf(request).userId)
    return reply.code(201).header('location', `/api/v1/waiting-room/places/${place.place}`).send(place)
  }

  const read: Handler = async (request, reply) => {
    const { place } = request.params as { place: string }
    if (!room) throw noRoom()
    const found = room.showPlace(place)
    if (!found) throw new Refusal('not_found', { detail: 'There is no such place in line. It may have lapsed; take a new one.' })
    return reply.send(found)
  }

  http.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      parts.cors.allow(request, reply)
      reply.header('cache-control', NO_STORE)
    })
    serve(scope, TAKE_PLACE, take, parts)
    serve(scope, READ_PLACE, read, parts)
    refuseOtherMethods(scope, TAKE_PLACE.path, 'POST, OPTIONS', parts)
    refuseOtherMethods(scope, READ_PLACE.path, 'GET, HEAD, OPTIONS', parts)
  })
  if (!room) return
  http.get('/waiting-room', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const { place } = request.query as { place?: unknown }
    const found = typeof place === 'string' ? room.showPlace(place) : null
    return sendPage(reply.code(found ? 200 : 404).header('cache-control', NO_STORE), waitingRoomPage(found))
  })
}

function serve(scope: App, route: OwnRoute, handler: Handler, parts: AdmissionParts): void {
  scope.route({
    method: route.method,
    url: route.path,
    config: { access: 'public' }, // For the platform; the door checks itself, and counts before it checks.
    schema: { hide: true, ...(route === TAKE_PLACE ? { body: TakePlace } : {}) },
    onRequest: (request, reply) => admit(request, reply, route, parts),
    handler,
  })
}

const noRoom = () => new Refusal('not_found', { detail: 'There is no waiting room here: nobody needs a place to hold seats.' })
