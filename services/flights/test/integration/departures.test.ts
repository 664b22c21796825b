import { databases, waitFor, type TestDatabase } from '@skyhold/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditOf, planned, runFlights, type RunningFlights } from '../support/running-flights.ts'

/** Some hundreds of flights, for the test that has a timetable. */
const HORIZON_DAYS = 2

describe.each(databases())('departures on $name', ({ create }) => {
  let database: TestDatabase
  let flights: RunningFlights

  beforeEach(async () => {
    database = await create({ service: 'flights' })
    flights = await runFlights({ url: database.url })
  })
  afterEach(async () => {
    await flights.close()
    await database.drop()
  })

  /** Stops the service and starts it at another time: the job, whose last run is then long ago, makes good what it missed. */
  async function wakeAt(utc: string): Promise<void> {
    await flights.service.close() // First: its job might take the lease anew.
    await flights.db.run('DELETE FROM job_leases')
    await flights.close()
    flights = await runFlights({ url: database.url, nowMs: Date.parse(utc), horizonDays: HORIZON_DAYS })
  }
  const statusOf = async (id: string): Promise<string> => (await flights.get(`/api/v1/flights/${id}`)).body.status

  test('a flight — that cannot be told of — keeps no other from departing, and departs when it can', async () => {
    // 03:00 and 03:30 in UTC: the worse one first.
    const bad = await planned(flights, { departsAt: '2026-12-01T08:30' })
    const good = await planned(flights, { departsAt: '2026-12-01T09:00' })
    await flights.db.run(`UPDATE flights SET currency = 'no' WHERE id = :id`, { id: bad.id })
    await wakeAt('2026-12-01T03:45:00Z')
    await waitFor(async () => (await statusOf(good.id)) === 'departed')
    const [row] = await flights.db.rows<{ status: string }>('SELECT status FROM flights WHERE id = :id', { id: bad.id })
    expect(row?.status).toBe('scheduled')
    await flights.db.run(`UPDATE flights SET currency = 'INR' WHERE id = :id`, { id: bad.id })
    await wakeAt('2026-12-01T03:50:00Z')
    await waitFor(async () => (await statusOf(bad.id)) === 'departed')
  })

  test('flights whose times have passed — have departed and arrived along the table, with one event for each change', async () => {
    // 03:00 to 05:15, 04:00 to 06:15 and 09:00 in UTC.
    const landed = await planned(flights, { departsAt: '2026-12-01T08:30' })
    const inTheAir = await planned(flights, { departsAt: '2026-12-01T09:30' })
    const ahead = await planned(flights, { departsAt: '2026-12-01T14:30' })
    const cancelled = await planned(flights, { departsAt: '2026-12-01T08:30' })
    await flights.call('POST', `/api/v1/flights/${cancelled.id}/cancellation`, { as: 'admin', body: { reason: 'No crew.' } })

    await wakeAt('2026-12-01T05:30:00Z')
    await waitFor(async () => (await statusOf(landed.id)) === 'arrived')
    expect(await statusOf(inTheAir.id)).toBe('departed')
    expect(await statusOf(ahead.id)).toBe('scheduled')
    expect(await statusOf(cancelled.id)).toBe('cancelled')
    expect((await flights.events(landed.id)).map(({ type, aggregate }) => [type, aggregate.sequence])).toEqual([
      ['flight.scheduled', 1],
      ['flight.changed', 2],
    ])
    expect((await flights.events(landed.id))[1]?.data).toMatchObject({ status: 'arrived' })
    const job = 'job:note-departures'
    expect(await auditOf(flights, landed.id)).toEqual([
      ['scheduled', 'boarding', job, ''],
      ['boarding', 'departed', job, ''],
      ['departed', 'arrived', job, ''],
    ])

    await wakeAt('2026-12-01T07:00:00Z')
    await waitFor(async () => (await statusOf(inTheAir.id)) === 'arrived')
    expect(await flights.events(inTheAir.id)).toHaveLength(3)
    expect(await auditOf(flights, inTheAir.id)).toHaveLength(3)
    expect(await flights.events(ahead.id)).toHaveLength(1)
  })

  test('hundreds of past flights — all have arrived, each with one event', async () => {
    await flights.close()
    flights = await runFlights({ url: database.url, seed: 'demo', horizonDays: HORIZON_DAYS })
    const scheduled = (await flights.events()).length
    expect(scheduled).toBeGreaterThan(200)
    await wakeAt('2026-12-05T00:00:00Z')
    await waitFor(async () => {
      const [row] = await flights.db.rows<{ n: number }>("SELECT COUNT(*) AS n FROM flights WHERE status = 'arrived'")
      return Number(row?.n) === scheduled
    })
    expect((await flights.events()).filter(({ type }) => type === 'flight.changed')).toHaveLength(scheduled)
  })
})
