import { afterEach, expect, test, vi } from 'vitest'
import { Skyhold } from '../../src/index.ts'
import { littleServer, problem, type Reaction } from '../support/little-server.ts'

afterEach(() => {
  vi.useRealTimers()
})

const seats = (id: string, designator: string, status = 'held') =>
  `id: ${id}\nevent: seats\ndata: ${JSON.stringify({ version: id, seats: [{ designator, status }] })}\n\n`
const stream =
  (text: string, { end = true } = {}): Reaction =>
  (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)
    if (end) response.end()
  }

test('watching seats — over two lost connections — goes on after the last event each time, as soon as the server says', async () => {
  const server = await littleServer(
    stream(`retry: 400\n\n: hello\n\n${seats('1', '1A')}${seats('2', '1B')}`),
    problem(503, 'unavailable'),
    stream(seats('3', '1A', 'sold'), { end: false }),
  )
  const designators: string[] = []
  for await (const event of server.client().watchSeats('flt_1')) {
    designators.push(...event.seats.map(({ designator, status }) => `${event.id} ${designator} ${status}`))
    if (event.id === '3') break
  }
  expect(designators).toEqual(['1 1A held', '2 1B held', '3 1A sold'])
  expect(server.seen.map(({ url, headers }) => [url, headers['last-event-id']])).toEqual([
    ['/api/v1/flights/flt_1/seat-map/events', undefined],
    ['/api/v1/flights/flt_1/seat-map/events', '2'],
    ['/api/v1/flights/flt_1/seat-map/events', '2'],
  ])
  // 400 ms, then twice as much after a failure; three quarters of each by half a jitter.
  expect(server.waits).toEqual([300, 600])
})

test('watching seats — after an event that was seen earlier — starts there', async () => {
  const server = await littleServer(stream(seats('8', '2A'), { end: false }))
  for await (const _event of server.client().watchSeats('flt_1', { lastEventId: '7' })) break
  expect(server.seen[0]?.headers['last-event-id']).toBe('7')
})

test('watching seats — of a flight that is not there — is a refusal, once', async () => {
  const server = await littleServer(problem(404, 'flight_not_found'))
  await expect(server.client().watchSeats('flt_0').next()).rejects.toMatchObject({ code: 'flight_not_found' })
  expect(server.seen).toHaveLength(1)
})

test('watching seats — a signal says stop — ends the loop', async () => {
  const stop = new AbortController()
  const server = await littleServer(stream(seats('1', '1A'), { end: false }))
  let count = 0
  for await (const _event of server.client().watchSeats('flt_1', { signal: stop.signal })) {
    count += 1
    stop.abort()
  }
  expect(count).toBe(1)
})

test('watching seats — a signal says stop while a lost connection is waited for — ends the loop as quietly', async () => {
  const stop = new AbortController()
  const server = await littleServer(stream(seats('1', '1A')))
  const sleep = async (_ms: number, signal?: AbortSignal) => {
    stop.abort()
    signal?.throwIfAborted()
  }
  let count = 0
  for await (const _event of server.client({ retry: { sleep } }).watchSeats('flt_1', { signal: stop.signal })) count += 1
  expect([count, server.seen.length]).toEqual([1, 1])
})

test('watching seats — refused for a while — waits as long as the server asks, and a random part of its own wait', async () => {
  const refused = problem(429, 'rate_limited', { headers: { 'retry-after': '20' } })
  const server = await littleServer(refused, refused, stream(seats('1', '1A'), { end: false }))
  for await (const _event of server.client().watchSeats('flt_1')) break
  // 2 s and then 4, three quarters of each.
  expect(server.waits).toEqual([21_500, 23_000])
})

test('watching seats — a connection that says nothing for 45 s, not even that it is there — is opened again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const opened: { say: (text: string) => void; lastEventId: string | null }[] = []
  const halfOpen: typeof fetch = async (_url, { signal, headers } = {}) => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason))
        const say = (text: string) => controller.enqueue(new TextEncoder().encode(text))
        opened.push({ say, lastEventId: new Headers(headers).get('last-event-id') })
      },
    })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
  }
  const client = new Skyhold({ baseUrl: 'http://skyhold.test', fetch: halfOpen, retry: { sleep: async () => undefined } })
  const watch = client.watchSeats('flt_1')
  const first = watch.next()
  await vi.advanceTimersByTimeAsync(0)
  opened[0]?.say(seats('1', '1A'))
  expect(await first).toMatchObject({ value: { id: '1' } })
  // Whoever takes his time over an event has not lost the connection.
  await vi.advanceTimersByTimeAsync(60_000)
  const second = watch.next()
  for (let beats = 0; beats < 3; beats += 1) {
    await vi.advanceTimersByTimeAsync(44_000)
    opened[0]?.say(': still here\n\n')
    await vi.advanceTimersByTimeAsync(0)
  }
  await vi.advanceTimersByTimeAsync(44_000)
  expect(opened).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(opened.map(({ lastEventId }) => lastEventId)).toEqual([null, '1'])
  opened[1]?.say(seats('2', '1B'))
  expect(await second).toMatchObject({ value: { id: '2' } })
  await watch.return()
})
