import { databases } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runFlights, type RunningFlights } from '../support/running-flights.ts'

const AVAILABILITY = (cabins: string, fares: string, sequence = 1) =>
  `INSERT INTO availability (flight_id, sequence, cabins, fares) VALUES ('flt_planted', ${sequence}, '${cabins}', '${fares}')`

describe.each(databases())('integrity of flights on $name', ({ create }) => {
  let flights: RunningFlights
  let drop: () => Promise<void>
  beforeAll(async () => {
    const created = await create()
    drop = created.drop
    flights = await runFlights({ url: created.url })
  })
  afterAll(async () => {
    await flights.close()
    await drop()
  })

  const checkNow = async () => (await flights.call('POST', '/internal/integrity/runs', { as: 'service' })).body.checks

  test('every check — of a service that is right — finds nothing', async () => {
    await flights.db.run(AVAILABILITY('[{"cabin":"economy","seats":180,"available":12}]', '[{"code":"ECOLIGHT","seatsLeft":12}]'))
    expect(await checkNow()).toMatchObject([
      { name: 'I6.outbox', status: 'ok' },
      { name: 'I6.availability', status: 'ok' },
      { name: 'I6.arrivals', status: 'ok' },
    ])
    await flights.db.run('DELETE FROM availability')
  })

  test.each([
    [
      'more seats are free than there are',
      AVAILABILITY('[{"cabin":"economy","seats":180,"available":181}]', '[]'),
      '181 of 180 seats free in economy',
    ],
    [
      'fewer than no seats are free',
      AVAILABILITY('[{"cabin":"economy","seats":180,"available":-1}]', '[]'),
      '-1 of 180 seats free in economy',
    ],
    [
      'a fare has more seats than the flight',
      AVAILABILITY('[{"cabin":"economy","seats":180,"available":3}]', '[{"code":"ECOLIGHT","seatsLeft":4}]'),
      '4 seats left at ECOLIGHT, and 3 free at most',
    ],
    ['a row was left without numbers', AVAILABILITY('[]', '[]', -1), 'a row without its numbers'],
  ])('I6.availability — %s — is reported', async (_what, sql, says) => {
    await flights.db.run(sql)
    expect(await checkNow()).toMatchObject([
      {},
      { name: 'I6.availability', status: 'violated', violations: 1, sample: [`flt_planted: ${says}`] },
      {},
    ])
    await flights.db.run('DELETE FROM availability')
  })

  test('I6.outbox — an event that nobody publishes — is reported', async () => {
    const lockedUntil = Date.now() + 600_000
    await flights.db.run(
      `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, state, locked_until, occurred_at)
       VALUES ('evt_planted', 'flight.changed', 'flight', 'flt_planted', '{}', 'pending', :lockedUntil, :past)`,
      { lockedUntil, past: Date.now() - 120_000 },
    )
    expect(await checkNow()).toMatchObject([
      { name: 'I6.outbox', violations: 1, sample: [expect.stringContaining('evt_planted flight.changed')] },
      {},
      {},
    ])
    await flights.db.run(`DELETE FROM outbox WHERE event_id = 'evt_planted'`)
  })

  test('I6.arrivals — what bookings has said of the seats has not come — is reported, and not when something newer has', async () => {
    const publishedAtMs = Date.now() - 3_600_000
    const said = { type: 'inventory.changed', aggregateId: 'flt_said', publishedAtMs }
    flights.saidByBookings.push({ ...said, eventId: 'evt_first', sequence: 6 }, { ...said, eventId: 'evt_second', sequence: 7 })
    const found = async () => (await checkNow())[2]
    expect(await found()).toMatchObject({
      name: 'I6.arrivals',
      violations: 2,
      sample: [expect.stringContaining('evt_first inventory.changed of flt_said, by bookings'), expect.any(String)],
    })
    await flights.db.run(AVAILABILITY('[]', '[]', 6).replace('flt_planted', 'flt_said'))
    expect(await found()).toMatchObject({ violations: 1, sample: [expect.stringContaining('evt_second')] })
    await flights.db.run(`UPDATE availability SET sequence = 8 WHERE flight_id = 'flt_said'`)
    expect(await found()).toMatchObject({ status: 'ok', violations: 0 })
  })
})
