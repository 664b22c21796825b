import { once } from 'node:events'
import { request as httpRequest, type ServerResponse } from 'node:http'
import { problemOf, Refusal } from '@skyhold/platform'
import { describe, expect, test, vi } from 'vitest'
import { bearer } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { answerJson } from '../support/upstream.ts'

const proxy = useProxy()

describe('proxy: what passes', () => {
  test('a request — with a body — reaches its service as it was sent, and the answer comes back with its headers', async () => {
    proxy.bookings.answer = answerJson({ id: 'hld_1' }, 201, { location: '/api/v1/holds/hld_1', etag: '"1"', 'retry-after': '3' })
    const response = await proxy.postHold('{"flights":[]}', { 'idempotency-key': 'k1' })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ id: 'hld_1' })
    expect(response.headers.get('location')).toBe('/api/v1/holds/hld_1')
    expect(response.headers.get('etag')).toBe('"1"')
    expect(response.headers.get('retry-after')).toBe('3')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const [seen] = proxy.bookings.seen
    expect(seen).toMatchObject({ method: 'POST', url: '/api/v1/holds' })
    expect(seen?.headers).toMatchObject({
      'idempotency-key': 'k1',
      authorization: `Bearer ${proxy.token}`,
      'content-type': 'application/json',
    })
    expect(await seen?.body).toBe('{"flights":[]}')
  })

  test('a condition — that still holds — is answered 304 without a body', async () => {
    proxy.flights.answer = (request, response) => {
      expect(request.headers['if-none-match']).toBe('"7"')
      response.writeHead(304, { etag: '"7"' }).end()
    }
    const response = await proxy.get('/api/v1/flights/flt_1', { 'if-none-match': '"7"' })
    expect(response.status).toBe(304)
    expect(response.headers.get('etag')).toBe('"7"')
  })

  test('a query — with escapes — is passed on untouched', async () => {
    await proxy.get('/api/v1/airports?q=S%C3%A3o%20Paulo&limit=5')
    expect(proxy.flights.seen[0]?.url).toBe('/api/v1/airports?q=S%C3%A3o%20Paulo&limit=5')
  })

  test('an answer — of 8 MiB — arrives whole, though its reader is slow', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x')
    proxy.flights.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      writePieces(response, piece, 128)
    }
    const response = await proxy.get('/api/v1/flights')
    let bytes = 0
    for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length
    expect(bytes).toBe(8 * 1024 * 1024)
  })

  test('an answer — in very many small pieces, whose reader lets it wait — arrives whole, and nobody is warned', async () => {
    const warned = vi.fn<(warning: Error) => void>()
    process.on('warning', warned)
    let sent: ServerResponse | undefined
    proxy.flights.answer = (_request, response) => {
      sent = response
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      for (let i = 0; i < 80_000; i += 1) response.write('x'.repeat(100))
      response.end()
    }
    const response = await proxy.get('/api/v1/flights')
    // Its buffers, the gateway's and the kernel's are full.
    let before = -1
    await vi.waitFor(() => {
      const left = sent?.writableLength ?? 0
      const isStill = left === before && left > 0
      before = left
      expect(isStill).toBe(true)
    })
    let bytes = 0
    for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length
    expect(bytes).toBe(8_000_000)
    process.off('warning', warned)
    expect(warned.mock.calls).toEqual([])
  })

  test('an event — of a stream that goes on — arrives before the stream ends', async () => {
    let stream: ServerResponse | undefined
    proxy.bookings.answer = (_request, response) => {
      stream = response
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    }
    const response = await proxy.get('/api/v1/flights/flt_1/seat-map/events')
    const reader = response.body?.getReader()
    stream?.write('event: seats\ndata: {}\n\n')
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toContain('event: seats')
    expect(stream?.writableEnded).toBe(false)
    await reader?.cancel()
  })

  test('a body in pieces — still being sent — reaches the service piece by piece', async () => {
    const firstPiece = Promise.withResolvers<string>()
    proxy.bookings.answer = (request, response) => {
      request.once('data', (chunk: Buffer) => firstPiece.resolve(chunk.toString()))
      request.on('end', () => answerJson({ ok: true })(request, response))
    }
    const outgoing = httpRequest(`${proxy.gateway.url}/api/v1/holds`, {
      method: 'POST',
      headers: { ...bearer(proxy.token), 'content-type': 'application/json' },
    })
    const answered = once(outgoing, 'response')
    outgoing.write('first')
    expect(await firstPiece.promise).toBe('first')
    outgoing.end('second')
    const [response] = await answered
    expect(response.statusCode).toBe(200)
    response.resume()
    expect(await proxy.bookings.seen[0]?.body).toBe('firstsecond')
  })
})

