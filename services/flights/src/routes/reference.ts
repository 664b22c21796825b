import { Airport, ListOf, rolesWith } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import type { ReferenceController } from '../controllers/reference.ts'
import { AircraftItem, AirportQuery, ListQuery, ScheduleItem } from './schemas.ts'

export function referenceRoutes(http: App, reference: ReferenceController): void {
  http.get(
    '/api/v1/airports',
    {
      config: { access: 'public' },
      schema: {
        tags: ['airports'],
        operationId: 'listAirports',
        summary: 'Airports by code, city or name, best first',
        querystring: AirportQuery,
        response: { 200: ListOf(Airport), ...refusals('invalid_request') },
      },
    },
    async (request) => reference.listAirports(request.query),
  )
  http.get(
    '/api/v1/aircraft',
    {
      config: { access: 'public' },
      schema: {
        tags: ['aircraft'],
        operationId: 'listAircraft',
        summary: 'Aircraft with their cabins and seats',
        querystring: ListQuery,
        response: { 200: ListOf(AircraftItem), ...refusals('invalid_request') },
      },
    },
    async (request) => reference.listAircraft(request.query),
  )
  http.get(
    '/api/v1/schedules',
    {
      config: { access: rolesWith('schedules.read') },
      schema: {
        tags: ['schedules'],
        operationId: 'listSchedules',
        summary: 'The timetable that flights are made from',
        querystring: ListQuery,
        response: { 200: ListOf(ScheduleItem), ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden') },
      },
    },
    (request) => reference.listSchedules(request.query, request),
  )
}
