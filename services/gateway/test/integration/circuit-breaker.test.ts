import { waitFor } from '@skyhold/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ROUTE_TABLE } from '../../src/policies/route-table.ts'
import { bearer, fetchChecked, startGateway, type TestGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { answerJson, closedPort, startUpstream } from '../support/upstream.ts'

const proxy = useProxy()
const FAILURES_MAX = 5
const OPEN_MS = 1_000

// The clock stands still, so that a slow machine sees no circuit close by itself; timers go on.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())
const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

const started = async (env: Record<string, string>, parts: Parameters<typeof startGateway>[1] = {}): Promise<TestGateway> => {
  const gateway = await startGateway(env, parts)
  proxy.extra.push(gateway)
  return gateway
}
/** Unchecked: what the pretended service says is no answer of the contract. */
const search = (gateway: TestGateway) => fetch(`${gateway.url}/api/v1/flights`)
const post = (gateway: TestGateway) =>
  fetchChecked(`${gateway.url}/api/v1/holds`, {
    method: 'POST',
    body: '{}',
    headers: { ...bearer(proxy.token), 'content-type': 'application/json' },
  })

/** The state that the metric shows for a replica. */
async function stateOf(gateway: TestGateway, url: string): Promise<string | undefined> {
  const text = await (await fetchChecked(`${gateway.url}/metrics`)).text()
  const line = text
    .split('\n')
    .find((each) => each.startsWith('gateway_circuit_breaker{') && each.includes(`"${url}"`) && each.endsWith(' 1'))
  return /state="(\w+)"/.exec(line ?? '')?.[1]
}

test('a circuit — of a service that hangs — opens, and callers are told at once instead of after its timeout', async () => {
  proxy.bookings.answer = () => undefined
  const table = ROUTE_TABLE.map((rule) => ({ ...rule, timeoutMs: 300 }))
  const gateway = await started({ BOOKINGS_URL: proxy.bookings.url }, { table })
  const statuses = await Promise.all(Array.from({ length: FAILURES_MAX }, async () => (await post(gateway)).status))
  expect(statuses).toEqual(Array(FAILURES_MAX).fill(504))
  expect(await stateOf(gateway, proxy.bookings.url)).toBe('open')
  const refused = await post(gateway)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ code: 'unavailable' })
  expect(proxy.bookings.seen).toHaveLength(FAILURES_MAX)
})

test('a circuit — of a service that answers others while some calls hang — stays closed', async () => {
  proxy.bookings.answer = (request, response) => void (request.method === 'GET' && answerJson({ data: [] })(request, response))
  const table = ROUTE_TABLE.map((rule) => ({ ...rule, timeoutMs: 300 }))
  const gateway = await started({ BOOKINGS_URL: proxy.bookings.url }, { table })
  const read = async () => (await fetchChecked(`${gateway.url}/api/v1/bookings`, { headers: bearer(proxy.token) })).status
  for (let round = 0; round < 2; round += 1) {
    const seenBefore = proxy.bookings.seen.length
    const hanging = Array.from({ length: FAILURES_MAX }, async () => (await post(gateway)).status)
    await waitFor(() => proxy.bookings.seen.length === seenBefore + FAILURES_MAX)
    expect(await read()).toBe(200)
    expect(await Promise.all(hanging)).toEqual(Array(FAILURES_MAX).fill(504))
    expect(await stateOf(gateway, proxy.bookings.url)).toBe('closed')
  }
  expect(await read()).toBe(200)
})

test('a circuit — open — lets one probe through, and everybody once that is answered', async () => {
  const probe = Promise.withResolvers<void>()
  proxy.flights.answer = (request) => void request.socket.destroy()
  const gateway = await started({ FLIGHTS_URL: proxy.flights.url })
  for (let i = 0; i < 3; i++) expect((await search(gateway)).status).toBe(503)
  expect(await stateOf(gateway, proxy.flights.url)).toBe('open')
  const seenBefore = proxy.flights.seen.length
  proxy.flights.answer = (request, response) => void probe.promise.then(() => answerJson({ ok: true })(request, response))
  expect((await search(gateway)).status).toBe(503)
  later(OPEN_MS)
  const probing = search(gateway)
  await waitFor(() => proxy.flights.seen.length > seenBefore)
  expect(await stateOf(gateway, proxy.flights.url)).toBe('half_open')
  expect((await search(gateway)).status).toBe(503)
  probe.resolve()
  expect((await probing).status).toBe(200)
  expect((await search(gateway)).status).toBe(200)
  expect(await stateOf(gateway, proxy.flights.url)).toBe('closed')
  expect(proxy.flights.seen).toHaveLength(seenBefore + 2)
})