describe('proxy: what does not pass', () => {
  test('headers — that only the gateway may say — are replaced or removed', async () => {
    const outgoing = httpRequest(`${proxy.gateway.url}/api/v1/flights`, {
      headers: {
        'x-user-id': 'usr_admin',
        'x-internal-trust': '1',
        forwarded: 'for=6.6.6.6',
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-host': 'evil.example',
        'x-real-ip': '6.6.6.6',
        'proxy-authorization': 'Basic eA==',
        te: 'trailers',
        'keep-alive': 'timeout=9',
        'x-hop': 'for this hop',
        connection: 'x-hop, close',
      },
    })
    outgoing.end()
    const [response] = await once(outgoing, 'response')
    response.resume()
    const headers = proxy.flights.seen[0]?.headers ?? {}
    for (const name of ['x-user-id', 'x-internal-trust', 'forwarded', 'x-real-ip', 'proxy-authorization', 'te', 'keep-alive', 'x-hop'])
      expect(headers).not.toHaveProperty(name)
    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers['x-forwarded-host']).toBe(new URL(proxy.gateway.url).host)
    expect(headers['x-forwarded-proto']).toBe('http')
    expect(headers.host).toBe(new URL(proxy.flights.url).host)
  })

  test('a request id — sane — is passed on and echoed; another is replaced', async () => {
    const sane = await proxy.get('/api/v1/flights', { 'x-request-id': 'abc-123' })
    expect(sane.headers.get('x-request-id')).toBe('abc-123')
    expect(proxy.flights.seen[0]?.headers['x-request-id']).toBe('abc-123')
    const odd = await proxy.get('/api/v1/flights', { 'x-request-id': 'a b<script>' })
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(proxy.flights.seen[1]?.headers['x-request-id']).toBe(odd.headers.get('x-request-id'))
  })

  test('a traceparent — valid — is passed on; a missing or broken one is made', async () => {
    const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await proxy.get('/api/v1/flights', { traceparent: valid })
    await proxy.get('/api/v1/flights', { traceparent: 'nonsense' })
    expect(proxy.flights.seen[0]?.headers.traceparent).toBe(valid)
    expect(proxy.flights.seen[1]?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  })

  test('a body — of more than 100 KiB by its length — is 413 and never reaches the service', async () => {
    const response = await proxy.postHold('x'.repeat(101 * 1024))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' })
    expect(proxy.bookings.seen).toHaveLength(0)
  })

  test('a body — in chunks, growing past 100 KiB — is 413 while it is sent, and the service sees it broken off', async () => {
    const arrived = Promise.withResolvers<void>()
    proxy.bookings.answer = () => arrived.resolve()
    const pieces = async function* () {
      yield Buffer.alloc(8 * 1024, 'x')
      await arrived.promise
      for (let i = 0; i < 40; i++) yield Buffer.alloc(8 * 1024, 'x')
    }
    const response = await proxy.postHold(ReadableStream.from(pieces()))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' })
    expect(await proxy.bookings.seen[0]?.body).toMatch(/broken off/)
  })

  test("a failure page — of a service's own making — becomes 502 and says nothing of the inside", async () => {
    proxy.flights.answer = (_request, response) =>
      void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Error at /srv/flights.ts:3</h1>')
    const response = await proxy.get('/api/v1/flights')
    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const problem = await response.text()
    expect(JSON.parse(problem)).toMatchObject({ code: 'bad_gateway', status: 502 })
    expect(problem).not.toContain('flights.ts')
  })

  test("a service's problem document — with 503 — passes as it is", async () => {
    const problem = problemOf(new Refusal('unavailable'), { instance: '/api/v1/flights', requestId: 'of-the-service' })
    proxy.flights.answer = answerJson(problem, 503, {
      'content-type': 'application/problem+json',
      'retry-after': '2',
    })
    const response = await proxy.get('/api/v1/flights')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.json()).toEqual(problem)
  })

  test('an answer — that is not HTTP — is 502', async () => {
    proxy.flights.answer = (request) => void request.socket.end('hello\r\n\r\n')
    const response = await proxy.get('/api/v1/flights')
    expect(response.status).toBe(502)
  })
})

function writePieces(response: ServerResponse, piece: Buffer, count: number): void {
  let left = count
  const write = () => {
    while (left > 0) {
      left -= 1
      if (!response.write(piece) && left > 0) return void response.once('drain', write)
    }
    response.end()
  }
  write()
}
