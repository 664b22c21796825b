import type { AuditItem } from '@skyhold/contracts'
import { databases, waitFor, type TestDatabase } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditOf, planned, pointersOf, runFlights, type RunningFlights } from '../support/running-flights.ts'

interface AuditList {
  data: AuditItem[]
  nextCursor: string | null
}

describe.each(databases())('the audit of a flight on $name', ({ create }) => {
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

  const readAudit = (id: string, { query = '', as = 'admin' } = {}) => flights.get(`/api/v1/flights/${id}/audit${query}`, { as })
  const list = async (id: string): Promise<AuditItem[]> => (await readAudit(id)).body.data
  const steps = async (id: string) => (await list(id)).toReversed().map(({ action, before, after }) => [action, before, after])
  const patch = (id: string, tag: string, body: unknown) =>
    flights.call('PATCH', `/api/v1/flights/${id}`, { as: 'admin', body, headers: { 'if-match': tag, 'x-request-id': 'req-gate' } })
  const cancel = (id: string) =>
    flights.call('POST', `/api/v1/flights/${id}/cancellation`, { as: 'admin', body: { reason: 'Fog over "Mumbai"; it’s \\ back.' } })
  async function change(id: string, tag: string, body: unknown): Promise<string> {
    const answer = await patch(id, tag, body)
    expect(answer.status).toBe(200)
    return answer.headers.get('etag') ?? ''
  }

  test('a flight put on sale — is there with all that was decided, and was nothing before', async () => {
    const { id, body } = await planned(flights, { gate: '7' })
    const answer = await readAudit(id)
    expect([answer.status, answer.headers.get('cache-control'), answer.body.nextCursor]).toEqual([200, 'no-store', null])
    expect(answer.body.data).toEqual([
      {
        id: expect.stringMatching(/^aud_\d+$/),
        at: '2026-11-30T06:00:00.000Z',
        actorId: 'usr_admin',
        action: 'flight.scheduled',
        subject: { type: 'flight', id },
        before: null,
        after: {
          number: body.number,
          from: 'DEL',
          to: 'BOM',
          departsAt: '2026-12-01T08:30:00+05:30',
          arrivesAt: '2026-12-01T10:45:00+05:30',
          aircraft: 'A20N',
          status: 'scheduled',
          gate: '7',
          cancellationReason: null,
          fares: body.fares.map(({ seatsLeft: _seatsLeft, ...fare }: { seatsLeft: number }) => fare),
          surcharges: expect.any(Array),
        },
        requestId: expect.stringMatching(/./),
      },
    ])
  })

  test('changes — of gate, times, status and aircraft — are there with what they changed and nothing else', async () => {
    const { id, tag } = await planned(flights)
    let latest = await change(id, tag, { gate: '41', aircraft: 'A20N' })
    latest = await change(id, latest, { departsAt: '2026-12-01T09:15', status: 'delayed' })
    latest = await change(id, latest, { aircraft: 'A21N' })
    await change(id, latest, { gate: null })
    const [, gate, delay, aircraft, noGate] = await steps(id)
    expect([gate, delay, noGate]).toEqual([
      ['flight.changed', { gate: null }, { gate: '41' }],
      [
        'flight.changed',
        { departsAt: '2026-12-01T08:30:00+05:30', arrivesAt: '2026-12-01T10:45:00+05:30', status: 'scheduled' },
        { departsAt: '2026-12-01T09:15:00+05:30', arrivesAt: '2026-12-01T11:30:00+05:30', status: 'delayed' },
      ],
      ['flight.changed', { gate: '41' }, { gate: null }],
    ])
    expect(aircraft).toEqual([
      'flight.changed',
      { aircraft: 'A20N', fares: expect.any(Array) },
      { aircraft: 'A21N', fares: expect.any(Array) },
    ])
    expect((await list(id))[0]).toMatchObject({ actorId: 'usr_admin', requestId: 'req-gate' })
    // The path of its status is what it was: the others are no steps of it.
    expect(await auditOf(flights, id)).toEqual([['scheduled', 'delayed', 'usr_admin', '']])
  })

  test('a change — refused, or to what it is already — is not there', async () => {
    const { id, tag } = await planned(flights, { gate: '7' })
    expect((await patch(id, tag, { gate: '7' })).status).toBe(200)
    expect((await patch(id, '"9.0"', { gate: '8' })).status).toBe(412)
    expect((await patch(id, tag, { status: 'arrived' })).status).toBe(409)
    expect(await list(id)).toHaveLength(1)
  })

  test('changes — at once with one tag — leave one row of the one that was made', async () => {
    const { id, tag } = await planned(flights)
    await Promise.all(['A1', 'A2', 'A3', 'A4'].map((gate) => patch(id, tag, { gate })))
    const { gate } = (await flights.get(`/api/v1/flights/${id}`)).body
    expect((await steps(id)).slice(1)).toEqual([['flight.changed', { gate: null }, { gate }]])
  })

  test('a cancellation — asked for twice — is there once, with the reason', async () => {
    const { id } = await planned(flights)
    for (const answer of [await cancel(id), await cancel(id)]) expect(answer.status).toBe(200)
    expect((await steps(id)).slice(1)).toEqual([
      [
        'flight.cancelled',
        { status: 'scheduled', cancellationReason: null },
        { status: 'cancelled', cancellationReason: 'Fog over "Mumbai"; it’s \\ back.' },
      ],
    ])
  })

  test('the list — in pages, with a cursor that is not its own — comes whole, newest first, or is refused', async () => {
    const { id, tag } = await planned(flights)
    let latest = tag
    for (const gate of ['A1', 'A2', 'A3', 'A4']) latest = await change(id, latest, { gate })
    const pages: AuditList[] = [(await readAudit(id, { query: '?limit=2' })).body]
    for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor)
      pages.push((await readAudit(id, { query: `?limit=2&cursor=${cursor}` })).body)
    expect(pages.map(({ data }) => data.length)).toEqual([2, 2, 1])
    expect(pages.flatMap(({ data }) => data)).toEqual(await list(id))

    const other = await planned(flights)
    const answer = await readAudit(other.id, { query: `?cursor=${pages[0]?.nextCursor}` })
    expect([answer.status, pointersOf(answer)]).toEqual([400, ['/query/cursor']])
  })

  test('the list — asked for by an agent, a customer, nobody or another operator, or of no flight — is refused', async () => {
    const { id } = await planned(flights)
    expect((await readAudit(id, { as: 'agent' })).status).toBe(403)
    expect((await readAudit(id, { as: 'customer' })).status).toBe(403)
    expect((await flights.get(`/api/v1/flights/${id}/audit`)).status).toBe(401)
    expect((await readAudit(id, { as: 'other-admin' })).body.code).toBe('flight_not_found')
    expect((await readAudit('flt_nothing')).body.code).toBe('flight_not_found')
    expect((await readAudit('bkg_1')).status).toBe(400)
  })

  test('what a job noted — is there as steps of the status, by the job', async () => {
    const { id } = await planned(flights)
    await flights.service.close() // First: its job might take the lease anew.
    await flights.db.run('DELETE FROM job_leases')
    await flights.close()
    flights = await runFlights({ url: database.url, nowMs: Date.parse('2026-12-01T04:00:00Z') })
    await waitFor(async () => (await list(id)).length > 2)
    expect((await list(id)).map(({ actorId }) => actorId)).toEqual(['job:note-departures', 'job:note-departures', 'usr_admin'])
    expect((await steps(id)).slice(1)).toEqual([
      ['flight.changed', { status: 'scheduled' }, { status: 'boarding' }],
      ['flight.changed', { status: 'boarding' }, { status: 'departed' }],
    ])
  })
})
