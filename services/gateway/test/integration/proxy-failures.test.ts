import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { ROUTE_TABLE } from '../../src/policies/route-table.ts'
import { bearer, fetchChecked, startGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { answerJson, closedPort, startUpstream } from '../support/upstream.ts'

const proxy = useProxy()
/** The type of the first record of a client (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 22

describe('proxy: services that fail', () => {
  test('a service — that nobody runs — is 503 with Retry-After', async () => {
    const response = await proxy.get('/.well-known/jwks.json')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.json()).toMatchObject({ code: 'unavailable' })
  })

  test('a service — behind TLS — is spoken to in TLS, also where nobody answers in it', async () => {
    const first = Promise.withResolvers<number | undefined>()
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (piece) => {
        first.resolve(piece[0])
        socket.end()
      })
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const twin = await startGateway({ FLIGHTS_URL: `https://127.0.0.1:${port}` })
    proxy.extra.push(twin, { close: () => new Promise<void>((resolve) => void server.close(() => resolve())) })
    expect((await fetchChecked(`${twin.url}/api/v1/flights`)).status).toBe(503)
    expect(await first.promise).toBe(TLS_HANDSHAKE)
  })

  test('replicas — one of them down — answer every request, whatever its method', async () => {
    const alive = await startUpstream()
    const twin = await startGateway({ BOOKINGS_URL: `http://127.0.0.1:${await closedPort()},${alive.url}` })
    proxy.extra.push(alive, twin)
    for (let i = 0; i < 6; i++) {
      const response = await fetchChecked(`${twin.url}/api/v1/holds`, {
        method: 'POST',
        body: `{"n":${i}}`,
        headers: { ...bearer(proxy.token), 'content-type': 'application/json' },
      })
      expect(response.status).toBe(200)
    }
    expect(await Promise.all(alive.seen.map((seen) => seen.body))).toEqual([0, 1, 2, 3, 4, 5].map((n) => `{"n":${n}}`))
  })

  test('replicas — all up — take turns', async () => {
    const second = await startUpstream()
    const twin = await startGateway({ FLIGHTS_URL: `${proxy.flights.url},${second.url}` })
    proxy.extra.push(second, twin)
    for (let i = 0; i < 6; i++) await (await fetchChecked(`${twin.url}/api/v1/flights`)).text()
    expect([proxy.flights.seen.length, second.seen.length]).toEqual([3, 3])
  })

  test('a replica — started again — is asked again', async () => {
    const port = await closedPort()
    const twin = await startGateway({ FLIGHTS_URL: `http://127.0.0.1:${port}` })
    proxy.extra.push(twin)
    expect((await fetchChecked(`${twin.url}/api/v1/flights`)).status).toBe(503)
    proxy.extra.push(await startUpstream(answerJson({ ok: true }), port))
    await vi.waitFor(async () => expect((await fetchChecked(`${twin.url}/api/v1/flights`)).status).toBe(200))
  })

  test('a connection — cut before the answer — is tried again for a GET and not for a POST', async () => {
    proxy.flights.answer = (request) => void request.socket.destroy()
    proxy.bookings.answer = proxy.flights.answer
    expect((await proxy.get('/api/v1/flights')).status).toBe(503)
    expect(proxy.flights.seen).toHaveLength(2)
    expect((await proxy.postHold('{}')).status).toBe(502)
    expect(proxy.bookings.seen).toHaveLength(1)
  })

  test.each([
    ['POST', '/holds', { 'idempotency-key': 'k-1' }, '1', 'repeating it under the same Idempotency-Key is safe.'],
    ['POST', '/holds/hld_1/extension', {}, null, 'look before you repeat it.'],
    ['DELETE', '/holds/hld_1', {}, '1', 'repeating it does no more.'],
  ])('a connection — cut behind %s %s with %j — is 502 with what is known', async (method, path, headers, retryAfter, advice) => {
    proxy.bookings.answer = (request) => void request.socket.destroy()
    const response = await fetchChecked(`${proxy.gateway.url}/api/v1${path}`, { method, headers: { ...bearer(proxy.token), ...headers } })
    expect([response.status, response.headers.get('retry-after')]).toEqual([502, retryAfter])
    expect(await response.json()).toMatchObject({ code: 'bad_gateway', detail: expect.stringContaining(advice) as unknown })
  })

  test('replicas — one of which cuts every connection — answer every read, however many come at once', async () => {
    const cutting = await startUpstream((request) => void request.socket.destroy())
    const twin = await startGateway({ FLIGHTS_URL: `${cutting.url},${proxy.flights.url}` })
    proxy.extra.push(cutting, twin)
    const answers = await Promise.all(Array.from({ length: 40 }, () => fetchChecked(`${twin.url}/api/v1/flights`)))
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(cutting.seen.length).toBeGreaterThan(0)
  })

  test('an answer — that breaks off — is cut for the client too, never ended as if it were whole', async () => {
    proxy.flights.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"data":[', () => response.destroy())
    }
    const response = await proxy.get('/api/v1/flights')
    await expect(response.text()).rejects.toThrow()
  })

  test('a client — that goes away while it waits — frees the service from its request', async () => {
    const arrived = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    proxy.flights.answer = (_request, response) => {
      arrived.resolve()
      response.on('close', () => left.resolve())
    }
    const abort = new AbortController()
    const call = fetchChecked(`${proxy.gateway.url}/api/v1/flights`, { signal: abort.signal })
    await arrived.promise
    abort.abort()
    await expect(call).rejects.toThrow()
    await left.promise
  })

  test('a service — that takes longer than its call may — is 504, and its request is broken off', async () => {
    const left = Promise.withResolvers<void>()
    proxy.flights.answer = (_request, response) => void response.on('close', () => left.resolve())
    const table = ROUTE_TABLE.map((rule) => ({ ...rule, timeoutMs: 100 }))
    const twin = await startGateway({ FLIGHTS_URL: proxy.flights.url }, { table })
    proxy.extra.push(twin)
    const response = await fetchChecked(`${twin.url}/api/v1/flights`)
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ code: 'gateway_timeout' })
    await left.promise
    expect(proxy.flights.seen).toHaveLength(1)
  })

  test.each([
    ['GET', '/flights', {}, 'Ask again.'],
    [
      'POST',
      '/holds',
      { 'idempotency-key': 'k-1' },
      'It may have done what you asked; repeating it under the same Idempotency-Key is safe.',
    ],
    ['POST', '/holds/hld_1/extension', {}, 'It may have done what you asked: look before you repeat it.'],
    ['DELETE', '/holds/hld_1', {}, 'It may have done what you asked; repeating it does no more.'],
  ])('a service — that is silent about %s %s with %j — is 504 with Retry-After and what to do', async (method, path, headers, advice) => {
    proxy.flights.answer = () => undefined
    proxy.bookings.answer = () => undefined
    const table = ROUTE_TABLE.map((rule) => ({ ...rule, timeoutMs: 100 }))
    const twin = await startGateway({ FLIGHTS_URL: proxy.flights.url, BOOKINGS_URL: proxy.bookings.url }, { table })
    proxy.extra.push(twin)
    const response = await fetchChecked(`${twin.url}/api/v1${path}`, { method, headers: { ...bearer(proxy.token), ...headers } })
    expect([response.status, response.headers.get('retry-after')]).toEqual([504, '1'])
    const service = path === '/flights' ? 'flights' : 'bookings'
    expect(await response.json()).toMatchObject({ detail: `The ${service} service did not answer in time. ${advice}` })
  })

  test('a gateway — that closes — does not wait for event streams', async () => {
    proxy.bookings.answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const twin = await startGateway({ BOOKINGS_URL: proxy.bookings.url })
    const response = await fetchChecked(`${twin.url}/api/v1/flights/flt_1/seat-map/events`)
    const reading = response.text()
    await Promise.all([twin.close(), expect(reading).rejects.toThrow()])
  })

  test('a viewer — who closes his event stream — closes it at the service', async () => {
    const left = Promise.withResolvers<void>()
    proxy.bookings.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      response.on('close', () => left.resolve())
    }
    const abort = new AbortController()
    const response = await fetchChecked(`${proxy.gateway.url}/api/v1/flights/flt_1/seat-map/events`, { signal: abort.signal })
    expect(response.status).toBe(200)
    abort.abort()
    await left.promise
  })
})
