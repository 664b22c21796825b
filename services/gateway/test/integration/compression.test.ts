import { get as httpGet, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fetchChecked, startGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { answerJson } from '../support/upstream.ts'

const proxy = useProxy()
const FLIGHTS = { data: Array.from({ length: 200 }, (_, i) => ({ id: `flt_${i}`, number: `SH${i}` })) }
const TEXT = JSON.stringify(FLIGHTS)

/** The answer as it comes over the wire, not decoded. */
async function read(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = httpGet(proxy.gateway.url + path, { headers, method })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }
}

describe('compression: what passes through', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('JSON — asked for in %s — comes smaller and whole', async (encoding, decode) => {
    proxy.flights.answer = answerJson(FLIGHTS)
    const answer = await read('/api/v1/flights', { 'accept-encoding': encoding })
    expect(answer.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding', 'content-type': 'application/json' })
    expect(answer.headers).not.toHaveProperty('content-length')
    expect(answer.body.length).toBeLessThan(TEXT.length / 3)
    expect(decode(answer.body).toString()).toBe(TEXT)
  })

  test('JSON — of a client that asks for no encoding — comes as its service sent it, and says that it could be otherwise', async () => {
    proxy.flights.answer = answerJson(FLIGHTS)
    const answer = await read('/api/v1/flights')
    expect(answer.headers).toMatchObject({ 'content-length': String(TEXT.length), vary: 'Accept-Encoding' })
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.body.toString()).toBe(TEXT)
  })

  test('a HEAD — is told what a GET would get', async () => {
    proxy.flights.answer = answerJson(FLIGHTS, 200, { etag: '"7"' })
    const answer = await read('/api/v1/flights', { 'accept-encoding': 'br' }, 'HEAD')
    expect(answer.headers).toMatchObject({ 'content-encoding': 'br', etag: '"7-br"', vary: 'Accept-Encoding' })
    expect(answer.body).toHaveLength(0)
  })

  test('a short answer, one that is encoded already, and one with tokens — pass as they are', async () => {
    const asked = { 'accept-encoding': 'br, gzip' }
    expect((await read('/api/v1/flights', asked)).headers).not.toHaveProperty('content-encoding')
    proxy.flights.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'deflate' }).end(Buffer.alloc(5000))
    }
    const deflated = await read('/api/v1/flights', asked)
    expect([deflated.headers['content-encoding'], deflated.body.length]).toEqual(['deflate', 5000])
    proxy.flights.answer = answerJson(FLIGHTS, 200, { 'content-type': 'application/pdf' })
    expect((await read('/api/v1/flights', asked)).headers).not.toHaveProperty('content-encoding')
  })

  test('an event stream — asked for in br — comes event by event, unchanged', async () => {
    proxy.bookings.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      response.write('event: seats\ndata: {}\n\n')
    }
    const request = httpGet(`${proxy.gateway.url}/api/v1/flights/flt_1/seat-map/events`, { headers: { 'accept-encoding': 'br' } })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const [first] = (await once(response, 'data')) as [Buffer]
    expect([response.headers['content-encoding'], first.toString()]).toEqual([undefined, 'event: seats\ndata: {}\n\n'])
    request.destroy()
  })

  test('an answer of 8 MiB — in pieces, for a slow reader — arrives whole', async () => {
    const piece = Buffer.from('seat,status\n'.repeat(5461))
    proxy.flights.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/csv' })
      let left = 128
      const more = () => {
        while (left-- > 0) if (!response.write(piece)) return void response.once('drain', more)
        response.end()
      }
      more()
    }
    const answer = await read('/api/v1/flights', { 'accept-encoding': 'gzip' })
    expect(gunzipSync(answer.body).length).toBe(piece.length * 128)
  })

  test('a service that breaks off in the middle — cuts the compressed answer off too', async () => {
    proxy.flights.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100_000 }).flushHeaders()
      response.write('x'.repeat(50_000), () => response.destroy())
    }
    await expect(read('/api/v1/flights', { 'accept-encoding': 'br' })).rejects.toThrow(/aborted|hang up/)
    proxy.flights.answer = answerJson(FLIGHTS)
    expect((await read('/api/v1/flights', { 'accept-encoding': 'br' })).status).toBe(200)
  })
})

