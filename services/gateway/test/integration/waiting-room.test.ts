import { createLogger } from '@skyhold/platform'
import { redisUrls } from '@skyhold/testkit'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RedisLink } from '../../src/clients/redis-link.ts'
import { sharedLines } from '../../src/policies/lines.ts'
import { bearer, fetchChecked, startGateway, type TestGateway, tokenOf } from '../support/gateway.ts'
import { LineClock } from '../support/line-clock.ts'
import { useProxy } from '../support/proxy-bench.ts'

const proxy = useProxy()
let clock: LineClock
let gateway: TestGateway
beforeEach(async () => {
  clock = new LineClock()
  gateway = await startGateway(
    { FLIGHTS_URL: proxy.flights.url, BOOKINGS_URL: proxy.bookings.url, WAITING_ROOM_PER_MINUTE: '10' },
    { now: clock.now },
  )
  proxy.extra.push(gateway)
})

const HOLD = JSON.stringify({ flights: [{ flightId: 'flt_1', fare: 'ECO', seats: [null] }] })
const as = async (userId: string, more: Record<string, string> = {}) => ({
  ...bearer(await tokenOf({ userId })),
  'content-type': 'application/json',
  ...more,
})
const hold = async (userId: string, place?: string, body: string | ReadableStream = HOLD) =>
  fetchChecked(`${gateway.url}/api/v1/holds`, {
    method: 'POST',
    body,
    headers: await as(userId, place ? { 'waiting-room-place': place } : {}),
    duplex: 'half',
  })
const takePlace = async (userId: string, flightId = 'flt_1') => {
  const answer = await fetchChecked(`${gateway.url}/api/v1/waiting-room/places`, {
    method: 'POST',
    body: JSON.stringify({ flightId }),
    headers: await as(userId),
  })
  expect(answer.status).toBe(201)
  return (await answer.json()) as { place: string; position: number; admittedInSeconds: number }
}

describe('waiting room: at the door', () => {
  test('purchases of a flight — more than its rate — wait in line, and pass in their turn with their bodies whole', async () => {
    expect((await hold('usr_1')).status).toBe(200)
    const refused = await hold('usr_2')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '6'])
    expect(await refused.json()).toMatchObject({ code: 'waiting_room', flightId: 'flt_1' })

    const { place, position, admittedInSeconds } = await takePlace('usr_2')
    expect([position, admittedInSeconds]).toEqual([1, 6])
    expect((await hold('usr_2', place)).status).toBe(429)
    clock.pass(6)
    expect((await hold('usr_3')).status).toBe(429)
    expect((await hold('usr_2', place)).status).toBe(200)
    expect(await Promise.all(proxy.bookings.seen.map(({ body }) => body))).toEqual([HOLD, HOLD])
  })

  test('a place — asked for without signing in, with a wrong body, forged or of another method — is refused', async () => {
    const url = `${gateway.url}/api/v1/waiting-room/places`
    expect((await fetchChecked(url, { method: 'POST', body: '{"flightId":"flt_1"}' })).status).toBe(401)
    expect((await fetchChecked(url, { method: 'POST', body: '{"flightId":7}', headers: await as('usr_1') })).status).toBe(400)
    expect((await fetchChecked(`${url}/forged.place`)).status).toBe(404)
    expect((await fetchChecked(url, { method: 'PUT' })).status).toBe(405)
  })

  test('a place — looked at while time passes — counts down, for whoever has it and out of every cache', async () => {
    await hold('usr_1')
    const { place } = await takePlace('usr_2')
    const look = async () => fetchChecked(`${gateway.url}/api/v1/waiting-room/places/${place}`)
    expect((await look()).headers.get('cache-control')).toBe('no-store')
    clock.pass(4)
    expect(await (await look()).json()).toMatchObject({ place, flightId: 'flt_1', position: 1, admittedInSeconds: 2 })
    clock.pass(2)
    expect(await (await look()).json()).toMatchObject({ position: 0, admittedInSeconds: 0 })
  })

  test('searches, seat maps and other flights — while there is a line — stay open', async () => {
    await hold('usr_1')
    for (let i = 0; i < 3; i++) await takePlace(`usr_${i}`)
    expect((await fetchChecked(`${gateway.url}/api/v1/flights`)).status).toBe(200)
    expect((await fetchChecked(`${gateway.url}/api/v1/flights/flt_1/seat-map`)).status).toBe(200)
    expect((await hold('usr_9', undefined, HOLD.replace('flt_1', 'flt_2'))).status).toBe(200)
  })

  test('a body — in chunks, no JSON, of another form, or too large — passes, or is refused as ever', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (const part of [HOLD.slice(0, 20), HOLD.slice(20)]) controller.enqueue(Buffer.from(part))
        controller.close()
      },
    })
    expect((await hold('usr_1', undefined, chunks)).status).toBe(200)
    expect(await proxy.bookings.seen[0]?.body).toBe(HOLD)
    expect((await hold('usr_1', undefined, '{"flights":')).status).toBe(400)
    expect((await hold('usr_1', undefined, `\uFEFF${HOLD}`)).status).toBe(400)
    for (const body of ['null', '[]', '{"flights":{}}', '{"flights":[null,{"flightId":7}]}'])
      expect((await hold('usr_1', undefined, body)).status).toBe(200)
    expect((await hold('usr_1', undefined, JSON.stringify('x'.repeat(200_000)))).status).toBe(413)
  })

  test.each([
    ['more flights than a purchase has', (i: number) => `flt_${i}`, 3_000],
    ['ids that cannot be', (i: number) => `${i}x`, 6],
  ])('a purchase — of %s — is left to bookings to refuse, and makes no line', async (_what, idOf, count) => {
    const flights = Array.from({ length: count }, (_, i) => ({ flightId: idOf(i) }))
    for (let i = 0; i < 2; i++) expect((await hold('usr_1', undefined, JSON.stringify({ flights }))).status).toBe(200)
    expect((await hold('usr_2', undefined, JSON.stringify({ flights: flights.slice(0, 1) }))).status).toBe(200)
  })

  test('a purchase — sent again by whoever has passed, since its answer was lost — passes again', async () => {
    for (let i = 0; i < 2; i++) expect((await hold('usr_1')).status).toBe(200)
    expect((await hold('usr_2')).status).toBe(429)
  })

  test('its page — in line, in turn and without a place — says so, under a policy without anything inline', async () => {
    await hold('usr_1')
    const { place } = await takePlace('usr_2')
    const page = async (path: string) => {
      const answer = await fetchChecked(gateway.url + path)
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const text = await answer.text()
      expect(text).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style="/)
      return text
    }
    const waiting = await page(`/waiting-room?place=${place}`)
    expect(waiting).toContain('<h1 id="heading">You are in line</h1>')
    expect(waiting).toContain('You are number 1. It takes less than a minute.')
    expect(waiting).toContain('<noscript><meta http-equiv="refresh" content="6" /></noscript>')
    clock.pass(6)
    expect(await page(`/waiting-room?place=${place}`)).toContain('It is your turn')
    expect(await page('/waiting-room?place=%3Cscript%3E')).toContain('This place in line is no more')
  })

  test('turned off, as it is by default — purchases, answers and addresses are as if there were none', async () => {
    const { gateway: off } = proxy
    const purchase = await as('usr_1')
    for (let i = 0; i < 5; i++)
      expect((await fetchChecked(`${off.url}/api/v1/holds`, { method: 'POST', body: HOLD, headers: purchase })).status).toBe(200)
    expect((await fetchChecked(`${off.url}/waiting-room`)).status).toBe(404)
    const place = await fetchChecked(`${off.url}/api/v1/waiting-room/places`, {
      method: 'POST',
      body: '{"flightId":"flt_1"}',
      headers: purchase,
    })
    const detail = 'There is no waiting room here: nobody needs a place to hold seats.'
    expect(await place.json()).toMatchObject({ status: 404, code: 'not_found', detail })
    expect(await (await fetchChecked(`${off.url}/api/v1/waiting-room/places/any`)).json()).toMatchObject({ status: 404, detail })
  })
})

