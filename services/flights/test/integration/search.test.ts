import { Flight } from '@skyhold/contracts'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MONDAY_MS, planned, pointersOf, runFlights, type Answer, type RunningFlights } from '../support/running-flights.ts'

const numbersOf = (answer: Answer): string[] => answer.body.data.map((flight: Flight) => flight.number)

describe.each(databases())('flight search on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights
  const search = (query: string): Promise<Answer> => flights.get(`/api/v1/flights?${query}`)
  const TUESDAY = 'from=DEL&to=BOM&date=2026-12-01'

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url })
    await planned(flights, { number: '11', departsAt: '2026-12-01T09:00', blockMinutes: 150, aircraft: 'A20N' })
    await planned(flights, { number: '12', departsAt: '2026-12-01T06:00', blockMinutes: 130, aircraft: 'AT76' })
    await planned(flights, { number: '13', departsAt: '2026-12-01T22:30', blockMinutes: 140, aircraft: 'A20N' })
    const fare = { code: 'SAVER', cabin: 'economy', brand: 'Saver', refundable: false, changeable: false, baggageKg: 15 }
    // 90 dollars are more than 5000 rupees, though the number of cents is the smaller one.
    const price = { amountMinor: 90_00, currency: 'USD' }
    await planned(flights, {
      carrier: 'L1',
      number: '14',
      departsAt: '2026-12-01T12:00',
      blockMinutes: 120,
      aircraft: 'A20H',
      fares: [{ ...fare, price }],
    })
    await planned(flights, { number: '15', departsAt: '2026-12-02T09:00', blockMinutes: 135 })
    await planned(flights, { number: '16', from: 'BOM', to: 'DEL', departsAt: '2026-12-01T09:00' })
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('a day — of one direction — has its flights by departure, each as the contract says', async () => {
    const answer = await search(TUESDAY)
    expect(answer.status).toBe(200)
    expect(numbersOf(answer)).toEqual(['D1 12', 'D1 11', 'L1 14', 'D1 13'])
    expect(answer.body.nextCursor).toBeNull()
    for (const flight of answer.body.data) expect(Check(Flight, flight)).toBe(true)
    expect(answer.body.data[1]).toMatchObject({
      departsAt: '2026-12-01T09:00:00+05:30',
      departsAtUtc: '2026-12-01T03:30:00.000Z',
      arrivesAt: '2026-12-01T11:30:00+05:30',
      durationMinutes: 150,
      from: { iata: 'DEL', city: 'Delhi', country: 'IN', timeZone: 'Asia/Kolkata' },
    })
  })

  test('the flight — near midnight UTC — is on the local day of the origin', async () => {
    expect(numbersOf(await search('from=DEL&to=BOM&date=2026-12-02'))).toEqual(['D1 15'])
  })

  test('sort — by duration and by price — orders across currencies by worth', async () => {
    expect(numbersOf(await search(`${TUESDAY}&sort=duration`))).toEqual(['L1 14', 'D1 12', 'D1 13', 'D1 11'])
    const byPrice = await search(`${TUESDAY}&sort=price`)
    expect(numbersOf(byPrice).at(-1)).toBe('L1 14')
    const rupees = byPrice.body.data.slice(0, 3).map((flight: Flight) => Math.min(...flight.fares.map((fare) => fare.price.amountMinor)))
    expect(rupees).toEqual(rupees.toSorted((a: number, b: number) => a - b))
  })

  test('cabin — one that only some aircraft have — leaves the others out', async () => {
    expect(numbersOf(await search(`${TUESDAY}&cabin=business`))).toEqual(['D1 11', 'D1 13'])
    expect(numbersOf(await search(`${TUESDAY}&cabin=first`))).toEqual([])
  })

  test.each(['departure', 'price', 'duration'])('pages — of one, sorted by %s — give every flight once in the same order', async (sort) => {
    const whole = numbersOf(await search(`${TUESDAY}&sort=${sort}`))
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await search(`${TUESDAY}&sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`)
      expect(page.status).toBe(200)
      seen.push(...numbersOf(page))
      cursor = page.body.nextCursor ?? ''
    } while (cursor !== '')
    expect(seen).toEqual(whole)
  })

  test('a cursor — changed, invented or of another search — is refused', async () => {
    const { nextCursor } = (await search(`${TUESDAY}&limit=1`)).body
    const changed = nextCursor.startsWith('A') ? `B${nextCursor.slice(1)}` : `A${nextCursor.slice(1)}`
    for (const query of [
      `${TUESDAY}&cursor=${changed}`,
      `${TUESDAY}&cursor=W10.xx`,
      `${TUESDAY}&cursor=W10.${'%C3%A9'.repeat(22)}`,
      `${TUESDAY}&sort=price&cursor=${nextCursor}`,
    ]) {
      const answer = await search(query)
      expect([answer.status, answer.body.code, pointersOf(answer)]).toEqual([400, 'invalid_request', ['/query/cursor']])
    }
  })

  test.each([
    ['from=XXX&to=BOM&date=2026-12-01', '/query/from'],
    ['from=DEL&to=XXX&date=2026-12-01', '/query/to'],
    ['from=DEL&to=DEL&date=2026-12-01', '/query/to'],
    ['from=del&to=BOM&date=2026-12-01', '/query/from'],
    ['to=BOM&date=2026-12-01', '/query/from'],
    ['from=DEL&to=BOM', '/query/date'],
    ['from=DEL&to=BOM&date=2026-11-29', '/query/date'],
    ['from=DEL&to=BOM&date=2026-02-30', '/query/date'],
    ['from=DEL&to=BOM&date=tomorrow', '/query/date'],
    [`${TUESDAY}&passengers=0`, '/query/passengers'],
    [`${TUESDAY}&passengers=10`, '/query/passengers'],
    [`${TUESDAY}&passengers=two`, '/query/passengers'],
    [`${TUESDAY}&cabin=cargo`, '/query/cabin'],
    [`${TUESDAY}&sort=colour`, '/query/sort'],
    [`${TUESDAY}&limit=0`, '/query/limit'],
    [`${TUESDAY}&limit=101`, '/query/limit'],
    [`${TUESDAY}&colour=blue`, '/query/colour'],
    ['from=DEL&from=BOM&to=BOM&date=2026-12-01', '/query/from'],
    ["from=DEL'%20OR%201=1&to=BOM&date=2026-12-01", '/query/from'],
  ])('query %s — not one that can be answered — is refused at %s', async (query, pointer) => {
    const answer = await search(query)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(pointersOf(answer)).toContain(pointer)
  })

  test('today — at the origin, though it is another day in UTC — is not past', async () => {
    flights.clock.nowMs = Date.parse('2026-11-30T20:00:00Z') // 01:30 on 1 December in Delhi
    expect((await search(TUESDAY)).status).toBe(200)
    expect(pointersOf(await search('from=DEL&to=BOM&date=2026-11-30'))).toEqual(['/query/date'])
    flights.clock.nowMs = MONDAY_MS
  })

  test('sales — sixty minutes before departure — close', async () => {
    const departsMs = Date.parse('2026-12-01T06:00:00+05:30')
    flights.clock.nowMs = departsMs - 60 * 60_000 - 1
    expect(numbersOf(await search(TUESDAY))).toContain('D1 12')
    flights.clock.nowMs = departsMs - 60 * 60_000
    expect(numbersOf(await search(TUESDAY))).not.toContain('D1 12')
    flights.clock.nowMs = MONDAY_MS
  })
})

