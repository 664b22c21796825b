import type { Flight } from '@skyhold/contracts'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditOf, MONDAY_MS, planned, pointersOf, runFlights, type Answer, type RunningFlights } from '../support/running-flights.ts'

const REASON = 'A crew is missing because of the storm over Mumbai.'

describe.each(databases())('cancelling a flight on $name', ({ create }) => {
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

  const cancel = (id: string, { as = 'admin', body }: { as?: string; body?: unknown } = {}): Promise<Answer> =>
    flights.call('POST', `/api/v1/flights/${id}/cancellation`, { as, body: body ?? { reason: REASON } })
  const idsOn = async (date: string): Promise<string[]> =>
    (await flights.get(`/api/v1/flights?from=DEL&to=BOM&date=${date}&limit=100`)).body.data.map((flight: Flight) => flight.id)
  const typesOf = async (id: string) => (await flights.events(id)).map(({ type, aggregate }) => [type, aggregate.sequence])

  test('a flight that is to leave — is cancelled at once, for everyone, with its full state and the reason', async () => {
    const { id } = await planned(flights, { departsAt: '2026-12-03T08:30' })
    expect(await idsOn('2026-12-03')).toEqual([id])
    const answer = await cancel(id)
    expect([answer.status, answer.body.status, answer.headers.get('etag')]).toEqual([200, 'cancelled', '"2.0"'])
    expect((await flights.get(`/api/v1/flights/${id}`)).body.status).toBe('cancelled')
    expect(await idsOn('2026-12-03')).toEqual([])
    expect(await typesOf(id)).toEqual([
      ['flight.scheduled', 1],
      ['flight.cancelled', 2],
    ])
    const [, event] = await flights.events(id)
    expect(event?.data).toMatchObject({
      id,
      status: 'cancelled',
      cancellationReason: REASON,
      fares: answer.body.fares.map(({ code }: { code: string }) => ({ code })),
    })
    expect(await auditOf(flights, id)).toEqual([['scheduled', 'cancelled', 'usr_admin', REASON]])
  })

  test('a flight that is cancelled — again and with another reason — answers the same and tells nobody', async () => {
    const { id } = await planned(flights)
    const first = await cancel(id)
    const again = await cancel(id, { body: { reason: 'Another reason.' } })
    expect([again.status, again.body]).toEqual([200, first.body])
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(await typesOf(id)).toHaveLength(2)
    expect((await flights.events(id))[1]?.data).toMatchObject({ cancellationReason: REASON })
    expect(await auditOf(flights, id)).toHaveLength(1)
  })

  test('ten at once — one cancels and all get the same answer', async () => {
    const { id } = await planned(flights)
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => cancel(id, { body: { reason: `Reason ${i}` } })))
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array.from({ length: 10 }, () => [200, 'cancelled']))
    expect(await typesOf(id)).toHaveLength(2)
  })

  test('a change and a cancellation at once — the flight ends cancelled, whoever was first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, tag } = await planned(flights)
      const change = flights.call('PATCH', `/api/v1/flights/${id}`, { as: 'admin', body: { gate: 'A1' }, headers: { 'if-match': tag } })
      const [changed, cancelled] = await Promise.all([change, cancel(id)])
      expect(cancelled.status).toBe(200)
      expect([200, 409, 412]).toContain(changed.status)
      expect((await flights.get(`/api/v1/flights/${id}`)).body.status).toBe('cancelled')
      expect(await typesOf(id)).toHaveLength(changed.status === 200 ? 3 : 2)
    }
  })

  test('a delayed and a boarding flight — can be cancelled too', async () => {
    for (const status of ['delayed', 'boarding']) {
      const { id, tag } = await planned(flights)
      await flights.call('PATCH', `/api/v1/flights/${id}`, { as: 'admin', body: { status }, headers: { 'if-match': tag } })
      expect((await cancel(id)).body.status).toBe('cancelled')
      expect(await auditOf(flights, id)).toEqual([
        ['scheduled', status, 'usr_admin', ''],
        [status, 'cancelled', 'usr_admin', REASON],
      ])
    }
  })

  test('a flight that has departed, or arrived, or whose time has come — is refused', async () => {
    const { id, tag } = await planned(flights)
    let latest = tag
    for (const status of ['boarding', 'departed', 'arrived']) {
      const answer = await flights.call('PATCH', `/api/v1/flights/${id}`, {
        as: 'admin',
        body: { status },
        headers: { 'if-match': latest },
      })
      latest = answer.headers.get('etag') ?? ''
      if (status !== 'boarding') expect((await cancel(id)).body).toMatchObject({ status: 409, code: 'flight_departed' })
    }
    const late = await planned(flights, { departsAt: '2026-12-01T08:30' })
    flights.clock.nowMs = Date.parse('2026-12-01T03:00:00Z') // 08:30 in Delhi.
    expect((await cancel(late.id)).body).toMatchObject({ status: 409, code: 'flight_departed' })
    flights.clock.nowMs = MONDAY_MS
    expect((await cancel(late.id)).status).toBe(200)
  })

  test('a cancelled flight — cannot be changed back', async () => {
    const { id } = await planned(flights)
    const tag = (await cancel(id)).headers.get('etag') ?? ''
    const answer = await flights.call('PATCH', `/api/v1/flights/${id}`, {
      as: 'admin',
      body: { status: 'scheduled' },
      headers: { 'if-match': tag },
    })
    expect(answer.body).toMatchObject({ status: 409, code: 'invalid_transition' })
  })

  test('somebody else — an agent, a customer, nobody, another operator — is refused, and the flight stays', async () => {
    const { id } = await planned(flights)
    expect((await cancel(id, { as: 'agent' })).status).toBe(403)
    expect((await cancel(id, { as: 'customer' })).status).toBe(403)
    expect((await flights.call('POST', `/api/v1/flights/${id}/cancellation`, { body: { reason: REASON } })).status).toBe(401)
    expect((await cancel(id, { as: 'other-admin' })).body.code).toBe('flight_not_found')
    expect((await cancel('flt_nothing')).body).toMatchObject({ status: 404, code: 'flight_not_found' })
    expect(await typesOf(id)).toHaveLength(1)
  })

  test.each([
    [{}, ''],
    [{ reason: '' }, '/reason'],
    [{ reason: '   ' }, '/reason'],
    [{ reason: 'Storm\r\nBcc: everybody@example.com' }, '/reason'],
    [{ reason: 'x'.repeat(201) }, '/reason'],
    [{ reason: 1 }, '/reason'],
    [{ reason: REASON, refund: false }, '/refund'],
  ])('a body — %j — is refused at %j', async (body, pointer) => {
    const { id } = await planned(flights)
    const answer = await cancel(id, { body })
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    if (pointer !== '') expect(pointersOf(answer)).toContain(pointer)
  })

  test('a reason — in any script, with quotes and an emoji — is kept as it is', async () => {
    const reason = 'Sturm – O\'Hare ist zu, 天気が悪い ✈️, "sorry"'
    const { id } = await planned(flights)
    expect((await cancel(id, { body: { reason } })).status).toBe(200)
    expect((await flights.events(id))[1]?.data).toMatchObject({ cancellationReason: reason })
  })
})