describe.each(redisUrls())('waiting room: lines in Redis', (url) => {
  const links: RedisLink[] = []
  const flightId = `flt_${randomUUID()}`
  const connected = async () => {
    const link = new RedisLink({ url, logger: createLogger({ service: 'gateway', level: 'silent' }) })
    links.push(link)
    await link.start()
    return sharedLines({ redis: link, intervalMs: 6_000 })
  }
  afterEach(() => {
    for (const link of links.splice(0)) link.stop()
  })

  test('two gateways — asked by twenty people at once — keep one line: every turn once, an interval apart', async () => {
    const [one, other] = [await connected(), await connected()]
    const turns = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).join(flightId, `usr_${i}`)))
    const sorted = turns.toSorted((a, b) => a - b)
    expect(sorted.slice(1).map((atMs, i) => atMs - (sorted[i] ?? 0))).toEqual(Array(19).fill(6_000))
    expect(await other.join(flightId, 'usr_3')).toBe(turns[3])
    expect(await one.pass(flightId, 'usr_late')).toBeGreaterThan(114_000)
  })

  test('two gateways — asked for one turn at the same instant — give it once', async () => {
    const [one, other] = [await connected(), await connected()]
    const free = `${flightId}-free`
    const waits = await Promise.all([one.pass(free, 'usr_1'), other.pass(free, 'usr_2'), one.pass(free, 'usr_3')])
    expect(waits.filter((ms) => ms === 0)).toHaveLength(1)
    expect(Math.max(...waits)).toBeLessThanOrEqual(6_000)
  })

  test('somebody who has passed — asking again at another gateway — passes again, and takes no further turn by it', async () => {
    const [one, other] = [await connected(), await connected()]
    const flight = `${flightId}-again`
    expect([await one.waitOf(flight, 'usr_1'), await one.pass(flight, 'usr_1')]).toEqual([0, 0])
    const wait = await other.waitOf(flight, 'usr_2')
    expect(wait).toBeGreaterThan(0)
    expect([await other.waitOf(flight, 'usr_1'), await other.pass(flight, 'usr_1')]).toEqual([0, 0])
    expect(await one.pass(flight, 'usr_2')).toBeLessThanOrEqual(wait)
  })
})
