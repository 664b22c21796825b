import { waitFor } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import { ROUTE_TABLE } from '../../src/policies/route-table.ts'
import { bearer, fetchChecked, startGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { RawClient } from '../support/raw-client.ts'
import { answerJson } from '../support/upstream.ts'

const proxy = useProxy()

const started = async (env: Record<string, string>) => {
  const gateway = await startGateway({ FLIGHTS_URL: proxy.flights.url, BOOKINGS_URL: proxy.bookings.url, ...env })
  proxy.extra.push(gateway)
  return gateway
}

async function knock(url: string, localAddress?: string): Promise<RawClient> {
  const client = await RawClient.open(url, localAddress)
  proxy.extra.push(client)
  return client
}

/** Whether the server answers on this connection. */
async function isServed(client: RawClient): Promise<boolean> {
  client.socket.write('GET /health/live HTTP/1.1\r\nhost: skyhold.test\r\n\r\n')
  await waitFor(() => client.isCutOff || client.answer.includes('\r\n\r\n'))
  return client.answer.startsWith('HTTP/1.1 200')
}

test('headers — of 15 KiB — pass; of more than 16 KiB — are 431 and reach no service', async () => {
  expect((await proxy.get('/api/v1/flights', { 'x-padding': 'x'.repeat(15 * 1024) })).status).toBe(200)
  const seenBefore = proxy.flights.seen.length
  const response = await proxy.get('/api/v1/flights', { 'x-padding': 'x'.repeat(17 * 1024) })
  expect(response.status).toBe(431)
  expect(await response.json()).toMatchObject({ code: 'headers_too_large', status: 431 })
  expect(proxy.flights.seen).toHaveLength(seenBefore)
})

test('a body — of exactly 100 KiB — passes; one byte more is 413', async () => {
  expect((await proxy.postHold('x'.repeat(100 * 1024))).status).toBe(200)
  expect((await proxy.postHold('x'.repeat(100 * 1024 + 1))).status).toBe(413)
})

test('connections — of one address past its number — are closed at once and counted, another address is served', async () => {
  const gateway = await started({ SOCKETS_PER_ADDRESS_MAX: '3' })
  const held = [await knock(gateway.url), await knock(gateway.url), await knock(gateway.url)]
  const refused = await knock(gateway.url)
  await waitFor(() => refused.isCutOff)
  expect(refused.answer).toBe('')
  expect(await gateway.service.metrics.getSingleMetricAsString('gateway_sockets_refused_total')).toMatch(/\} 1$/m)
  for (const client of held) expect(await isServed(client)).toBe(true)
  expect(await isServed(await knock(gateway.url, '127.0.0.2'))).toBe(true)

  await held[0]?.close()
  await waitFor(async () => isServed(await knock(gateway.url)))
})

test.each([
  ['behind a trusted proxy, which is the peer of all', { TRUSTED_PROXIES: '1' }],
  ['with every limit off', { RATE_LIMIT_PER_MINUTE: '0' }],
])('connections — %s — are not counted', async (_circumstance, env) => {
  const gateway = await started({ SOCKETS_PER_ADDRESS_MAX: '1', ...env })
  for (let i = 0; i < 3; i++) expect(await isServed(await knock(gateway.url))).toBe(true)
})

test('a client — that asks for much and reads nothing — is cut off, and the service has its connection back', async () => {
  const left = Promise.withResolvers<void>()
  proxy.flights.answer = (_request, response) => {
    response.on('close', () => left.resolve())
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).write(Buffer.alloc(32 * 1024 * 1024))
  }
  const table = ROUTE_TABLE.map((rule) => ({ ...rule, timeoutMs: 100 }))
  const gateway = await startGateway({ FLIGHTS_URL: proxy.flights.url }, { table })
  proxy.extra.push(gateway)
  const client = await knock(gateway.url)
  client.socket.pause()
  client.socket.write('GET /api/v1/flights HTTP/1.1\r\nhost: skyhold.test\r\n\r\n')
  await left.promise
  client.socket.resume()
  await waitFor(() => client.isCutOff)
})

test('a gateway — that closes — finishes the requests that it has, and takes no new connection', async () => {
  const arrived = Promise.withResolvers<void>()
  const mayAnswer = Promise.withResolvers<void>()
  proxy.bookings.answer = (request, response) => {
    arrived.resolve()
    void mayAnswer.promise.then(() => answerJson({ ok: true })(request, response))
  }
  const gateway = await startGateway({ BOOKINGS_URL: proxy.bookings.url })
  const { url } = gateway
  const answering = fetchChecked(`${url}/api/v1/holds`, {
    method: 'POST',
    body: '{}',
    headers: { ...bearer(proxy.token), 'content-type': 'application/json' },
  })
  await arrived.promise
  const closing = gateway.close()
  await waitFor(async () => (await fetchChecked(`${url}/health/live`).catch(() => null)) === null)
  mayAnswer.resolve()
  const response = await answering
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ ok: true })
  await closing
})

test('the descriptions of the API — past the quota of an address — are 429 with the usual headers; pages and health are not counted', async () => {
  const gateway = await started({ RATE_LIMIT_ADDRESS_PER_MINUTE: '2' })
  const get = (path: string) => fetchChecked(gateway.url + path)
  const [first, second] = [await get('/api/v1/openapi.json'), await get('/api/v1/asyncapi.json')]
  expect([first.status, second.status]).toEqual([200, 200])
  expect(second.headers.get('ratelimit')).toContain('"address";r=0')
  for (const path of ['/api/v1/openapi.json', '/api/v1/asyncapi.json']) {
    const refused = await get(path)
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'rate_limited' }])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('ratelimit-policy')).toBe('"address";q=2;w=60')
  }
  for (const path of ['/', '/app.js', '/docs/', '/health/live']) expect((await get(path)).status, path).toBe(200)
})

test.each([
  ['an address that there is not', 'GET', '/api/v1/nothing', 404],
  ['a method that it does not take', 'PUT', '/api/v1/flights', 405],
  ['a preflight', 'OPTIONS', '/api/v1/flights', 204],
])('calls — of %s — count for their address', async (_what, method, path, status) => {
  const gateway = await started({ RATE_LIMIT_ADDRESS_PER_MINUTE: '2' })
  const call = () => fetchChecked(gateway.url + path, { method })
  expect([(await call()).status, (await call()).status]).toEqual([status, status])
  const refused = await call()
  expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, '"address";q=2;w=60'])
})

test('requests — sent ahead of their answers, more than a connection may have under way — end it, and no service hears of the surplus', async () => {
  // Never answered: all that run are under way.
  proxy.flights.answer = () => undefined
  const client = await knock(proxy.gateway.url)
  client.socket.write('GET /api/v1/flights HTTP/1.1\r\nhost: skyhold.test\r\n\r\n'.repeat(500))
  await waitFor(() => client.isCutOff)
  expect(await isServed(await knock(proxy.gateway.url))).toBe(true)
  expect(proxy.flights.seen.length).toBeLessThanOrEqual(1 + 16)
})
