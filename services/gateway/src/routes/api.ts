import { FLIGHTS_PER_HOLD_MAX, idForm } from '@skyhold/contracts'
import { type App, callerOf, Refusal } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AdmissionParts, admit, countForAddress } from '../policies/admission.ts'
import type { Cors } from '../policies/cors.ts'
import type { StreamLimit } from '../policies/stream-limit.ts'
import { beginsPurchase, METHODS, methodsByPath, type RouteRule, type ServiceName } from '../policies/route-table.ts'
import type { WaitingRoom } from '../policies/waiting-room.ts'
import { type ForwardOptions, forward, isGone } from '../proxy/proxy.ts'
import type { Replicas } from '../proxy/replicas.ts'
import { wholeBody } from '../proxy/request-body.ts'

export interface ApiParts extends AdmissionParts {
  cors: Cors
  table: readonly RouteRule[]
  replicas: Record<ServiceName, Replicas>
  streams: StreamLimit
  /** Left out: purchases begin whenever they like. */
  room?: WaitingRoom | null
}

/** Every call of the route table, admitted and passed on. The platform sees public routes: here the door itself checks, and counts before it checks. */
export function apiRoutes(http: App, parts: ApiParts): void {
  http.register(async (scope) => {
    passBodiesThrough(scope)
    const paths = methodsByPath(parts.table)
    scope.addHook('onRequest', (request, reply, done) => {
      parts.cors.allow(request, reply)
      done()
    })
    for (const rule of parts.table) passOn(scope, rule, parts)
    for (const [path, methods] of paths) refuseOtherMethods(scope, path, allowOf(methods), parts)
  })
}

function passOn(scope: App, rule: RouteRule, parts: ApiParts): void {
  const options = { rule, replicas: parts.replicas[rule.service], trustedProxies: parts.trustedProxies }
  scope.route({
    method: rule.method,
    url: rule.path,
    config: { access: 'public' },
    schema: { hide: true },
    onRequest: (request, reply) => admit(request, reply, rule, parts),
    // Not async, and without a value: the answer is sent by the exchange, when it comes.
    handler: handlerOf(rule, options, parts),
  })
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => void

function handlerOf(rule: RouteRule, options: ForwardOptions, { room, streams }: ApiParts): Handler {
  if (room && beginsPurchase(rule)) return inTurn(room, options)
  if (rule.isEventStream) return counted(streams, options)
  return (request, reply) => forward(request, reply, options)
}

/** Passes an event stream on when its viewer may have one more. */
const counted =
  (streams: StreamLimit, options: ForwardOptions): Handler =>
  (request, reply) => {
    if (isGone(request)) return
    streams.enter(request, reply)
    forward(request, reply, options)
  }

/** Passes a purchase on when it is its turn on each of its flights. For that its body has to be read here. */
const inTurn = (room: WaitingRoom, options: ForwardOptions) => (request: FastifyRequest, reply: FastifyReply) => {
  const passOnInTurn = async () => {
    const body = await wholeBody(request.raw)
    const places = request.headers['waiting-room-place']
    await room.assertTurn({ flightIds: flightIdsOf(body), userId: callerOf(request).userId, places: places?.toString() })
    forward(request, reply, { ...options, body })
  }
  passOnInTurn().catch((error: unknown) => reply.send(error))
}

const FLIGHT_ID = idForm('flight')
const isFlightId = (value: unknown): value is string => typeof value === 'string' && FLIGHT_ID.test(value)

/**
 * The flights that a hold is asked for on. What is no JSON is refused here, since bookings might read it more kindly; what is JSON of another form, there: no turn is counted for
 * it, so that nobody makes lines of ids that cannot be.
 */
function flightIdsOf(body: Buffer): string[] {
  const flights = (parsed(body) as { flights?: unknown } | null)?.flights
  if (!Array.isArray(flights) || flights.length > FLIGHTS_PER_HOLD_MAX) return []
  const ids = flights.map((flight: { flightId?: unknown } | null) => flight?.flightId)
  return ids.every(isFlightId) ? ids : []
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new Refusal('invalid_request', { detail: 'The body is not valid JSON.' })
  }
}

/** Bodies are for the services: none is parsed, or even read, before it is passed on. */
function passBodiesThrough(scope: App): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

/** Answers what a path is not for, and what its preflight asks. */
export function refuseOtherMethods(scope: App, path: string, allow: string, parts: AdmissionParts & Pick<ApiParts, 'cors'>): void {
  const present = allow.split(', ')
  const open = {
    config: { access: 'public' },
    schema: { hide: true },
    onRequest: (request: FastifyRequest, reply: FastifyReply) => countForAddress(request, reply, parts),
  } as const
  scope.route({
    ...open,
    method: METHODS.filter((method) => !present.includes(method)),
    url: path,
    handler: async (_request, reply) => {
      reply.header('allow', allow)
      throw new Refusal('method_not_allowed', { detail: `This address takes ${allow}.` })
    },
  })
  scope.route({
    ...open,
    method: 'OPTIONS',
    url: path,
    handler: async (_request: FastifyRequest, reply: FastifyReply) => {
      parts.cors.answerPreflight(reply, allow)
      return reply.code(204).header('allow', allow).send()
    },
  })
}

const allowOf = (methods: readonly string[]) => [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
