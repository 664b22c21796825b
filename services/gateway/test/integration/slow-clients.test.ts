import { passing, sized, waitFor } from '@skyhold/testkit'
import { HTTP_LIMITS } from '@skyhold/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { RawClient } from '../support/raw-client.ts'
import { answerJson, startUpstream, type Upstream } from '../support/upstream.ts'
import { fetchChecked } from '../support/gateway.ts'

/** Each is a descriptor in both processes; what this machine refuses to give is left out. */
const SILENT = Math.min(sized({ quick: 200, full: 10_000 }), descriptorsMax() - 500)
const SLOW = 25
const DRIP_MS = 500
/** Between two requests of a person. */
const PAUSE_MS = 100
const NO_LIMIT = String(1_000_000_000)
/** A busy machine opens them in turns, so that none waits for its connection longer than for its end. */
const OPENED_TOGETHER = 250

let upstream: Upstream
let gateway: GatewayProcess

beforeAll(async () => {
  upstream = await startUpstream(answerJson({ data: [] }))
  gateway = await startGatewayProcess({
    IDENTITY_URL: upstream.url,
    FLIGHTS_URL: upstream.url,
    BOOKINGS_URL: upstream.url,
    NOTIFICATIONS_URL: upstream.url,
    RATE_LIMIT_ADDRESS_PER_MINUTE: NO_LIMIT,
    SOCKETS_PER_ADDRESS_MAX: NO_LIMIT,
  })
})
afterAll(async () => {
  await gateway.process.stop()
  await upstream.close()
})

/** How many files a process may have open: Node has raised it as far as it may. */
function descriptorsMax(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
  const soft = Number(userLimits?.open_files?.soft)
  return Number.isNaN(soft) ? Infinity : soft
}

async function openSilent(): Promise<RawClient[]> {
  const silent: RawClient[] = []
  while (silent.length < SILENT)
    silent.push(
      ...(await Promise.all(Array.from({ length: Math.min(OPENED_TOGETHER, SILENT - silent.length) }, () => RawClient.open(gateway.url)))),
    )
  return silent
}

async function openSlow(first: string, piece: string): Promise<RawClient[]> {
  const slow = await Promise.all(Array.from({ length: SLOW }, () => RawClient.open(gateway.url)))
  for (const client of slow) client.drip(first, piece, DRIP_MS)
  return slow
}

/** People at their ordinary business, until told to end. Every answer counts. */
function traffic(): { statuses: Map<number, number>; end: () => Promise<void> } {
  const statuses = new Map<number, number>()
  const ending = new AbortController()
  const person = async () => {
    while (!ending.signal.aborted) {
      const response = await fetchChecked(`${gateway.url}/api/v1/flights`)
      await response.text()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      await passing(PAUSE_MS)
    }
  }
  const people = Promise.all([person(), person(), person(), person()])
  return {
    statuses,
    end: async () => {
      ending.abort()
      await people
    },
  }
}

test('silent and dripping clients — beside normal traffic — are cut off at their limits, and the traffic is served to the last request', async () => {
  const normal = traffic()
  const silent = await openSilent()
  const slowHeaders = await openSlow('GET /api/v1/flights HTTP/1.1\r\nhost: skyhold.test\r\n', 'x-drip: 1\r\n')
  const slowBodies = await openSlow('POST /api/v1/auth/login HTTP/1.1\r\nhost: skyhold.test\r\ncontent-length: 5000\r\n\r\n', 'x')
  const cutOff = (clients: RawClient[]) => clients.filter((client) => client.isCutOff).length

  await waitFor(() => cutOff([...silent, ...slowHeaders]) === SILENT + SLOW, {
    timeoutMs: 6 * HTTP_LIMITS.headersMs,
    what: 'those without whole headers to be cut off',
  })
  await waitFor(() => cutOff(slowBodies) === SLOW, { timeoutMs: 3 * HTTP_LIMITS.requestMs, what: 'the dripping bodies to be cut off' })
  // Not before their time either: a slow line is no crime.
  for (const client of [...silent, ...slowHeaders]) expect(client.lastedMs).toBeGreaterThan(HTTP_LIMITS.headersMs - 500)
  for (const client of slowBodies) expect(client.lastedMs).toBeGreaterThan(HTTP_LIMITS.requestMs - 500)

  const servedBefore = normal.statuses.get(200) ?? 0
  await waitFor(() => (normal.statuses.get(200) ?? 0) > servedBefore)
  await normal.end()
  expect([...normal.statuses.keys()]).toEqual([200])
  expect(gateway.process.isRunning).toBe(true)
  expect(upstream.seen.filter((seen) => seen.url === '/api/v1/flights')).toHaveLength(normal.statuses.get(200) ?? 0)
}, 300_000)

/** More than the connections that bodies in pieces may have to a service. */
const DRIPPING_BODIES = 520

test('bodies — that drip in, more of them than there are connections for — do not hold up one that comes right behind its head', async () => {
  const head = (path: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
  // As services do, it answers what it has read whole.
  upstream.answer = (request, response) => void request.once('end', () => answerJson({ data: [] })(request, response))
  const dripping = await Promise.all(Array.from({ length: DRIPPING_BODIES }, () => RawClient.open(gateway.url)))
  for (const client of dripping) client.socket.write(`${head('/api/v1/webhooks/payments', 5_000)}{`)
  await waitFor(() => upstream.seen.filter(({ url }) => url === '/api/v1/webhooks/payments').length >= 512, { timeoutMs: 20_000 })
  const ordinary = await RawClient.open(gateway.url)
  ordinary.socket.write(head('/api/v1/bookings/lookup', 2))
  await passing(50)
  ordinary.socket.write('{}')
  await waitFor(() => ordinary.answer.startsWith('HTTP/1.1 200'), { what: 'the answer', timeoutMs: 5_000 })
  await Promise.all([...dripping, ordinary].map((client) => client.close()))
})
