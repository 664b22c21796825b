import { expect, test } from 'vitest'
import { requestHeaders, responseHeaders, traceparentOf } from '../../src/proxy/headers.ts'

const vouched = { requestId: 'req-1', address: '203.0.113.7', protocol: 'https', host: 'skyhold.test' }
const asObject = (list: string[]) => Object.fromEntries(Array.from({ length: list.length / 2 }, (_, i) => [list[i * 2], list[i * 2 + 1]]))

test('request headers — pretended ones — are gone, the gateway’s own are there', () => {
  const headers = asObject(
    requestHeaders(
      {
        accept: 'a/b',
        'x-user-roles': 'admin',
        'x-internal-a': '1',
        'x-forwarded-for': '1.1.1.1',
        'proxy-connection': 'x',
        host: 'evil',
        via: 'x',
        'x-request-id': 'z',
      },
      vouched,
      false,
    ),
  )
  expect(Object.keys(headers).sort()).toEqual([
    'accept',
    'traceparent',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-request-id',
  ])
  expect(headers).toMatchObject({ 'x-request-id': 'req-1', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' })
})

test('request headers — nominated by Connection — stay on their hop', () => {
  expect(asObject(requestHeaders({ connection: 'Keep-Alive, X-Secret-Hop', 'x-secret-hop': '1' }, vouched, false))).not.toHaveProperty(
    'x-secret-hop',
  )
})

test('response headers — nominated by Connection — stay on their hop', () => {
  expect(responseHeaders({ connection: 'X-Hop, close', 'x-hop': '1', 'x-far': '2' }, {})).toEqual(['x-far', '2'])
})

test('tracestate — of a valid trace — goes along with it; of one that is replaced, not', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  expect(asObject(requestHeaders({ traceparent, tracestate: 'a=1' }, vouched, false))).toMatchObject({ traceparent, tracestate: 'a=1' })
  for (const given of [{ tracestate: 'a=1' }, { traceparent: 'ff-x', tracestate: 'a=1' }])
    expect(asObject(requestHeaders(given, vouched, false))).not.toHaveProperty('tracestate')
})

test('request headers — with no body to follow — do not announce its length', () => {
  expect(asObject(requestHeaders({ 'content-length': '0' }, vouched, false))).not.toHaveProperty('content-length')
  expect(asObject(requestHeaders({ 'content-length': '5' }, vouched, true))).toHaveProperty('content-length', '5')
})

test('response headers — of one hop and of the service’s make — are gone, cookies stay apart', () => {
  const list = responseHeaders(
    { connection: 'close', server: 'x', 'x-powered-by': 'y', 'set-cookie': ['a=1', 'b=2'], vary: 'Accept' },
    { vary: 'Origin', 'x-request-id': 'r' },
  )
  expect(list).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2', 'vary', 'Accept', 'vary', 'Origin', 'x-request-id', 'r'])
})

test.each([
  '',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  'ff-x',
])('traceparent — %j is not valid — is made anew', (given) => {
  expect(traceparentOf(given)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
})