test('a circuit — whose probe fails — stays open for another second', async () => {
  proxy.flights.answer = (request) => void request.socket.destroy()
  const gateway = await started({ FLIGHTS_URL: proxy.flights.url })
  for (let i = 0; i < 3; i++) await search(gateway)
  later(OPEN_MS)
  const seenBefore = proxy.flights.seen.length
  for (let i = 0; i < 5; i++) expect((await search(gateway)).status).toBe(503)
  expect(proxy.flights.seen).toHaveLength(seenBefore + 1)
})

test('a circuit — of one replica of two — opens alone: every request is answered by the other', async () => {
  const dead = `http://127.0.0.1:${await closedPort()}`
  const alive = await startUpstream()
  const gateway = await started({ BOOKINGS_URL: `${dead},${alive.url}` })
  proxy.extra.push(alive)
  for (let i = 0; i < FAILURES_MAX; i++) {
    // While it rests, which it does after each failure, it is not asked.
    for (let j = 0; j < 2; j++) expect((await post(gateway)).status).toBe(200)
    later(OPEN_MS)
  }
  expect(await stateOf(gateway, dead)).toBe('open')
  expect(await stateOf(gateway, alive.url)).toBe('closed')
})

test('a circuit — open for one replica of two that hangs — is probed with reads, which the other answers, and with no write', async () => {
  const hung = await startUpstream(() => undefined)
  proxy.extra.push(hung)
  const table = ROUTE_TABLE.map((rule) => ({ ...rule, timeoutMs: 200 }))
  const gateway = await started({ BOOKINGS_URL: `${hung.url},${proxy.bookings.url}` }, { table })
  const read = async () => (await fetchChecked(`${gateway.url}/api/v1/bookings`, { headers: bearer(proxy.token) })).status
  await waitFor(async () => {
    await post(gateway)
    return (await stateOf(gateway, hung.url)) === 'open'
  })
  const seenBefore = hung.seen.length
  for (let i = 0; i < 3; i++) {
    later(OPEN_MS)
    for (let j = 0; j < 2; j++) expect((await post(gateway)).status).toBe(200)
  }
  expect(hung.seen).toHaveLength(seenBefore)
  for (let i = 0; i < 3; i++) {
    later(OPEN_MS)
    for (let j = 0; j < 2; j++) expect(await read()).toBe(200)
  }
  expect(hung.seen).toHaveLength(seenBefore + 3)
  hung.answer = answerJson({ ok: true })
  later(OPEN_MS)
  for (let j = 0; j < 2; j++) expect(await read()).toBe(200)
  expect(await stateOf(gateway, hung.url)).toBe('closed')
})

test('a circuit — answers of 404 and 500, and clients that go away — stays closed', async () => {
  const gateway = await started({ FLIGHTS_URL: proxy.flights.url })
  for (const status of [404, 500, 503]) {
    proxy.flights.answer = answerJson({ code: 'x', status }, status, { 'content-type': 'application/problem+json' })
    for (let i = 0; i < FAILURES_MAX + 1; i++) expect((await search(gateway)).status).toBe(status)
  }
  proxy.flights.answer = () => undefined
  for (let i = 0; i < FAILURES_MAX + 1; i++) {
    const seenBefore = proxy.flights.seen.length
    const abort = new AbortController()
    const call = fetchChecked(`${gateway.url}/api/v1/flights`, { signal: abort.signal })
    await waitFor(() => proxy.flights.seen.length > seenBefore)
    abort.abort()
    await expect(call).rejects.toThrow()
  }
  proxy.flights.answer = answerJson({ ok: true })
  expect((await search(gateway)).status).toBe(200)
  expect(await stateOf(gateway, proxy.flights.url)).toBe('closed')
})
