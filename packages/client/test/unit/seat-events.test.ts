import { expect, test } from 'vitest'
import { littleServer, problem, type Reaction } from '../support/little-server.ts'

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
