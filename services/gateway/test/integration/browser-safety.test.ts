import { waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { bearer, fetchChecked, startGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { RawClient } from '../support/raw-client.ts'
import { answerJson } from '../support/upstream.ts'

const proxy = useProxy()
const PAGE = 'https://app.example'

const open = async (env: Record<string, string>) => {
  const gateway = await startGateway({ FLIGHTS_URL: proxy.flights.url, BOOKINGS_URL: proxy.bookings.url, ...env })
  proxy.extra.push(gateway)
  return (path: string, init: RequestInit = {}) => fetchChecked(gateway.url + path, init)
}

describe('browser safety: every answer', () => {
  test.each([
    '/',
    '/app.js',
    '/docs/',
    '/api/v1/openapi.json',
    '/api/v1/flights',
    '/api/v1/me',
    '/api/v1/auth/csrf',
    '/nothing',
    '/api/v1/flights/%zz',
    '/openapi.json',
    '/health/live',
  ])('%s — is taken for what it says it is, tells no address on, and is shown in no frame', async (path) => {
    const { headers } = await proxy.get(path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(17 * 1024)}\r\n\r\n`, 431],
    ['two hosts', 'GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n', 400],
  ])('a refusal — of %s — has the headers of every answer, and a request id', async (_what, text, status) => {
    const client = await RawClient.open(proxy.gateway.url)
    proxy.extra.push(client)
    client.socket.write(text)
    await waitFor(() => client.answer.includes('\r\n\r\n'))
    expect(client.answer).toContain(`HTTP/1.1 ${status} `)
    for (const line of [
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
      "content-security-policy: frame-ancestors 'none'",
    ])
      expect(client.answer.toLowerCase()).toContain(`\r\n${line}\r\n`)
    const [, requestId] = /\r\nx-request-id: (\S+)\r\n/i.exec(client.answer) ?? []
    expect(client.answer).toContain(`"requestId":"${requestId}"`)
  })

  test('the gateway — asked where a service has its description — has none there', async () => {
    expect((await proxy.get('/openapi.json')).status).toBe(404)
  })

  test.each(['/', '/docs/', '/app.js'])('%s — may run no script that stands in the page, nor one from elsewhere', async (path) => {
    const policy = (await proxy.get(path)).headers.get('content-security-policy') ?? ''
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
    expect(scripts.split(' ').filter((source) => !source.startsWith("'sha256-"))).toEqual(["'self'"])
    expect(policy).toMatch(/default-src 'none'.*form-action 'self'.*base-uri 'none'/)
  })

  test('a service that claims otherwise — does not get through with it', async () => {
    proxy.flights.answer = answerJson({}, 200, { 'x-content-type-options': 'sniff', 'content-security-policy': 'default-src *' })
    const { headers } = await proxy.get('/api/v1/flights')
    expect([headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual(['nosniff', "frame-ancestors 'none'"])
  })

  test('HSTS — where people come by https — is on what passes through too', async () => {
    const call = await open({ PUBLIC_URL: 'https://skyhold.test' })
    for (const path of ['/', '/api/v1/flights', '/nothing'])
      expect((await call(path)).headers.get('strict-transport-security')).toBe('max-age=15552000; includeSubDomains')
  })
})

describe('browser safety: caches', () => {
  const cacheControl = async (path: string, init: RequestInit = {}) =>
    (
      await fetchChecked(`${proxy.gateway.url}/api/v1${path}`, {
        ...init,
        headers: { ...bearer(proxy.token), ...(init.headers as object) },
      })
    ).headers.get('cache-control')

  test("what is made for one caller — whatever its service says of it — stays out of every cache, the browser's too", async () => {
    proxy.bookings.answer = answerJson({}, 200, { 'cache-control': 'private, max-age=60' })
    expect(await cacheControl('/bookings')).toBe('no-store')
    expect(await cacheControl('/bookings/bkg_1')).toBe('no-store')
    expect(await cacheControl('/bookings/lookup', { method: 'POST', body: '{}' })).toBe('no-store')
    expect(await cacheControl('/auth/csrf')).toBe('no-store')
    expect(await cacheControl('/bookings', { headers: bearer('forged') })).toBe('no-store')
  })

  test('what is for everybody — is cached as its service says', async () => {
    proxy.flights.answer = answerJson({}, 200, { 'cache-control': 'public, max-age=60' })
    expect(await cacheControl('/flights')).toBe('public, max-age=60')
  })
})

describe('browser safety: CORS', () => {
  const EXPOSED = ['etag', 'location', 'retry-after', 'ratelimit', 'ratelimit-policy', 'x-request-id', 'idempotency-replayed']

  test('a preflight — of a listed origin — names the methods of the path and the headers that a call may have', async () => {
    const call = await open({ CORS_ORIGINS: `${PAGE}, https://other.example/` })
    const answer = await call('/api/v1/holds', { method: 'OPTIONS', headers: { origin: PAGE, 'access-control-request-method': 'POST' } })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toContain('POST')
    const allowed = answer.headers.get('access-control-allow-headers')?.split(', ')
    expect(allowed).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'last-event-id']),
    )
    expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0)
    expect((await call('/api/v1/holds', { method: 'OPTIONS', headers: { origin: 'https://other.example' } })).headers.get('vary')).toBe(
      'Origin',
    )
  })

  test('an answer — good or refused — lets a listed page read its headers, without cookies', async () => {
    const call = await open({ CORS_ORIGINS: PAGE, RATE_LIMIT_PER_MINUTE: '1' })
    const headers = { ...bearer(proxy.token), origin: PAGE }
    for (const status of [200, 429]) {
      const answer = await call('/api/v1/bookings', { headers })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
      expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(expect.arrayContaining(EXPOSED))
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test.each(['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null'])(
    'a page of %s — which is not listed — may read nothing',
    async (origin) => {
      const call = await open({ CORS_ORIGINS: PAGE })
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await call('/api/v1/flights', { method, headers: { origin } })
        expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('vary')]).toEqual([null, 'Origin'])
      }
    },
  )

  test('no origins listed — nothing of CORS is said', async () => {
    const answer = await proxy.get('/api/v1/flights', { origin: PAGE })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })
})
