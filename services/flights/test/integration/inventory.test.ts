import { FlightState, type EventData, type Flight } from '@skyhold/contracts'
import { newId } from '@skyhold/platform'
import { databases, waitFor, type TestDatabase } from '@skyhold/testkit'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MONDAY_MS, planned, runFlights, type RunningFlights } from '../support/running-flights.ts'

const DAY_MS = 86_400_000

/** An aircraft with 12 business and 150 economy seats, of which so many are left. */
const left = (
  flightId: string,
  { business, economy, saver = economy }: { business: number; economy: number; saver?: number },
): EventData<'inventory.changed'> => ({
  flightId,
  cabins: [
    { cabin: 'business', seats: 12, available: business },
    { cabin: 'economy', seats: 150, available: economy },
  ],
  fares: [
    { code: 'SAVER', seatsLeft: saver },
    { code: 'CLASSIC', seatsLeft: economy },
    { code: 'FLEX', seatsLeft: economy },
    { code: 'BIZSAVER', seatsLeft: business },
    { code: 'BIZFLEX', seatsLeft: business },
  ],
})

describe.each(databases())('availability and snapshot on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights

  const idsFor = async (wish: string): Promise<string[]> =>
    (await flights.get(`/api/v1/flights?from=DEL&to=BOM&date=2026-12-01&limit=100&${wish}`)).body.data.map((flight: Flight) => flight.id)
  const saverLeft = async (id: string): Promise<number> =>
    (await flights.get(`/api/v1/flights/${id}`)).body.fares.find((fare: { code: string }) => fare.code === 'SAVER').seatsLeft

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url })
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('seats sold — told by an event — are gone from search, by party and by cabin', async () => {
    const { id } = await planned(flights)
    expect(await idsFor('passengers=9&cabin=business')).toContain(id)
    await flights.publishInventory(left(id, { business: 2, economy: 3 }), 7)
    await waitFor(async () => !(await idsFor('passengers=4')).includes(id), { what: 'the sale to show' })
    expect(await idsFor('passengers=3')).toContain(id)
    expect(await idsFor('passengers=3&cabin=business')).not.toContain(id)
    expect(await idsFor('passengers=2&cabin=business')).toContain(id)
    expect((await flights.get(`/api/v1/flights/${id}`)).headers.get('etag')).toBe('"1.7"')
  })

  test('a fare — sold out while its cabin is not — shows nothing left and the flight stays', async () => {
    const { id } = await planned(flights)
    await flights.publishInventory(left(id, { business: 12, economy: 40, saver: 0 }), 1)
    await waitFor(async () => (await saverLeft(id)) === 0, { what: 'the fare to be sold out' })
    expect(await idsFor('passengers=9&cabin=economy')).toContain(id)
  })

  test('events — late, doubled and in any order — leave the newest numbers', async () => {
    const { id } = await planned(flights)
    const eventId = newId('event')
    await flights.publishInventory(left(id, { business: 12, economy: 50 }), 5, eventId)
    await waitFor(async () => (await saverLeft(id)) === 50, { what: 'the newest numbers' })
    await flights.publishInventory(left(id, { business: 12, economy: 149 }), 1)
    await flights.publishInventory(left(id, { business: 12, economy: 50 }), 5, eventId)
    await flights.publishInventory(left(id, { business: 12, economy: 49 }), 6)
    await waitFor(async () => (await saverLeft(id)) === 49, { what: 'the last event' })
    await waitFor(async () => (await flights.bus.depth('flights.inventory')) === 0, { what: 'the queue to be empty' })
    expect(await saverLeft(id)).toBe(49)
  })

  test('numbers of a flight — that is not known here yet — are kept', async () => {
    await flights.publishInventory(left('flt_elsewhere', { business: 1, economy: 1 }), 3)
    await waitFor(async () => (await flights.db.rows("SELECT 1 AS ok FROM availability WHERE flight_id = 'flt_elsewhere'")).length === 1, {
      what: 'the row',
    })
  })

  test('a change of gate — with the tag read before a sale — is no conflict', async () => {
    const { id, tag } = await planned(flights)
    await flights.publishInventory(left(id, { business: 12, economy: 9 }), 2)
    await waitFor(async () => (await saverLeft(id)) === 9, { what: 'the sale to show' })
    expect(
      (await flights.call('PATCH', `/api/v1/flights/${id}`, { as: 'admin', body: { gate: '9' }, headers: { 'if-match': tag } })).status,
    ).toBe(200)
  })

  test('the snapshot — page by page — has every flight once, and its head is their count and the sum of their versions', async () => {
    const { id, tag } = await planned(flights)
    await flights.call('PATCH', `/api/v1/flights/${id}`, { as: 'admin', body: { gate: '9' }, headers: { 'if-match': tag } })
    const entries: { sequence: number; state: FlightState }[] = []
    let cursor = ''
    do {
      const page = await flights.get(`/internal/snapshot?limit=2${cursor && `&cursor=${cursor}`}`, { as: 'service' })
      expect(page.status).toBe(200)
      entries.push(...page.body.data)
      cursor = page.body.nextCursor ?? ''
    } while (cursor !== '')
    expect(entries.every((entry) => Check(FlightState, entry.state))).toBe(true)
    expect(entries.find((entry) => entry.state.id === id)).toMatchObject({ sequence: 2, state: { gate: '9' } })
    expect(new Set(entries.map((entry) => entry.state.id)).size).toBe(entries.length)
    const head = await flights.get('/internal/snapshot/head', { as: 'service' })
    expect(head.body).toEqual({
      count: entries.length,
      sequenceSum: entries.reduce((sum, entry) => sum + entry.sequence, 0),
      sinceMs: MONDAY_MS - 2 * DAY_MS,
    })
    const events = await flights.events(id)
    expect(events.at(-1)?.data).toEqual(entries.find((entry) => entry.state.id === id)?.state)
  })

  test('the snapshot — of flights that left two days ago — is without them', async () => {
    flights.clock.nowMs = Date.parse('2026-12-01T08:30+05:30') + 2 * DAY_MS
    expect((await flights.get('/internal/snapshot/head', { as: 'service' })).body).toMatchObject({ count: 0, sequenceSum: 0 })
    expect((await flights.get('/internal/snapshot', { as: 'service' })).body).toEqual({ data: [], nextCursor: null })
    flights.clock.nowMs = MONDAY_MS
  })

  test('the snapshot — for anyone but a service — is refused', async () => {
    for (const path of ['/internal/snapshot/head', '/internal/snapshot']) {
      expect((await flights.get(path)).status).toBe(401)
      expect((await flights.get(path, { as: 'admin' })).status).toBe(401)
    }
    expect((await flights.get('/internal/snapshot?limit=501', { as: 'service' })).status).toBe(400)
  })
})
