import { HTTP_LIMITS } from '@skyhold/platform'
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OWN_ROUTES } from '../../src/policies/own-routes.ts'
import { bearer, fetchChecked, ISSUER, KEY_ID, keys, startGateway, type TestGateway, tokenOf } from '../support/gateway.ts'
import { answerJson, startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway
const extra: { close(): Promise<void> }[] = []

beforeEach(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({
    IDENTITY_URL: upstream.url,
    FLIGHTS_URL: upstream.url,
    BOOKINGS_URL: upstream.url,
    NOTIFICATIONS_URL: upstream.url,
  })
})
afterEach(async () => {
  await Promise.all([gateway, upstream, ...extra.splice(0)].map((part) => part.close()))
})

const call = (path: string, init: RequestInit = {}) => fetchChecked(gateway.url + path, init)
const asCaller = async (path: string, token: string | Promise<string>, method = 'GET') =>
  call(path, { method, headers: bearer(await token) })

describe('door: tokens', () => {
  test('no token — on a call for signed-in people — is 401 and says how to sign in', async () => {
    const response = await call('/api/v1/me')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await response.json()).toMatchObject({ code: 'unauthenticated', status: 401, instance: '/api/v1/me' })
    expect(upstream.seen).toHaveLength(0)
  })

  test('a good token — passes — and goes on to the service as it is', async () => {
    const token = await tokenOf()
    expect((await asCaller('/api/v1/me', token)).status).toBe(200)
    expect(upstream.seen[0]?.headers.authorization).toBe(`Bearer ${token}`)
  })

  const now = Math.floor(Date.now() / 1000)
  const publicKeyAsSecret = () => new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' }))
  test.each<[string, () => Promise<string>]>([
    ['expired', () => tokenOf({ issuedAt: now - 1200, expiresAt: now - 600 })],
    ['from the future', () => tokenOf({ issuedAt: now + 3600, expiresAt: now + 4000 })],
    ['for another audience', () => tokenOf({ audience: 'somebody-else' })],
    ['of another issuer', () => tokenOf({ issuer: 'http://evil.example' })],
    ['of another type', () => tokenOf({ header: { typ: 'JWT' } })],
    ['of an unknown key', () => tokenOf({ header: { kid: 'key-9' } })],
    ['of a key that is a path', () => tokenOf({ header: { kid: '../../etc/passwd' } })],
    ['that brings its own key', () => tokenOf({ header: { jku: 'http://evil.example/jwks', kid: 'evil' } })],
    ['signed with HS256 and the public key', () => tokenOf({ header: { alg: 'HS256' }, key: publicKeyAsSecret() })],
    ['without a session', () => tokenOf({ claims: { sid: undefined } })],
    ['with a role nobody has', () => tokenOf({ roles: ['superuser'] })],
    ['signed by nobody (alg none)', async () => unsigned({ alg: 'none', typ: 'at+jwt', kid: KEY_ID })],
    ['whose payload was changed', async () => changed(await tokenOf())],
  ])('a token — %s — is 401 invalid_token', async (_case, make) => {
    const response = await asCaller('/api/v1/me', make())
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'invalid_token' })
    expect(upstream.seen).toHaveLength(0)
  })

  test.each(['Basic eDp5', 'Bearer', 'Bearer  ', 'Bearer a b', `Bearer ${'x'.repeat(5000)}`])(
    'an Authorization header — %.20s — is 401',
    async (authorization) => {
      expect((await call('/api/v1/me', { headers: { authorization } })).status).toBe(401)
    },
  )

  test('a customer — on a call for administrators — is 403; an administrator passes', async () => {
    const response = await asCaller('/api/v1/users', tokenOf())
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'forbidden' })
    expect((await asCaller('/api/v1/users', tokenOf({ roles: ['agent'] }))).status).toBe(403)
    expect((await asCaller('/api/v1/users', tokenOf({ roles: ['admin'] }))).status).toBe(200)
  })

  test('a booking token — passes where one is good, and nowhere else', async () => {
    expect((await asCaller('/api/v1/bookings/bkg_1', 'bkt_abc')).status).toBe(200)
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer bkt_abc')
    expect((await asCaller('/api/v1/bookings', 'bkt_abc')).status).toBe(401)
    expect((await asCaller('/api/v1/holds', 'bkt_abc', 'POST')).status).toBe(401)
    expect((await asCaller('/api/v1/bookings/bkg_1', `bkt_${'x'.repeat(200)}`)).status).toBe(401)
  })

  test('a session — that has ended — is turned away, another of the same user is not', async () => {
    upstream.answer = (request, response) => {
      const isList = request.url?.startsWith('/internal/revoked-sessions')
      answerJson(isList ? { data: [{ sessionId: 'ses_1', revokedAt: 1 }], now: 2 } : { ok: true })(request, response)
    }
    const twin = await startGateway({ IDENTITY_URL: upstream.url })
    extra.push(twin)
    const me = async (sid: string) =>
      (await fetchChecked(`${twin.url}/api/v1/me`, { headers: bearer(await tokenOf({ claims: { sid } })) })).status
    expect(await me('ses_1')).toBe(401)
    expect(await me('ses_2')).toBe(200)
  })
})

