import { expect, test } from 'vitest'
import { joinOpenApi, type OpenApi, operationsOf } from '../../src/policies/openapi-join.ts'
import { ROUTE_TABLE, type ServiceName } from '../../src/policies/route-table.ts'

const answer = (schema: object) => ({ responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } } })
const flights: OpenApi = {
  paths: {
    '/api/v1/flights': { get: answer({ $ref: '#/components/schemas/Thing' }), post: answer({}) },
    '/internal/secret': { get: answer({}) },
  },
  components: { schemas: { Thing: { type: 'string' }, Same: { type: 'null' } } },
}
const bookings: OpenApi = {
  paths: { '/api/v1/bookings/{id}': { get: answer({ $ref: '#/components/schemas/Thing' }) } },
  components: { schemas: { Thing: { type: 'integer' }, Same: { type: 'null' } } },
}
const joined = (descriptions: [ServiceName, OpenApi | null][]) =>
  joinOpenApi({ table: ROUTE_TABLE, publicUrl: 'http://skyhold.test', descriptions: new Map(descriptions) }) as OpenApi &
    Record<string, unknown>

test('joined document — two schemas of one name that differ — keeps both, and each reference finds its own', () => {
  const document = joined([
    ['flights', flights],
    ['bookings', bookings],
  ])
  expect(document.components?.schemas).toMatchObject({
    Thing: { type: 'string' },
    BookingsThing: { type: 'integer' },
    Same: { type: 'null' },
  })
  expect(document.components?.schemas).not.toHaveProperty('BookingsSame')
  expect(JSON.stringify(document.paths?.['/api/v1/bookings/{id}'])).toContain('#/components/schemas/BookingsThing')
  expect(JSON.stringify(document.paths?.['/api/v1/flights'])).toContain('#/components/schemas/Thing')
})

test('joined document — an address that the gateway does not let through — is not in it', () => {
  expect(operationsOf(joined([['flights', flights]]))).toEqual([
    { method: 'GET', path: '/api/v1/flights' },
    { method: 'POST', path: '/api/v1/flights' },
  ])
})

test('joined document — a call for administrators — says so, with the refusals of the door', () => {
  expect(joined([['flights', flights]]).paths?.['/api/v1/flights']?.post).toMatchObject({
    'x-roles': ['admin'],
    security: [{ bearer: [] }],
    responses: { 200: {}, 401: {}, 403: {}, 429: { $ref: '#/components/responses/Problem429' }, 503: {} },
  })
})

test('joined document — a service that is away — is named as missing', () => {
  expect(joined([['flights', null]])).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: 'http://skyhold.test' }],
    'x-missing-services': ['flights'],
    paths: {},
  })
})