describe.each(databases())('airports, aircraft and descriptions on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url })
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('airports — asked by an old name with accents missing — are found', async () => {
    expect((await flights.get('/api/v1/airports?q=bombay')).body.data[0]).toMatchObject({ iata: 'BOM', city: 'Mumbai', country: 'IN' })
    expect((await flights.get('/api/v1/airports?q=malaga')).body.data[0].iata).toBe('AGP')
    expect((await flights.get('/api/v1/airports?q=%25')).body).toEqual({ data: [], nextCursor: null })
  })

  test('airports — all, page by page — come once each', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await flights.get(`/api/v1/airports?limit=100${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.body.data.map((airport: { iata: string }) => airport.iata))
      cursor = page.body.nextCursor ?? ''
    } while (cursor !== '')
    expect(seen.length).toBeGreaterThan(300)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('aircraft — listed — say their cabins and seats', async () => {
    const answer = await flights.get('/api/v1/aircraft')
    expect(answer.body.data.find((aircraft: { code: string }) => aircraft.code === 'B789')).toMatchObject({
      name: 'Boeing 787-9',
      seats: 299,
      cabins: [
        { cabin: 'business', seats: 30 },
        { cabin: 'premium_economy', seats: 21 },
        { cabin: 'economy', seats: 248 },
      ],
    })
  })

  test('schedules — for anyone but an administrator — are refused', async () => {
    expect((await flights.get('/api/v1/schedules')).status).toBe(401)
    expect((await flights.get('/api/v1/schedules', { as: 'agent' })).status).toBe(403)
    expect((await flights.get('/api/v1/schedules', { as: 'admin' })).body).toEqual({ data: [], nextCursor: null })
  })

  test('the description — of the public routes — names refusals and hides what is internal', async () => {
    const { paths } = (await flights.get('/openapi.json')).body
    expect(Object.keys(paths).toSorted()).toEqual([
      '/api/v1/aircraft',
      '/api/v1/airports',
      '/api/v1/flights',
      '/api/v1/flights/{id}',
      '/api/v1/flights/{id}/audit',
      '/api/v1/flights/{id}/cancellation',
      '/api/v1/schedules',
    ])
    expect(Object.keys(paths['/api/v1/flights/{id}'].patch.responses)).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '409', '412', '428']),
    )
  })
})
