import type { Flight } from '@skyhold/contracts'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planned, pointersOf, runFlights, type Answer, type RunningFlights } from '../support/running-flights.ts'

describe.each(databases())('a flight on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights

  const patch = (id: string, body: unknown, tag?: string, as = 'admin'): Promise<Answer> =>
    flights.call('PATCH', `/api/v1/flights/${id}`, { as, body, ...(tag !== undefined && { headers: { 'if-match': tag } }) })
  const idsOn = async (date: string): Promise<string[]> =>
    (await flights.get(`/api/v1/flights?from=DEL&to=BOM&date=${date}&limit=100`)).body.data.map((flight: Flight) => flight.id)
  /** Takes the flight through states, one change each, and gives its tag. */
  async function become(id: string, tag: string, ...statuses: string[]): Promise<string> {
    let latest = tag
    for (const status of statuses) {
      const answer = await patch(id, { status }, latest)
      expect([status, answer.status]).toEqual([status, 200])
      latest = answer.headers.get('etag') ?? ''
    }
    return latest
  }

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url })
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('read — again with its tag — has not changed', async () => {
    const { id } = await planned(flights)
    const first = await flights.get(`/api/v1/flights/${id}`)
    const tag = first.headers.get('etag') ?? ''
    expect([first.status, tag]).toEqual([200, '"1.0"'])
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const again = await flights.get(`/api/v1/flights/${id}`, { headers: { 'if-none-match': known } })
      expect([known, again.status, again.headers.get('etag'), again.body]).toEqual([known, 304, tag, null])
    }
    expect((await flights.get(`/api/v1/flights/${id}`, { headers: { 'if-none-match': '"0.0"' } })).status).toBe(200)
  })

  test('read — an id that is not there, or not one — is refused', async () => {
    expect((await flights.get('/api/v1/flights/flt_nothing')).body.code).toBe('flight_not_found')
    expect((await flights.get('/api/v1/flights/bkg_1')).status).toBe(400)
  })

  test('a change — of times and gate with the tag that was read — raises the version and tells the others', async () => {
    const { id, tag } = await planned(flights)
    const answer = await patch(id, { departsAt: '2026-12-01T09:15', gate: '41' }, tag)
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2.0"'])
    expect(answer.body).toMatchObject({
      gate: '41',
      departsAt: '2026-12-01T09:15:00+05:30',
      arrivesAt: '2026-12-01T11:30:00+05:30',
      durationMinutes: 135,
    })
    const events = await flights.events(id)
    expect(events.map((event) => [event.type, event.aggregate.sequence])).toEqual([
      ['flight.scheduled', 1],
      ['flight.changed', 2],
    ])
    expect(events[1]?.data).toMatchObject({ id, gate: '41', departsAtUtc: '2026-12-01T03:45:00.000Z' })
  })

  test('a change — without If-Match, or with one that is old, weak or nonsense — is refused', async () => {
    const { id, tag } = await planned(flights)
    expect((await patch(id, { gate: '1' })).body).toMatchObject({ status: 428, code: 'if_match_required' })
    expect((await patch(id, { gate: '1' }, tag)).status).toBe(200)
    for (const old of [tag, 'W/"2.0"', '"two"', '2'])
      expect((await patch(id, { gate: '2' }, old)).body).toMatchObject({ status: 412, code: 'stale_version' })
    expect((await patch(id, { gate: '2' }, `"1.0", "2.0"`)).status).toBe(200)
  })

  test('two changes — at once with the same tag — are one change and one refusal', async () => {
    const { id, tag } = await planned(flights)
    const answers = await Promise.all(['A1', 'A2', 'A3', 'A4'].map((gate) => patch(id, { gate }, tag)))
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412])
    expect(await flights.events(id)).toHaveLength(2)
  })

  test('a change — to what it is already — changes nothing', async () => {
    const { id, tag } = await planned(flights, { gate: '7' })
    const answer = await patch(id, { gate: '7', status: 'scheduled', departsAt: '2026-12-01T08:30' }, tag)
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, tag])
    expect(await flights.events(id)).toHaveLength(1)
  })

  test('a gate — null — is taken away', async () => {
    const { id, tag } = await planned(flights, { gate: '7' })
    const answer = await patch(id, { gate: null }, tag)
    expect(answer.body).not.toHaveProperty('gate')
  })

  test('a departure — moved over midnight — is found on its new day at once and not on the old one', async () => {
    const { id, tag } = await planned(flights, { departsAt: '2026-12-05T23:30' })
    expect(await idsOn('2026-12-05')).toEqual([id])
    expect(await idsOn('2026-12-06')).toEqual([])
    expect((await patch(id, { departsAt: '2026-12-06T00:40', status: 'delayed' }, tag)).status).toBe(200)
    expect(await idsOn('2026-12-05')).toEqual([])
    expect(await idsOn('2026-12-06')).toEqual([id])
  })

  test('another aircraft — with more cabins — keeps the fares and gets the usual ones for the new cabin', async () => {
    const { id, tag, body } = await planned(flights)
    const answer = await patch(id, { aircraft: 'A21N' }, tag)
    expect(answer.body.aircraft).toEqual({ code: 'A21N', name: 'Airbus A321neo' })
    const fares = (flight: Flight, cabin: string) =>
      flight.fares.filter((fare) => fare.cabin === cabin).map(({ code, price }) => ({ code, price }))
    expect(fares(answer.body, 'economy')).toEqual(fares(body, 'economy'))
    expect(fares(answer.body, 'premium_economy')).toHaveLength(2)
    expect((await flights.events(id))[1]?.data).toMatchObject({
      layout: { cabins: [{ cabin: 'business' }, { cabin: 'premium_economy' }, { cabin: 'economy' }] },
    })

    const smaller = await patch(id, { aircraft: 'AT76' }, answer.headers.get('etag') ?? '')
    expect(new Set(smaller.body.fares.map((fare: { cabin: string }) => fare.cabin))).toEqual(new Set(['economy']))
    expect(smaller.body.fares[0].seatsLeft).toBe(70)
  })

  test.each([
    [{ departsAt: '2026-11-29T08:30' }, '/departsAt'],
    [{ departsAt: '2026-12-01T11:00', arrivesAt: '2026-12-01T10:00' }, '/arrivesAt'],
    [{ arrivesAt: '2026-12-01T08:00' }, '/arrivesAt'],
    [{ aircraft: 'B737' }, '/aircraft'],
    [{ status: 'cancelled' }, '/status'],
    [{ fares: [] }, '/fares'],
    [{ gate: '' }, '/gate'],
    [{}, ''],
  ])('a change — %j — is refused at %j', async (change, pointer) => {
    const { id, tag } = await planned(flights)
    const answer = await patch(id, change, tag)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    expect(pointersOf(answer)).toContain(pointer)
  })

  test('states — along the table — go to the end, and sales stop at boarding', async () => {
    const { id, tag } = await planned(flights, { departsAt: '2026-12-07T08:30' })
    const boarding = await become(id, tag, 'delayed', 'scheduled', 'delayed', 'boarding')
    expect(await idsOn('2026-12-07')).toEqual([])
    await become(id, boarding, 'departed', 'arrived')
  })

  test.each([
    [[], 'arrived'],
    [[], 'departed'],
    [['boarding'], 'scheduled'],
  ])('a state — after %j — cannot become %s', async (path, wanted) => {
    const { id, tag } = await planned(flights)
    const answer = await patch(id, { status: wanted }, await become(id, tag, ...path))
    expect(answer.body).toMatchObject({ status: 409, code: 'invalid_transition' })
  })

  test('a flight that has departed — whatever is changed — refuses all but its arrival', async () => {
    const { id, tag } = await planned(flights)
    const departed = await become(id, tag, 'boarding', 'departed')
    for (const change of [
      { gate: '1' },
      { departsAt: '2026-12-01T09:30' },
      { aircraft: 'AT76' },
      { status: 'delayed' },
      { status: 'arrived', gate: '1' },
    ]) {
      expect((await patch(id, change, departed)).body).toMatchObject({ status: 409, code: 'flight_departed' })
    }
    const arrived = await become(id, departed, 'arrived')
    expect((await patch(id, { status: 'departed' }, arrived)).body).toMatchObject({ status: 409, code: 'flight_departed' })
  })

  test('a change — by an agent, a customer, nobody or another operator — is refused', async () => {
    const { id, tag } = await planned(flights)
    expect((await patch(id, { gate: '1' }, tag, 'agent')).status).toBe(403)
    expect((await patch(id, { gate: '1' }, tag, 'customer')).status).toBe(403)
    expect((await flights.call('PATCH', `/api/v1/flights/${id}`, { body: { gate: '1' }, headers: { 'if-match': tag } })).status).toBe(401)
    expect((await patch(id, { gate: '1' }, tag, 'other-admin')).body.code).toBe('flight_not_found')
  })
})
