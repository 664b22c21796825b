import type { IncomingMessage, RequestListener } from 'node:http'
import { DEVELOPMENT_SECRET, type IntegrityEntry, type IntegrityReport, integrityReport } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, fetchChecked, startGateway, type TestGateway, tokenOf } from '../support/gateway.ts'
import { answerJson, closedPort, startUpstream, type Upstream } from '../support/upstream.ts'

const entry = (service: string, name: string, violations: number, checkedAt: string): IntegrityEntry => ({
  service,
  name,
  means: 'Something is true.',
  status: violations === 0 ? 'ok' : 'violated',
  checkedAt,
  violations,
  sample: violations === 0 ? [] : ['a seat that is sold twice: 1A'],
  scope: null,
  tookMs: 3,
  runbook: 'docs/runbook.md#i1-seats',
})
const serviceTokens = createServiceTokens(DEVELOPMENT_SECRET, 'gateway')
const EARLIER = '2026-11-23T12:00:00.000Z'
const LATER = '2026-11-23T12:05:00.000Z'

describe('integrity of the whole', () => {
  const upstreams = new Map<string, Upstream>()
  const asked: string[] = []
  let gateway: TestGateway

  beforeAll(async () => {
    for (const service of ['identity', 'bookings', 'notifications']) {
      const upstream = await startUpstream((request, response) => {
        if (request.url?.startsWith('/internal/integrity')) void answerFor(service, request).then((answer) => answer(request, response))
        else answerJson({ data: [], now: 1 })(request, response)
      })
      upstreams.set(service, upstream)
    }
    const urlOf = (service: string) => upstreams.get(service)?.url ?? ''
    const nobody = `http://127.0.0.1:${await closedPort()}`
    gateway = await startGateway({
      IDENTITY_URL: urlOf('identity'),
      FLIGHTS_URL: nobody,
      // A replica that is away is no matter.
      BOOKINGS_URL: `${nobody},${urlOf('bookings')}`,
      NOTIFICATIONS_URL: urlOf('notifications'),
    })
  })
  afterAll(async () => {
    await gateway.close()
    await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
  })

  async function answerFor(service: string, { method, url, headers }: IncomingMessage): Promise<RequestListener> {
    asked.push(`${service} ${method} ${url}`)
    try {
      await serviceTokens.verify(headers.authorization?.slice('Bearer '.length) ?? '', service)
    } catch {
      return answerJson({}, 401) // What a service does with a token that is not for it.
    }
    return answerJson(integrityReport([entry(service, 'I6.outbox', service === 'bookings' ? 2 : 0, method === 'POST' ? LATER : EARLIER)]))
  }
  const call = async (method: string, path: string, roles: readonly string[] = ['admin']) =>
    fetchChecked(`${gateway.url}/api/v1${path}`, { method, headers: bearer(await tokenOf({ roles })) })

  test('GET — one service away — joins what the others found, and does not say that all is well', async () => {
    const response = await call('GET', '/integrity')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const report = (await response.json()) as IntegrityReport
    expect(report.checkedAt).toBeNull()
    expect(report.checks).toMatchObject([
      { service: 'identity', name: 'I6.outbox', status: 'ok', violations: 0 },
      { service: 'flights', name: 'service-away', status: 'unknown', violations: null, checkedAt: null },
      { service: 'bookings', name: 'I6.outbox', status: 'violated', violations: 2, sample: ['a seat that is sold twice: 1A'] },
      { service: 'notifications', name: 'I6.outbox', status: 'ok', violations: 0 },
    ])
  })

  test('POST runs — lets every service look now', async () => {
    const response = await call('POST', '/integrity/runs')
    expect(response.status).toBe(200)
    const { checks } = (await response.json()) as IntegrityReport
    expect(checks.filter(({ checkedAt }) => checkedAt === LATER)).toHaveLength(3)
    expect(asked.filter((line) => line.includes('POST')).toSorted()).toEqual([
      'bookings POST /internal/integrity/runs',
      'identity POST /internal/integrity/runs',
      'notifications POST /internal/integrity/runs',
    ])
  })

  test('both — for anyone but administrators — are refused', async () => {
    for (const [method, path] of [
      ['GET', '/integrity'],
      ['POST', '/integrity/runs'],
    ] as const) {
      expect((await fetchChecked(`${gateway.url}/api/v1${path}`, { method })).status).toBe(401)
      expect((await call(method, path, ['customer'])).status).toBe(403)
      expect((await call(method, path, ['agent'])).status).toBe(403)
    }
  })

  test('both — with another method — say what they are for', async () => {
    const response = await call('DELETE', '/integrity')
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expect((await call('GET', '/integrity/runs')).headers.get('allow')).toBe('POST, OPTIONS')
  })

  test('the description of the API — has both, for administrators', async () => {
    const document = await (await fetchChecked(`${gateway.url}/api/v1/openapi.json`)).json()
    expect(document).toMatchObject({
      paths: {
        '/api/v1/integrity': { get: { tags: ['operations'], 'x-roles': ['admin'], responses: { 200: {}, 401: {}, 403: {} } } },
        '/api/v1/integrity/runs': { post: { tags: ['operations'], 'x-roles': ['admin'] } },
      },
    })
    expect(JSON.stringify(document)).toContain('The first ten violations')
  })
})
