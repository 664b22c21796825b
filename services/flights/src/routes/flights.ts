import { AuditItem, Flight, ListOf, rolesWith } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { FlightsController } from '../controllers/flights.ts'
import { FlightCancellationBody, FlightChangeBody, FlightId, ListQuery, NewFlightBody, SearchQuery } from './schemas.ts'

const tags = ['flights']
const signedIn = ['unauthenticated', 'invalid_token', 'forbidden'] as const
const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 200, description: 'The ETag of the flight as it was read. Required.' })),
})

export function flightsRoutes(http: App, flights: FlightsController): void {
  http.get(
    '/api/v1/flights',
    {
      config: { access: 'public' },
      schema: {
        tags,
        operationId: 'searchFlights',
        summary: 'Flights of a day that can still be sold to the party',
        querystring: SearchQuery,
        response: { 200: ListOf(Flight), ...refusals('invalid_request') },
      },
    },
    (request) => flights.list(request.query),
  )
  http.get(
    '/api/v1/flights/:id',
    {
      config: { access: 'public' },
      schema: {
        tags,
        operationId: 'readFlight',
        summary: 'One flight, with an ETag',
        params: FlightId,
        response: {
          200: Flight,
          304: Type.Null({ description: 'Unchanged since the tag in If-None-Match' }),
          ...refusals('invalid_request', 'flight_not_found'),
        },
      },
    },
    (request, reply) => flights.read(request.params.id, request, reply),
  )
  http.post(
    '/api/v1/flights',
    {
      config: { access: rolesWith('flights.schedule') },
      schema: {
        tags,
        operationId: 'createFlight',
        summary: 'Put a flight on sale',
        body: NewFlightBody,
        response: { 201: Flight, ...refusals('invalid_request', ...signedIn) },
      },
    },
    (request, reply) => flights.create(request.body, request, reply),
  )
  http.patch(
    '/api/v1/flights/:id',
    {
      config: { access: rolesWith('flights.change') },
      schema: {
        tags,
        operationId: 'changeFlight',
        summary: 'Change times, gate, aircraft or status',
        description: 'Needs If-Match. The aircraft changes the fares: those of its cabins stay, a new cabin gets the usual ones.',
        params: FlightId,
        headers: IfMatch,
        body: FlightChangeBody,
        response: {
          200: Flight,
          ...refusals(
            'invalid_request',
            ...signedIn,
            'flight_not_found',
            'flight_departed',
            'invalid_transition',
            'stale_version',
            'if_match_required',
          ),
        },
      },
    },
    (request, reply) => flights.change(request.params.id, request.body, request, reply),
  )
  http.post(
    '/api/v1/flights/:id/cancellation',
    {
      config: { access: rolesWith('flights.cancel') },
      schema: {
        tags,
        operationId: 'cancelFlight',
        summary: 'Cancel a flight that is still to leave',
        description:
          'Its seats are no longer for sale, and everybody who has booked it gets all their money back. A flight that is cancelled already stays as it is and answers the same.',
        params: FlightId,
        body: FlightCancellationBody,
        response: { 200: Flight, ...refusals('invalid_request', ...signedIn, 'flight_not_found', 'flight_departed') },
      },
    },
    (request, reply) => flights.cancel(request.params.id, request.body, request, reply),
  )
  http.get(
    '/api/v1/flights/:id/audit',
    {
      config: { access: rolesWith('audit.read') },
      schema: {
        tags,
        operationId: 'listFlightAudit',
        summary: 'Who did what to a flight, when, and how it was before and after; newest first',
        description:
          '`before` is null where the flight was put on sale; otherwise both have only what was changed. `actorId` is a user, or a job such as `job:note-departures`.',
        params: FlightId,
        querystring: ListQuery,
        response: { 200: ListOf(AuditItem), ...refusals('invalid_request', ...signedIn, 'flight_not_found') },
      },
    },
    (request, reply) => flights.listAudit(request.params.id, request.query, request, reply),
  )
}
