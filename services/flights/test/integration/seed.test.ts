import { seatsOf } from '@skyhold/contracts'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AIRCRAFT } from '../../data/aircraft.ts'
import { AIRPORTS } from '../../data/airports.ts'
import { MONDAY_MS, plan, runFlights, type RunningFlights } from '../support/running-flights.ts'

const DAY_MS = 86_400_000
/** Flights of a few batches, where how far ahead they are made is not the question. */
const HORIZON_DAYS = 10

const dayAfter = (days: number): string => new Date(MONDAY_MS + days * DAY_MS).toISOString().slice(0, 10)

async function count(flights: RunningFlights, sql: string): Promise<number> {
  const [row] = await flights.db.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`)
  return Number(row?.n)
}

describe.each(databases())('the demo timetable on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url, seed: 'demo' })
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('airports and aircraft — at the first start — are those of the data', async () => {
    expect(await count(flights, 'airports')).toBe(AIRPORTS.length)
    expect(await count(flights, 'aircraft')).toBe(AIRCRAFT.length)
  })

  test('routes — directed — are more than forty-eight, with the named ones every day for sixty days', async () => {
    expect(await count(flights, '(SELECT DISTINCT origin, destination FROM flights) routes')).toBeGreaterThanOrEqual(48)
    for (const [from, to] of [
      ['DEL', 'BOM'],
      ['DEL', 'BLR'],
      ['BOM', 'BLR'],
      ['LHR', 'JFK'],
    ]) {
      for (const [origin, destination] of [
        [from, to],
        [to, from],
      ]) {
        for (const days of [1, 30, 60]) {
          const date = dayAfter(days)
          const answer = await flights.get(`/api/v1/flights?from=${origin}&to=${destination}&date=${date}`)
          expect(answer.body.data.length, `${origin}-${destination} on ${date}`).toBeGreaterThan(1)
        }
      }
    }
  })

  test('today — what has left already — is left out, what has not is there', async () => {
    expect(await count(flights, `flights WHERE departs_at_utc <= ${MONDAY_MS}`)).toBe(0)
    // 11:30 in Delhi: of the five to Mumbai, 12:45, 17:30 and 20:45 are still to come.
    expect((await flights.get('/api/v1/flights?from=DEL&to=BOM&date=2026-11-30')).body.data).toHaveLength(3)
  })

  test('search — whatever the size of the table — goes by its index', async () => {
    const where = "FROM flights WHERE origin = 'DEL' AND destination = 'BOM' AND local_date = '2026-12-15' ORDER BY departs_at_utc"
    const explain = flights.db.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'
    const rows = await flights.db.rows<{ detail?: string; key?: string; Extra?: string }>(`${explain} SELECT * ${where}`)
    expect(JSON.stringify(rows)).toContain('flights_by_route')
    expect(JSON.stringify(rows)).not.toMatch(/filesort|TEMP B-TREE/i)
  })
})

describe.each(databases())('the demo timetable, started again, on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights
  const running: RunningFlights[] = []

  const run = async (options: { nowMs?: number } = {}): Promise<RunningFlights> => {
    const started = await runFlights({ url: database.url, seed: 'demo', horizonDays: HORIZON_DAYS, ...options })
    running.push(started)
    return started
  }

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await run()
  })
  afterEach(async () => {
    await Promise.all(running.filter((other) => other !== flights).map((other) => other.close()))
    running.splice(0, running.length, flights)
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('each flight — made from the timetable — has one event with its full state', async () => {
    const events = await flights.events()
    expect(events).toHaveLength(await count(flights, 'flights'))
    const [event] = events
    expect(event).toMatchObject({ type: 'flight.scheduled', aggregate: { type: 'flight', sequence: 1 } })
    const state = event?.data
    if (!state || !('layout' in state)) throw new Error('the event has no layout')
    expect(seatsOf(state.layout).length).toBeGreaterThan(0)
    expect(state.fares.every((fare) => fare.price.currency === state.currency)).toBe(true)
  })

  test('a restart — the same day — makes no flight, no event and no schedule twice', async () => {
    const counts = async (): Promise<number[]> =>
      Promise.all(['flights', 'outbox', 'schedules', 'airports'].map((table) => count(flights, table)))
    const before = await counts()
    await run()
    expect(await counts()).toEqual(before)
  })

  test('a restart — on the next day — adds one day', async () => {
    const lastDay = `flights WHERE operating_date = '${dayAfter(HORIZON_DAYS + 1)}' AND origin = 'DEL'`
    expect(await count(flights, lastDay)).toBe(0)
    await run({ nowMs: MONDAY_MS + DAY_MS })
    expect(await count(flights, lastDay)).toBeGreaterThan(10)
  })

  test('a flight number — made by hand for a day to come — keeps its place when the timetable gets there', async () => {
    const day = dayAfter(HORIZON_DAYS + 3)
    const body = plan({ number: '201', departsAt: `${day}T06:00` })
    expect((await flights.call('POST', '/api/v1/flights', { as: 'admin', body })).status).toBe(201)
    await run({ nowMs: MONDAY_MS + 3 * DAY_MS })
    const ofNumber = (number: number): string =>
      `flights WHERE carrier_code = 'D1' AND flight_number = ${number} AND operating_date = '${day}'`
    expect(await count(flights, `${ofNumber(201)} AND schedule_id IS NULL`)).toBe(1)
    expect(await count(flights, ofNumber(201))).toBe(1)
    expect(await count(flights, ofNumber(203))).toBe(1)
  })
})

describe.each(databases())('an empty database on $name', ({ create }) => {
  let database: TestDatabase
  let running: RunningFlights[]

  beforeEach(async () => {
    database = await create()
    running = []
  })
  afterEach(async () => {
    await Promise.all(running.map((flights) => flights.close()))
    await database.drop()
  })

  test('SEED=none — the first start — loads airports, aircraft and carriers and no flight', async () => {
    const flights = await runFlights({ url: database.url, seed: 'none' })
    running.push(flights)
    expect(await count(flights, 'airports')).toBe(AIRPORTS.length)
    expect(await count(flights, 'schedules')).toBe(0)
    expect(await count(flights, 'flights')).toBe(0)
    expect(await count(flights, 'outbox')).toBe(0)
  })

  test('the horizon — of two days, and then of three — is how far ahead flights are made', async () => {
    const lastDay = async (flights: RunningFlights) => {
      const [row] = await flights.db.rows<{ day: string }>('SELECT MAX(operating_date) AS day FROM flights')
      return row?.day
    }
    for (const [horizonDays, day] of [
      [2, '2026-12-02'],
      [3, '2026-12-03'],
    ] as const) {
      const flights = await runFlights({ url: database.url, seed: 'demo', horizonDays })
      running.push(flights)
      expect(await lastDay(flights)).toBe(day)
    }
  })

  test('two replicas — starting at the same moment — make each flight once', async () => {
    const replica = () => runFlights({ url: database.url, seed: 'demo', horizonDays: HORIZON_DAYS })
    running = await Promise.all([replica(), replica()])
    const [flights] = running
    if (!flights) throw new Error('nothing runs')
    const made = await count(flights, 'flights')
    expect(made).toBeGreaterThan(1000)
    expect(await count(flights, '(SELECT DISTINCT schedule_id, operating_date FROM flights) f')).toBe(made)
    expect(await count(flights, 'outbox')).toBe(made)
  })
})
