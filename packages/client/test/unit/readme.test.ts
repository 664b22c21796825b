import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXAMPLES_FILE, examplesText } from '../../scripts/readme.ts'
import { buyOneSeat, holdOrSay, references, waitForSeat } from '../generated/readme.ts'
import { json, littleServer, problem, type Reaction } from '../support/little-server.ts'

test('examples of the README — as they are now — are those that the compiler reads (npm run contract)', () => {
  expect(readFileSync(EXAMPLES_FILE, 'utf8')).toBe(examplesText())
})

test('the purchase of the README — against a server — goes from search to payment', async () => {
  const fares = [{ code: 'ECOFLEX', cabin: 'economy' }]
  const answers: Record<string, Reaction> = {
    'POST /auth/login': json({ accessToken: 'a', refreshToken: 'r' }),
    'GET /flights': json({ data: [{ id: 'flt_1', fares }], nextCursor: null }),
    'POST /holds': json({ id: 'hld_1', flights: [{ seats: [{ designator: '12A' }] }] }, 201),
    'POST /bookings': json({ id: 'bkg_1', reference: 'BCDFGH' }, 201),
    'POST /bookings/bkg_1/payments': json({ id: 'pay_1', status: 'captured' }, 201),
  }
  const server = await littleServer((seen, response) =>
    (answers[`${seen.method} ${seen.url.replace('/api/v1', '').split('?', 1)[0] ?? ''}`] ?? problem(404, 'not_found'))(seen, response),
  )
  expect(await buyOneSeat(server.url, 'ada@example.com', 'a pass phrase')).toBe('BCDFGH')
  expect(server.seen.at(-2)?.body).toMatchObject({
    holdId: 'hld_1',
    passengers: [{ seats: ['12A'] }],
    contact: { email: 'ada@example.com' },
  })
})

test('the other examples of the README — do what they say', async () => {
  const taken = await littleServer(problem(409, 'seat_unavailable', { headers: { 'retry-after': '12' } }))
  expect(await holdOrSay(taken.client(), 'flt_1', 'ECOFLEX', '12A')).toBe('taken; try again in 12 s')
  const listed = await littleServer(json({ data: [{ reference: 'BCDFGH' }], nextCursor: null }))
  expect(await references(listed.client())).toEqual(['BCDFGH'])
  const event = { version: '1', seats: [{ designator: '12A', status: 'available' }] }
  const live = await littleServer((_seen, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`event: seats\ndata: ${JSON.stringify(event)}\n\n`),
  )
  expect(await waitForSeat(live.client(), 'flt_1', '12A', new AbortController().signal)).toBe(true)
})
