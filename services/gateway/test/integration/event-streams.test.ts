import type { ServerResponse } from 'node:http'
import { waitFor } from '@skyhold/testkit'
import { beforeEach, expect, test } from 'vitest'
import { fetchChecked, startGateway } from '../support/gateway.ts'
import { useProxy } from '../support/proxy-bench.ts'
import { RawClient } from '../support/raw-client.ts'

const PATH = '/api/v1/flights/flt_1/seat-map/events'
const REQUEST = `GET ${PATH} HTTP/1.1\r\nhost: skyhold.test\r\n\r\n`

const proxy = useProxy()
/** The streams that bookings has open. */
const open = new Set<ServerResponse>()
beforeEach(() => {
  open.clear()
  proxy.bookings.answer = (_request, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  }
})

const started = async (env: Record<string, string>) => {
  const gateway = await startGateway({ BOOKINGS_URL: proxy.bookings.url, FLIGHTS_URL: proxy.flights.url, ...env })
  proxy.extra.push(gateway)
  return gateway.url
}

function viewer(url: string, forwardedFor?: string) {
  const abort = new AbortController()
  const headers: Record<string, string> = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  const answer = fetchChecked(url + PATH, { headers, signal: abort.signal })
  return { answer, leave: () => abort.abort() }
}

test('event streams — of one address past their number — are 429 with Retry-After, until one of them ends', async () => {
  const url = await started({ EVENT_STREAMS_PER_ADDRESS_MAX: '2' })
  const held = [viewer(url), viewer(url)]
  for (const { answer } of held) expect((await answer).status).toBe(200)
  const refused = await viewer(url).answer
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
  expect(open.size).toBe(2)
  held[0]?.leave()
  await waitFor(() => open.size === 1)
  await waitFor(async () => (await viewer(url).answer).status === 200)
})

test('event streams — behind a trusted proxy — are counted by the addresses that it names, a subscriber of IPv6 by his network', async () => {
  const url = await started({ EVENT_STREAMS_PER_ADDRESS_MAX: '1', TRUSTED_PROXIES: '1' })
  const statusFor = async (address: string) => (await viewer(url, address).answer).status
  expect([await statusFor('203.0.113.1'), await statusFor('203.0.113.2'), await statusFor('203.0.113.1:4711')]).toEqual([200, 200, 429])
  expect([await statusFor('2001:db8::1'), await statusFor('[2001:DB8::2]:443')]).toEqual([200, 429])
})

test('event streams — with every limit off — are not counted', async () => {
  const url = await started({ EVENT_STREAMS_PER_ADDRESS_MAX: '1', RATE_LIMIT_PER_MINUTE: '0' })
  for (let i = 0; i < 3; i++) expect((await viewer(url).answer).status).toBe(200)
})

test('event streams — asked for ahead of the answers on their connection — are not opened beside the first', async () => {
  const client = await RawClient.open(await started({}))
  proxy.extra.push(client)
  client.socket.write(REQUEST.repeat(10))
  await waitFor(() => open.size > 0)
  // Whatever is answered to the nine waits behind the first; one that is asked for on a connection of its own comes after all of them.
  await fetchChecked(`${proxy.gateway.url}/health/live`)
  expect(proxy.bookings.seen).toHaveLength(1)
  await client.close()
  await waitFor(() => open.size === 0)
})

test('large answers — asked for behind an event stream by a client that goes — free the service', async () => {
  const made = new Set<ServerResponse>()
  proxy.flights.answer = (_request, response) => {
    made.add(response)
    response.on('close', () => made.delete(response))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 20_000_000 }).end(Buffer.alloc(20_000_000, 'x'))
  }
  const client = await RawClient.open(proxy.gateway.url)
  client.socket.write(REQUEST + 'GET /api/v1/flights HTTP/1.1\r\nhost: skyhold.test\r\n\r\n'.repeat(3))
  await waitFor(() => made.size === 3)
  await client.close()
  await waitFor(() => made.size === 0 && open.size === 0)
})

test('an event stream — whose client goes while his call is looked at, as when the limits wait for Redis — is opened nowhere', async () => {
  const arrived = Promise.withResolvers<void>()
  const looked = Promise.withResolvers<void>()
  const gateway = await startGateway({ BOOKINGS_URL: proxy.bookings.url }, {}, ({ http }) => {
    http.addHook('onRequest', async ({ url, raw }) => {
      if (url !== PATH) return
      const gone = Promise.withResolvers<void>()
      raw.socket.once('close', () => gone.resolve())
      arrived.resolve()
      await gone.promise
    })
    http.addHook('preHandler', async () => looked.resolve())
  })
  proxy.extra.push(gateway)
  const client = await RawClient.open(gateway.url)
  client.socket.write(REQUEST)
  await arrived.promise
  client.socket.resetAndDestroy()
  await looked.promise
  // A call that comes after it is at the service after it.
  expect((await fetchChecked(`${gateway.url}/api/v1/flights/flt_1/seat-map`)).status).toBe(200)
  expect(proxy.bookings.seen.map(({ url }) => url)).toEqual(['/api/v1/flights/flt_1/seat-map'])
})
