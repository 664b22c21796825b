import { Flight } from '@skyhold/contracts'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plan, planned, pointersOf, runFlights, type Answer, type RunningFlights } from '../support/running-flights.ts'

const fare = {
  code: 'PROMO',
  cabin: 'economy',
  brand: 'Promo',
  price: { amountMinor: 249900, currency: 'INR' },
  refundable: false,
  changeable: false,
  baggageKg: 7,
}

describe.each(databases())('a new flight on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights
  const post = (body: unknown, as = 'admin'): Promise<Answer> => flights.call('POST', '/api/v1/flights', { as, body })

  beforeAll(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url })
  })
  afterAll(async () => {
    await flights.close()
    await database.drop()
  })

  test('a plan — without fares — is on sale at once, at the usual fares, and told in full', async () => {
    const answer = await post(plan({ number: 'D1 4001', gate: '28B' }))
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1/flights/${answer.body.id}`)
    expect(answer.headers.get('etag')).toBe('"1.0"')
    expect(Check(Flight, answer.body)).toBe(true)
    expect(answer.body).toMatchObject({
      number: 'D1 4001',
      status: 'scheduled',
      gate: '28B',
      departsAt: '2026-12-01T08:30:00+05:30',
      arrivesAt: '2026-12-01T10:45:00+05:30',
    })
    expect(answer.body.fares.map((f: { code: string }) => f.code)).toEqual(['SAVER', 'CLASSIC', 'FLEX', 'BIZSAVER', 'BIZFLEX'])

    const [event, ...more] = await flights.events(answer.body.id)
    expect(more).toEqual([])
    expect(event).toMatchObject({
      type: 'flight.scheduled',
      producer: 'flights',
      aggregate: { type: 'flight', id: answer.body.id, sequence: 1 },
      correlationId: answer.headers.get('x-request-id'),
      data: { id: answer.body.id, operatorId: 'opr_1', currency: 'INR', surcharges: [{ feature: 'extra_legroom' }], gate: '28B' },
    })
    expect((await flights.get('/api/v1/flights?from=DEL&to=BOM&date=2026-12-01')).body.data.map((f: Flight) => f.id)).toContain(
      answer.body.id,
    )
  })

  test('a plan — with fares, surcharges and the time of arrival — is as it says', async () => {
    const surcharges = [{ feature: 'exit_row', amountMinor: 50000 }]
    const answer = await post(plan({ number: '4002', blockMinutes: undefined, arrivesAt: '2026-12-01T10:40', fares: [fare], surcharges }))
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ durationMinutes: 130, fares: [{ ...fare, seatsLeft: 150 }] })
    expect((await flights.events(answer.body.id))[0]?.data).toMatchObject({ surcharges, fares: [fare] })
  })

  test('an answer — while the search before it is remembered — is in the next search', async () => {
    const query = '/api/v1/flights?from=DEL&to=CCU&date=2026-12-03'
    expect((await flights.get(query)).body.data).toEqual([])
    const { id } = await planned(flights, { to: 'CCU', departsAt: '2026-12-03T08:30' })
    expect((await flights.get(query)).body.data.map((f: Flight) => f.id)).toEqual([id])
  })

  test.each([
    ['Europe/London', { carrier: 'A1', from: 'LHR', to: 'JFK', departsAt: '2027-03-28T01:30' }, '/departsAt'],
    ['America/New_York', { carrier: 'L1', from: 'JFK', to: 'LHR', departsAt: '2027-03-14T02:30' }, '/departsAt'],
    [
      'the arrival',
      { carrier: 'L1', from: 'LAX', to: 'JFK', departsAt: '2027-03-13T20:00', blockMinutes: undefined, arrivesAt: '2027-03-14T02:30' },
      '/arrivesAt',
    ],
  ])('local time — skipped in spring (%s) — is refused', async (_zone, changes, pointer) => {
    const answer = await post(plan(changes))
    expect([answer.status, answer.body.code, answer.body.errors[0].code, pointersOf(answer)]).toEqual([
      400,
      'invalid_request',
      'nonexistent_time',
      [pointer],
    ])
  })

  test('local time — that comes twice in autumn — is the first', async () => {
    const { body } = await planned(flights, { carrier: 'A1', from: 'LHR', to: 'CDG', departsAt: '2027-10-31T01:30', blockMinutes: 75 })
    expect(body).toMatchObject({ departsAt: '2027-10-31T01:30:00+01:00', departsAtUtc: '2027-10-31T00:30:00.000Z' })
  })

  test.each([
    [{ from: 'QQQ' }, ['/from']],
    [{ to: 'QQQ' }, ['/to']],
    [{ to: 'DEL' }, ['/to']],
    [{ aircraft: 'B737' }, ['/aircraft']],
    [{ carrier: 'ZZ' }, ['/carrier']],
    [{ number: 'A1 77' }, ['/number']],
    [{ from: 'QQQ', aircraft: 'B737' }, ['/from', '/aircraft']],
    [{ departsAt: '2026-11-29T08:30' }, ['/departsAt']],
    [{ departsAt: '2026-12-32T08:30' }, ['/departsAt']],
    [{ departsAt: '2026-12-01T08:30+02:00' }, ['/departsAt']],
    [{ blockMinutes: undefined, arrivesAt: '2026-12-01T08:00' }, ['/arrivesAt']],
    [{ blockMinutes: undefined, arrivesAt: '2026-12-03T08:00' }, ['/arrivesAt']],
    [{ blockMinutes: undefined }, ['/arrivesAt']],
    [{ arrivesAt: '2026-12-01T10:00' }, ['/blockMinutes']],
    [{ fares: [fare, fare] }, ['/fares/1/code']],
    [{ fares: [{ ...fare, cabin: 'first' }] }, ['/fares/0/cabin']],
    [{ fares: [{ ...fare, price: { amountMinor: 100, currency: 'USD' } }] }, ['/fares/0/price/currency']],
    [{ fares: [{ ...fare, price: { amountMinor: -1, currency: 'INR' } }] }, ['/fares/0/price/amountMinor']],
    [{ fares: [] }, ['/fares']],
    [{ blockMinutes: '135' }, ['/blockMinutes']],
    [{ blockMinutes: 1e308 }, ['/blockMinutes']],
    [{ gate: '28-B' }, ['/gate']],
    [{ status: 'departed' }, ['/status']],
    [{ operatorId: 'opr_2' }, ['/operatorId']],
  ])('a plan — with %j — is refused at %j', async (changes, pointers) => {
    const answer = await post(plan({ number: '4100', ...changes }))
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    expect(pointersOf(answer)).toEqual(expect.arrayContaining(pointers))
  })

  test('a number — twice on one day from one airport, at the same moment — is one flight', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(plan({ number: '4200' }))))
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 400, 400, 400, 400])
    const refused = answers.find((answer) => answer.status === 400)
    expect(refused && [refused.body.errors[0].code, pointersOf(refused)]).toEqual(['duplicate', ['/number']])
  })

  test.each([
    ['nobody', undefined, 401, 'unauthenticated'],
    ['a forged token', 'forged', 401, 'invalid_token'],
    ['a customer', 'customer', 403, 'forbidden'],
    ['an agent', 'agent', 403, 'forbidden'],
  ])('%s — posting a flight — is refused', async (_who, as, status, code) => {
    const answer = await flights.call('POST', '/api/v1/flights', { ...(as && { as }), body: plan({ number: '4300' }) })
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test("another operator's carrier — to an administrator — is unknown", async () => {
    expect(pointersOf(await post(plan({ number: '4301' }), 'other-admin'))).toEqual(['/carrier'])
  })
})
