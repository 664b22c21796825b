import { expect, test } from 'vitest'
import { methodsByPath, ROUTE_TABLE } from '../../src/policies/route-table.ts'

const find = (method: string, path: string) => ROUTE_TABLE.find((rule) => rule.method === method && rule.path === path)

test('route table — every call — stands in it once', () => {
  const calls = ROUTE_TABLE.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(calls).size).toBe(calls.length)
})

test('route table — the seat map of a flight — goes to bookings, the flight itself to flights', () => {
  expect(find('GET', '/api/v1/flights/:id/seat-map')?.service).toBe('bookings')
  expect(find('GET', '/api/v1/flights/:id/seat-map/events')).toMatchObject({ service: 'bookings', isEventStream: true })
  expect(find('GET', '/api/v1/flights/:id')?.service).toBe('flights')
})

test('route table — what changes flights, reads users or replays messages — is for administrators alone', () => {
  for (const [method, path] of [
    ['POST', '/api/v1/flights'],
    ['PATCH', '/api/v1/flights/:id'],
    ['POST', '/api/v1/flights/:id/cancellation'],
    ['GET', '/api/v1/dead-letters'],
    ['POST', '/api/v1/dead-letters/:id/replay'],
    ['POST', '/api/v1/dead-letters/:id/dismissal'],
    ['GET', '/api/v1/provider-events'],
    ['POST', '/api/v1/provider-events/:id/replay'],
    ['POST', '/api/v1/provider-events/:id/dismissal'],
    ['GET', '/api/v1/users'],
    ['PUT', '/api/v1/users/:id/roles'],
  ] as const)
    expect(find(method, path)?.access).toEqual(['admin'])
})

test("route table — the provider's webhooks — have neither roles nor limits", () => {
  expect(find('POST', '/api/v1/webhooks/payments')).toMatchObject({ access: 'public', rate: 'none' })
})

test('route table — a look-up token — opens what concerns its booking and nothing else', () => {
  const open = ROUTE_TABLE.filter((rule) => rule.bookingToken).map(({ method, path }) => `${method} ${path}`)
  expect(open).toEqual([
    'GET /api/v1/bookings/:id',
    'POST /api/v1/bookings/:id/payments',
    'GET /api/v1/bookings/:id/payments',
    'GET /api/v1/payments/:id',
    'POST /api/v1/payments/:id/confirmation',
    'POST /api/v1/bookings/:id/cancellations',
    'GET /api/v1/cancellations/:id',
    'POST /api/v1/cancellations/:id/confirmation',
    'GET /api/v1/payments/:id/refunds',
    'GET /api/v1/refunds/:id',
  ])
})

test('route table — internal and health addresses — are not in it', () => {
  expect(ROUTE_TABLE.filter(({ path }) => !path.startsWith('/api/v1/')).map(({ path }) => path)).toEqual(['/.well-known/jwks.json'])
  expect(ROUTE_TABLE.filter(({ path }) => /internal|health|metrics/.test(path))).toEqual([])
})

test('methods by path — a path with several — lists them all', () => {
  expect(methodsByPath().get('/api/v1/holds/:id')).toEqual(['GET', 'DELETE'])
})
