import { waitFor } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import { ROUTE_TABLE } from '../../src/policies/route-table.ts'
import { INACTIVITY_MS } from '../../src/policies/socket-limit.ts'
import { fetchChecked, startGateway, type TestGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { RawClient } from '../support/raw-client.ts'

const SHORT_MS = 1_000
/** Five megabytes in the clear, asked for so often that the kernel cannot take them all for a client who reads nothing. */
const SCRIPTS = 4
const ASK_SCRIPTS = 'GET /docs/js/scalar.js HTTP/1.1\r\nhost: skyhold.test\r\n\r\n'.repeat(SCRIPTS)

const proxy = useProxy()

async function impatient(): Promise<TestGateway> {
  const gateway = await startGateway({ FLIGHTS_URL: proxy.flights.url, BOOKINGS_URL: proxy.bookings.url }, { inactivityMs: SHORT_MS })
  proxy.extra.push(gateway)
  return gateway
}

async function knock(gateway: TestGateway, text: string): Promise<RawClient> {
  const client = await RawClient.open(gateway.url)
  proxy.extra.push(client)
  client.socket.write(text)
  return client
}

const connectionsOf = ({ service }: TestGateway) =>
  new Promise<number>((resolve, reject) => service.http.server.getConnections((error, count) => (error ? reject(error) : resolve(count))))

test("a client — that asks for the gateway's own files and reads nothing — is cut off, those between two requests are not", async () => {
  const gateway = await impatient()
  const idle = await knock(gateway, 'GET /health/live HTTP/1.1\r\nhost: skyhold.test\r\n\r\n')
  await waitFor(() => idle.answer.includes('"status":"ok"'))
  const deaf = await knock(gateway, '')
  deaf.socket.pause()
  deaf.socket.write(ASK_SCRIPTS)
  await waitFor(async () => (await connectionsOf(gateway)) === 2)
  await waitFor(async () => (await connectionsOf(gateway)) === 1, { what: 'the deaf one to be cut off' })
  idle.socket.write('GET /health/live HTTP/1.1\r\nhost: skyhold.test\r\n\r\n')
  await waitFor(() => idle.answer.split('"status":"ok"').length === 3)
  expect(idle.isCutOff).toBe(false)
})

test('a client — that reads slowly, and much longer than the limit — has it all', async () => {
  const gateway = await impatient()
  const slow = await knock(gateway, '')
  let received = 0
  slow.socket.on('data', (chunk: Buffer) => {
    received += chunk.length
    slow.socket.pause()
  })
  slow.socket.pause()
  slow.socket.write(ASK_SCRIPTS)
  const sips = setInterval(() => slow.socket.resume(), SHORT_MS / 100)
  const script = await (
    await fetchChecked(`${gateway.url}/docs/js/scalar.js`, { headers: { 'accept-encoding': 'identity' } })
  ).arrayBuffer()
  await waitFor(() => received > SCRIPTS * script.byteLength, { timeoutMs: 50_000 })
  clearInterval(sips)
  expect(performance.now() - slow.openedAtMs).toBeGreaterThan(2 * SHORT_MS)
  expect(slow.isCutOff).toBe(false)
})

test('a stream of events — with a sign of life more often than the limit — stays, one without is cut off', async () => {
  proxy.bookings.answer = (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    if (request.url?.includes('flt_silent')) return
    const heartbeat = setInterval(() => response.write(': still here\n\n'), SHORT_MS / 4)
    response.on('close', () => clearInterval(heartbeat))
  }
  const gateway = await impatient()
  const streamOf = (id: string) => knock(gateway, `GET /api/v1/flights/${id}/seat-map/events HTTP/1.1\r\nhost: skyhold.test\r\n\r\n`)
  const alive = await streamOf('flt_1')
  const silent = await streamOf('flt_silent')
  await waitFor(() => silent.isCutOff)
  expect(silent.answer).toContain('HTTP/1.1 200')
  await waitFor(() => alive.answer.split(': still here').length > 12)
  expect(alive.isCutOff).toBe(false)
})

test('the limit — beside the time that a service may take — is longer, so that no answer is lost by it', () => {
  for (const { timeoutMs, path } of ROUTE_TABLE) expect(timeoutMs, path).toBeLessThan(INACTIVITY_MS)
})