describe('door: addresses and methods', () => {
  test.each([
    '/api/v1/nothing',
    '/api/v1/flights/flt_1/nothing',
    '/internal/revoked-sessions',
    '/api/v1/../../internal/revoked-sessions',
    '/api/v1//flights',
    '/api/v2/flights',
  ])('an address — %s, which nobody has — is a 404 problem', async (path) => {
    const response = await call(path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
    expect(upstream.seen).toHaveLength(0)
  })

  test('a method — that a known address lacks — is 405 and names those it has', async () => {
    const response = await call('/api/v1/holds/hld_1', { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, DELETE, HEAD, OPTIONS')
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
    expect((await call('/api/v1/bookings/lookup')).status).toBe(405)
  })

  test("the provider's webhook — without a token — passes with its body and signature untouched", async () => {
    const body = '{ "id" : "evt_1" }'
    const response = await call('/api/v1/webhooks/payments', {
      method: 'POST',
      body,
      headers: { 'stripe-signature': 't=1,v1=a', 'content-type': 'application/json; charset=utf-8' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('ratelimit')).toBeNull()
    expect(upstream.seen[0]?.headers['stripe-signature']).toBe('t=1,v1=a')
    expect(await upstream.seen[0]?.body).toBe(body)
  })

  test.each(OWN_ROUTES.filter(({ method }) => method !== 'GET').map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s — with a body of another type, or one that is too large — is 415 and 413, as the contract says',
    async (_name, { method, path }) => {
      const send = async (type: string, body: string) => {
        const headers = { ...bearer(await tokenOf({ roles: ['admin'] })), 'content-type': type, origin: ISSUER }
        return (await call(path, { method, headers, body })).status
      }
      expect(await send('text/plain', 'x')).toBe(415)
      expect(await send('application/json', JSON.stringify('x'.repeat(HTTP_LIMITS.bodyBytes)))).toBe(413)
    },
  )
})

describe('door: limits', () => {
  const limited = async (env: Record<string, string>) => {
    const twin = await startGateway({ BOOKINGS_URL: upstream.url, FLIGHTS_URL: upstream.url, IDENTITY_URL: upstream.url, ...env })
    extra.push(twin)
    return twin
  }

  test('a user — past his quota — is 429 with the headers, another user is not', async () => {
    const twin = await limited({ RATE_LIMIT_PER_MINUTE: '2' })
    const me = async (userId: string) => fetchChecked(`${twin.url}/api/v1/bookings`, { headers: bearer(await tokenOf({ userId })) })
    const first = await me('usr_1')
    expect(first.headers.get('ratelimit-policy')).toBe('"user";q=2;w=60')
    expect(first.headers.get('ratelimit')).toBe('"user";r=1;t=30')
    await me('usr_1')
    const refused = await me('usr_1')
    expect(refused.status).toBe(429)
    // A call comes back every half minute, the whole quota in a minute.
    expect(Number(refused.headers.get('retry-after'))).toSatisfy((seconds: number) => seconds > 0 && seconds <= 30)
    expect(refused.headers.get('ratelimit')).toMatch(/^"user";r=0;t=[3-6]\d$/)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 })
    expect((await me('usr_2')).status).toBe(200)
  })

  test('log-ins of an address — past the quota — are 429, whatever X-Forwarded-For says', async () => {
    const twin = await limited({ RATE_LIMIT_LOGIN_PER_MINUTE: '2' })
    const login = (address: string) =>
      fetchChecked(`${twin.url}/api/v1/auth/login`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      })
    expect([(await login('1.1.1.1')).status, (await login('1.1.1.2')).status, (await login('1.1.1.3')).status]).toEqual([200, 200, 429])
  })

  test('log-ins — behind one trusted proxy — are counted by the address that it has appended', async () => {
    const twin = await limited({ RATE_LIMIT_LOGIN_PER_MINUTE: '1', TRUSTED_PROXIES: '1' })
    const login = (chain: string) =>
      fetchChecked(`${twin.url}/api/v1/auth/login`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': chain },
      })
    expect([
      (await login('9.9.9.9, 1.1.1.1')).status,
      (await login('9.9.9.9, 1.1.1.2')).status,
      (await login('7.7.7.7, 1.1.1.1')).status,
    ]).toEqual([200, 200, 429])
  })

  test('tokens that are forged — count against the address', async () => {
    const twin = await limited({ RATE_LIMIT_ADDRESS_PER_MINUTE: '2' })
    const me = () => fetchChecked(`${twin.url}/api/v1/me`, { headers: bearer('forged') })
    expect([(await me()).status, (await me()).status, (await me()).status]).toEqual([401, 401, 429])
  })

  test('RATE_LIMIT_PER_MINUTE=0 — turns every limit off', async () => {
    const twin = await limited({ RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_LOGIN_PER_MINUTE: '1' })
    for (let i = 0; i < 3; i++) expect((await fetchChecked(`${twin.url}/api/v1/auth/login`, { method: 'POST' })).status).toBe(200)
  })
})

describe('door: browsers', () => {
  test('a page — of a listed origin — may call and read, another may not', async () => {
    const twin = await startGateway({ FLIGHTS_URL: upstream.url, BOOKINGS_URL: upstream.url, CORS_ORIGINS: 'https://app.example' })
    extra.push(twin)
    const preflight = (origin: string) =>
      fetchChecked(`${twin.url}/api/v1/holds`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'idempotency-key' },
      })
    const good = await preflight('https://app.example')
    expect(good.status).toBe(204)
    expect(good.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(good.headers.get('access-control-allow-methods')).toContain('POST')
    expect(good.headers.get('access-control-allow-headers')).toContain('idempotency-key')
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
    const read = await fetchChecked(`${twin.url}/api/v1/flights`, { headers: { origin: 'https://app.example' } })
    expect(read.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(read.headers.get('vary')).toContain('Origin')
  })

  test('HSTS — is said where people come by https, and nowhere else', async () => {
    expect((await call('/')).headers.get('strict-transport-security')).toBeNull()
    const twin = await startGateway({ PUBLIC_URL: 'https://skyhold.test' })
    extra.push(twin)
    expect((await fetchChecked(`${twin.url}/`)).headers.get('strict-transport-security')).toContain('max-age=')
  })
})

function unsigned(header: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  return `${part(header)}.${part({ sub: 'usr_1', sid: 'ses_1', roles: ['admin'], operator: 'opr_1', iss: 'http://skyhold.test', aud: 'skyhold-api', iat: now, exp: now + 60 })}.`
}

function changed(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  const forged = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url')
  return `${header}.${forged}.${signature || createHmac('sha256', 'x').digest('base64url')}`
}
