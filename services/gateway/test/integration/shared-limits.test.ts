import { createLogger } from '@skyhold/platform'
import { FaultProxy, redisUrls, waitFor } from '@skyhold/testkit'
import { randomUUID } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bearer, fetchChecked, startGateway, type TestGateway, tokenOf } from '../support/gateway.ts'
import { closedPort, startUpstream, type Upstream } from '../support/upstream.ts'

/** Small, so that no call comes back while a test runs: one does every ten seconds. */
const QUOTA = 6
const LOST = 'Redis is out of reach'
const FOUND = 'counted in Redis'

let upstream: Upstream
const extra: { close(): Promise<void> }[] = []
beforeEach(async () => {
  upstream = await startUpstream()
})
afterEach(async () => {
  await Promise.all([upstream, ...extra.splice(0)].map((part) => part.close()))
})

interface Watched extends TestGateway {
  log: string[]
}

async function started(redisUrl: string): Promise<Watched> {
  const log: string[] = []
  const destination = new PassThrough()
  destination.on('data', (line: Buffer) => log.push(...line.toString().split('\n').filter(Boolean)))
  const env = { REDIS_URL: redisUrl, BOOKINGS_URL: upstream.url, IDENTITY_URL: upstream.url, RATE_LIMIT_PER_MINUTE: String(QUOTA) }
  const gateway = await startGateway(env, { logger: createLogger({ service: 'gateway', level: 'info', destination }) })
  extra.push(gateway)
  return { ...gateway, log }
}

/** A user of this test alone: the counters outlive it. */
const newcomer = async () => bearer(await tokenOf({ userId: `usr_${randomUUID()}` }))
const call = (gateway: TestGateway, headers: Record<string, string>) => fetchChecked(`${gateway.url}/api/v1/bookings`, { headers })
const linesOf = (gateway: Watched, text: string) => gateway.log.filter((line) => line.includes(text))

async function storeOf(gateway: TestGateway): Promise<string | undefined> {
  const text = await (await fetchChecked(`${gateway.url}/metrics`)).text()
  return /^gateway_rate_limit_store\{.*store="(\w+)".*\} 1$/m.exec(text)?.[1]
}

test('limits — a Redis that nobody runs — are counted in memory from the start, and the log says so once', async () => {
  const gateway = await started(`redis://127.0.0.1:${await closedPort()}`)
  const headers = await newcomer()
  for (let i = 0; i < QUOTA; i++) expect((await call(gateway, headers)).status).toBe(200)
  expect((await call(gateway, headers)).status).toBe(429)
  expect(await storeOf(gateway)).toBe('memory')
  expect(linesOf(gateway, LOST)).toHaveLength(1)
})

test('limits — in a Redis that answers and refuses to write — are counted in memory, and the log says so once', async () => {
  let probes = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (piece) => {
      for (const command of piece.toString('latin1').split(/(?=\*\d+\r\n\$)/)) {
        const isScript = /^\*\d+\r\n\$\d+\r\nEVAL/i.test(command)
        if (isScript) probes += 1
        socket.write(isScript ? "-OOM command not allowed when used memory > 'maxmemory'.\r\n" : '+OK\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  extra.push({ close: () => new Promise((resolve) => void server.close(() => resolve())) })
  const gateway = await started(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const headers = await newcomer()
  for (let i = 0; i < QUOTA; i++) expect((await call(gateway, headers)).status).toBe(200)
  await waitFor(() => probes > 2, { what: 'Redis to be tried again' })
  expect((await call(gateway, headers)).status).toBe(429)
  expect([linesOf(gateway, LOST).length, linesOf(gateway, FOUND).length]).toEqual([1, 0])
})

describe.each(redisUrls())('limits in Redis', (redisUrl) => {
  test('two gateways — one user — count together, and say the same of what is left', async () => {
    const gateways = [await started(redisUrl), await started(redisUrl)] as const
    const headers = await newcomer()
    const statuses: number[] = []
    for (let i = 0; i < QUOTA; i++) {
      const response = await call(gateways[i % 2 === 0 ? 0 : 1], headers)
      statuses.push(response.status)
      expect(response.headers.get('ratelimit')).toContain(`r=${QUOTA - i - 1};`)
    }
    expect(statuses).toEqual(Array(QUOTA).fill(200))
    for (const gateway of gateways) {
      const refused = await call(gateway, headers)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(await storeOf(gateways[0])).toBe('redis')
  })

  test('a user past his quota — and no Redis any more — stays turned away', async () => {
    const { proxy, url } = await FaultProxy.before(redisUrl)
    const gateway = await started(url)
    extra.push(proxy)
    const headers = await newcomer()
    for (let i = 0; i < QUOTA; i++) expect((await call(gateway, headers)).status).toBe(200)
    expect((await call(gateway, headers)).status).toBe(429)
    await proxy.refuse()
    // It is known here already, as it is for every further call of a flood, which therefore costs Redis nothing.
    expect(await (await call(gateway, headers)).json()).toMatchObject({ code: 'rate_limited' })
    expect((await call(gateway, await newcomer())).status).toBe(200)
  })

  test('Redis — dies in the middle and comes back — no request fails, metric and one log line tell of each change', async () => {
    const { proxy, url } = await FaultProxy.before(redisUrl)
    const gateway = await started(url)
    extra.push(proxy)
    const headers = await newcomer()
    for (let i = 0; i < 3; i++) expect((await call(gateway, headers)).status).toBe(200)

    await proxy.refuse()
    const during = await Promise.all(Array.from({ length: 5 }, () => call(gateway, headers)))
    expect(during.map((response) => response.status)).toEqual(Array(5).fill(200))
    expect(await storeOf(gateway)).toBe('memory')
    expect(linesOf(gateway, LOST)).toHaveLength(1)

    await proxy.accept()
    await waitFor(async () => (await storeOf(gateway)) === 'redis', { what: 'the gateway to count in Redis again' })
    expect(linesOf(gateway, FOUND)).toHaveLength(2)
    expect(linesOf(gateway, LOST)).toHaveLength(1)
    // The three before, and not those that were counted in memory meanwhile.
    expect((await call(gateway, headers)).headers.get('ratelimit')).toContain(`r=${QUOTA - 4};`)
  })

  test('Redis — hangs — the requests under way wait for it a moment, the next ones not at all', async () => {
    const { proxy, url } = await FaultProxy.before(redisUrl)
    const gateway = await started(url)
    extra.push(proxy)
    const headers = await newcomer()
    expect((await call(gateway, headers)).status).toBe(200)
    proxy.set({ blackhole: true })
    const during = await Promise.all(Array.from({ length: 5 }, () => call(gateway, headers)))
    expect(during.map((response) => response.status)).toEqual(Array(5).fill(200))
    expect(await storeOf(gateway)).toBe('memory')
    expect(linesOf(gateway, LOST)).toHaveLength(1)
    expect((await call(gateway, headers)).status).toBe(200)
    proxy.set()
    await waitFor(async () => (await storeOf(gateway)) === 'redis', { what: 'the gateway to count in Redis again' })
  })
})
