import { Money, Refund } from '@skyhold/contracts'
import { refusals } from '@skyhold/platform'
import { expect, test } from 'vitest'
import { joinOpenApi, type OpenApi } from '../../src/policies/openapi-join.ts'
import type { RouteRule } from '../../src/policies/route-table.ts'

const plain = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>
const rule = (method: 'GET' | 'POST', path: string, change: Partial<RouteRule> = {}): RouteRule => ({
  method,
  path,
  service: 'flights',
  access: 'public',
  bookingToken: false,
  rate: 'wide',
  timeoutMs: 1000,
  isEventStream: false,
  ...change,
})
const described = (responses: object) => plain({ operationId: 'do', tags: ['flights'], summary: 'Do', responses })
const answer = (schema: object) => ({ 200: { description: 'Default Response', content: { 'application/json': { schema } } } })

interface Joined {
  paths: Record<string, Record<string, { responses: Record<string, unknown> } & Record<string, unknown>>>
  components: { schemas: Record<string, unknown>; responses: Record<string, unknown> }
}
const joined = (table: RouteRule[], paths: OpenApi['paths']) =>
  joinOpenApi({ table, descriptions: new Map([['flights', { paths: paths ?? {} }]]) }) as unknown as Joined

test('joined document — an address that the gateway does not let through — is not in it', () => {
  const { paths } = joined([rule('GET', '/api/v1/flights')], {
    '/api/v1/flights': { get: described(answer({})), post: described(answer({})) },
    '/internal/secret': { get: described(answer({})) },
  })
  expect(Object.entries(paths).map(([path, item]) => [path, Object.keys(item)])).toEqual([['/api/v1/flights', ['get']]])
})

test('joined document — a call of the table that its service does not describe — is an error', () => {
  expect(() => joined([rule('POST', '/api/v1/flights')], {})).toThrow('flights does not describe POST /api/v1/flights')
})

test('joined document — a call for administrators — says so, with the refusals of the door', () => {
  const { paths, components } = joined([rule('POST', '/api/v1/flights/:id', { access: ['admin'], bookingToken: true })], {
    '/api/v1/flights/{id}': { post: described({ ...answer({}), ...refusals('flight_not_found', 'flight_departed') }) },
  })
  const operation = paths['/api/v1/flights/{id}']?.post
  expect(operation).toMatchObject({
    'x-roles': ['admin'],
    security: [{ bearer: [] }, { bookingToken: [] }, { sessionCookie: [], csrfToken: [] }],
    description: 'For `admin`. The token of a look-up opens it too, for its booking.',
  })
  expect(Object.keys(operation?.responses ?? {})).toEqual(['200', '401', '403', '404', '409', '413', '429', '431', '502', '503', '504'])
  expect(operation?.responses['404']).toMatchObject({
    description: '`flight_not_found`: There is no such flight',
    content: {
      'application/problem+json': {
        schema: { properties: { code: { enum: ['flight_not_found'] }, flightId: {} }, unevaluatedProperties: false },
      },
    },
  })
  expect(components.responses).toEqual({})
})

test('joined document — a refusal that two calls share — is a component', () => {
  const { paths, components } = joined([rule('GET', '/a', { rate: 'none' }), rule('POST', '/a', { rate: 'none' })], {
    '/a': { get: described(answer({})), post: described(answer({})) },
  })
  expect(paths['/a']?.get?.responses['504']).toEqual({ $ref: '#/components/responses/GatewayTimeout' })
  expect(Object.keys(components.responses)).toEqual(['BadGateway', 'GatewayTimeout', 'HeadersTooLarge', 'PayloadTooLarge', 'Unavailable'])
})

test('joined document — a schema of the contracts, however deep — is a component with its name; what is not used is none', () => {
  const { paths, components } = joined([rule('GET', '/a')], {
    '/a': { get: described(answer({ type: 'object', properties: { data: { type: 'array', items: plain(Refund) }, nextCursor: {} } })) },
  })
  expect(paths['/a']?.get?.responses['200']).toMatchObject({
    content: { 'application/json': { schema: { $ref: '#/components/schemas/RefundPage' } } },
  })
  expect(components.schemas).toMatchObject({
    RefundPage: { properties: { data: { items: { $ref: '#/components/schemas/Refund' } } } },
    Refund: { properties: { amount: { $ref: '#/components/schemas/Money' } } },
    Money: plain(Money),
  })
  expect(Object.keys(components.schemas)).toEqual(['Problem', 'Money', 'Refund', 'RefundPage'])
})