describe('compression: tags', () => {
  test('a strong tag — of an encoded answer — is one of its own, and still answers 304 and matches', async () => {
    proxy.flights.answer = (request, response) => {
      if (request.headers['if-none-match'] === '"7"') response.writeHead(304, { etag: '"7"' }).end()
      else answerJson(FLIGHTS, 200, { etag: '"7"' })(request, response)
    }
    const plain = await read('/api/v1/flights/flt_1')
    const encoded = await read('/api/v1/flights/flt_1', { 'accept-encoding': 'br' })
    expect([plain.headers.etag, encoded.headers.etag]).toEqual(['"7"', '"7-br"'])
    for (const etag of ['"7"', '"7-br"', '"7-gzip"']) {
      const again = await read('/api/v1/flights/flt_1', { 'accept-encoding': 'br', 'if-none-match': etag })
      expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0])
      expect(again.headers.vary).toBe(encoded.headers.vary)
    }
    await read('/api/v1/flights/flt_1', { 'if-match': '"7-br"' })
    expect(proxy.flights.seen.at(-1)?.headers['if-match']).toBe('"7"')
  })

  test('a weak tag — means the same in every encoding — and stays', async () => {
    proxy.flights.answer = answerJson(FLIGHTS, 200, { etag: 'W/"7"' })
    expect((await read('/api/v1/flights/flt_1', { 'accept-encoding': 'br' })).headers.etag).toBe('W/"7"')
  })
})

describe("compression: the gateway's own", () => {
  test('the style of the site — in br — is smaller, has a tag of its own, and is 304 by that', async () => {
    const plain = await read('/style.css')
    const encoded = await read('/style.css', { 'accept-encoding': 'gzip, br' })
    expect(encoded.headers).toMatchObject({
      'content-encoding': 'br',
      vary: 'Accept-Encoding',
      'content-length': String(encoded.body.length),
    })
    expect(brotliDecompressSync(encoded.body).equals(plain.body)).toBe(true)
    expect(encoded.headers.etag).toBe(plain.headers.etag?.replace(/"$/, '-br"'))
    const again = await read('/style.css', { 'accept-encoding': 'gzip, br', 'if-none-match': encoded.headers.etag ?? '' })
    expect([again.status, again.headers.etag, again.headers.vary]).toEqual([304, encoded.headers.etag, 'Accept-Encoding'])
  })

  test('the page and the description of the API — in gzip — come whole; a short problem comes as it is', async () => {
    for (const path of ['/', '/api/v1/openapi.json']) {
      const encoded = await read(path, { 'accept-encoding': 'gzip' })
      expect(gunzipSync(encoded.body).equals((await read(path)).body), path).toBe(true)
    }
    expect((await read('/nothing', { 'accept-encoding': 'gzip' })).headers).not.toHaveProperty('content-encoding')
  })

  test.each(['/', '/app.js', '/docs/', '/docs/js/scalar.js', '/api/v1/openapi.json', '/api/v1/asyncapi.json'])(
    '%s — asked for twice in each encoding — is the same bytes in memory, and 304 to who has it',
    async (path) => {
      const sent: unknown[] = []
      const gateway = await startGateway({}, {}, ({ http }) =>
        http.addHook('onSend', async (_request, _reply, payload) => {
          sent.push(payload)
          return payload
        }),
      )
      proxy.extra.push(gateway)
      for (const encoding of ['br', 'gzip', 'identity']) {
        const headers = { 'accept-encoding': encoding }
        const first = await fetchChecked(gateway.url + path, { headers })
        await (await fetchChecked(gateway.url + path, { headers })).arrayBuffer()
        expect(sent.at(-1)).toBeInstanceOf(Buffer)
        expect(sent.at(-1)).toBe(sent.at(-2))
        const etag = first.headers.get('etag') ?? ''
        for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
          const again = await fetchChecked(gateway.url + path, { headers: { ...headers, 'if-none-match': known } })
          expect([again.status, again.headers.get('etag') ?? '']).toEqual([304, known === '*' ? expect.any(String) : etag])
        }
        expect((await fetchChecked(gateway.url + path, { headers: { ...headers, 'if-none-match': '"other"' } })).status).toBe(200)
      }
    },
  )
})
