import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fetchChecked, startGateway, type TestGateway } from '../support/gateway.ts'
import { answerJson, closedPort, startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway
const extra: { close(): Promise<void> }[] = []

beforeEach(async () => {
  upstream = await startUpstream(answerJson({ ok: true }))
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

const get = (path: string, headers: Record<string, string> = {}) => fetchChecked(gateway.url + path, { headers, redirect: 'manual' })

describe('pages', () => {
  test('the site — with its files — comes under a policy without anything inline', async () => {
    const page = await get('/')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe-inline')
    const html = await page.text()
    expect(html).not.toMatch(/<script(?![^>]*src=)/)
    expect(html).not.toMatch(/\son\w+=|style="/)
    for (const [, file = ''] of html.matchAll(/(?:src|href)="(\/[\w.-]+\.(?:js|css|svg))"/g))
      expect((await get(file)).status, file).toBe(200)
  })

  test('a file — the browser has already — is 304', async () => {
    const etag = (await get('/app.js')).headers.get('etag') ?? ''
    expect((await get('/app.js', { 'if-none-match': etag })).status).toBe(304)
  })

  test("the site's settings — in development — name the mailbox; in production they are not served", async () => {
    expect(await (await get('/site-config.json')).json()).toMatchObject({
      mailboxUrl: 'http://127.0.0.1:8105',
      approvalUrl: 'http://127.0.0.1:8090/3ds/',
      offersTestCards: true,
    })
    const secrets = { SERVICE_TOKEN_SECRET: 'a-secret-of-our-own', COOKIE_SECRET: 'another-secret-of-our-own' }
    const production = await startGateway({
      SKYHOLD_ENV: 'production',
      PAYMENTS_URL: '',
      PUBLIC_URL: 'https://skyhold.test',
      ...secrets,
    })
    extra.push(production)
    expect((await fetchChecked(`${production.url}/site-config.json`)).status).toBe(404)
  })

  test('the API reference — page and script — comes from here and may load nothing from elsewhere', async () => {
    expect((await get('/docs')).headers.get('location')).toBe('/docs/')
    const page = await get('/docs/')
    const html = await page.text()
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(html).toContain('/api/v1/openapi.json')
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self' 'sha256-/)
    const script = await get('/docs/js/scalar.js', { 'accept-encoding': 'gzip' })
    expect(script.headers.get('content-encoding')).toBe('gzip')
    expect((await script.text()).length).toBeGreaterThan(1_000_000)
  })

  test('the description of the API — names this server — and is otherwise the committed one', async () => {
    const { servers, ...document } = (await (await get('/api/v1/openapi.json')).json()) as Record<string, unknown>
    const { servers: _servers, ...committed } = JSON.parse(readFileSync('openapi/skyhold.json', 'utf8')) as Record<string, unknown>
    expect(servers).toEqual([{ url: 'http://skyhold.test' }])
    expect(document).toEqual(committed)
  })

  test('the description of the events — is served beside it', async () => {
    expect(await (await get('/api/v1/asyncapi.json')).json()).toMatchObject({ asyncapi: '3.0.0' })
  })
})

describe('health', () => {
  test('readiness — every service ready — is 200', async () => {
    const response = await get('/health/ready')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      status: 'ready',
      checks: { identity: 'ok', flights: 'ok', bookings: 'ok', notifications: 'ok' },
    })
  })

  test('readiness — one service away — is 503 and names it; one replica of two away is no matter', async () => {
    const nobody = `http://127.0.0.1:${await closedPort()}`
    const twin = await startGateway({
      IDENTITY_URL: upstream.url,
      FLIGHTS_URL: nobody,
      BOOKINGS_URL: `${nobody},${upstream.url}`,
      NOTIFICATIONS_URL: upstream.url,
    })
    extra.push(twin)
    const response = await fetchChecked(`${twin.url}/health/ready`)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ checks: { identity: 'ok', flights: 'failing', bookings: 'ok', notifications: 'ok' } })
    expect((await fetchChecked(`${twin.url}/health/live`)).status).toBe(200)
  })
})
