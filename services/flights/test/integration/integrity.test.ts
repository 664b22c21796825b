import type { IntegrityEntry, IntegrityReport } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STEPS_OF_EVENT } from '../../src/integrity/events.ts'
import { planned, runFlights, type RunningFlights } from '../support/running-flights.ts'

const STEP = (from: string, to: string) =>
  `INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note) VALUES ('flight', :id, '${from}', '${to}', 0, 'test', '', '')`

interface Planted {
  what: string
  /** Statements with the `:id` of a flight that was put on sale, had its gate changed, was delayed and then cancelled. */
  sql: readonly string[]
  says: RegExp
}

const PLANTED_EVENTS: readonly Planted[] = [
  {
    what: 'nobody was told of a flight that was put on sale',
    sql: [`DELETE FROM outbox WHERE aggregate_id = :id AND type = 'flight.scheduled'`],
    says: /a change without its event: flt_\S+ flight.scheduled/,
  },
  {
    what: 'nobody was told of a change',
    sql: [`DELETE FROM outbox WHERE aggregate_id = :id AND type = 'flight.changed'`],
    says: /a change without its event: flt_\S+ flight.changed/,
  },
  {
    what: 'nobody was told of a cancellation',
    sql: [`DELETE FROM outbox WHERE aggregate_id = :id AND type = 'flight.cancelled'`],
    says: /a change without its event: flt_\S+ flight.cancelled/,
  },
  {
    what: 'others were told of a change that is none',
    sql: [
      `UPDATE outbox SET type = 'flight.changed', occurred_at = occurred_at + 1 WHERE aggregate_id = :id AND type = 'flight.scheduled'`,
    ],
    says: /an event without its change: evt_\S+ flight.changed/,
  },
  {
    what: 'others were told of a cancellation that is none',
    sql: [
      `UPDATE outbox SET type = 'flight.cancelled', occurred_at = occurred_at + 1 WHERE aggregate_id = :id AND type = 'flight.scheduled'`,
    ],
    says: /an event without its change: evt_\S+ flight.cancelled/,
  },
]

const PLANTED_TRAILS: readonly Planted[] = [
  {
    what: 'a status was changed past the audit',
    sql: [`UPDATE flights SET status = 'boarding' WHERE id = :id`],
    says: /flight flt_\S+: delayed → cancelled does not belong there; it is boarding/,
  },
  {
    what: 'a flight has left and nobody has written that down',
    sql: [
      `UPDATE flights SET status = 'departed' WHERE id = :id`,
      `DELETE FROM audit WHERE aggregate_id = :id AND aggregate_type = 'flight'`,
    ],
    says: /flight flt_\S+: it is departed without any trail/,
  },
  {
    what: 'a step is written down that the graph has not',
    sql: [STEP('cancelled', 'scheduled'), `UPDATE flights SET status = 'scheduled' WHERE id = :id`],
    says: /flight flt_\S+: cancelled → scheduled does not belong there/,
  },
  {
    what: 'a trail has a gap',
    sql: [STEP('scheduled', 'boarding'), `UPDATE flights SET status = 'boarding' WHERE id = :id`],
    says: /flight flt_\S+: scheduled → boarding does not belong there/,
  },
  {
    what: 'a trail does not begin where flights begin',
    sql: [`DELETE FROM audit WHERE aggregate_id = :id AND to_status = 'delayed'`],
    says: /flight flt_\S+: delayed → cancelled does not belong there; it is cancelled/,
  },
  {
    what: 'a flight is gone and its trail stays',
    sql: ['DELETE FROM flights WHERE id = :id'],
    says: /flight flt_\S+: delayed → cancelled does not belong there; it is gone/,
  },
]

const AVAILABILITY = (cabins: string, fares: string, sequence = 1) =>
  `INSERT INTO availability (flight_id, sequence, cabins, fares) VALUES ('flt_planted', ${sequence}, '${cabins}', '${fares}')`

describe.each(databases())('integrity of flights on $name', ({ create }) => {
  let flights: RunningFlights
  let drop: () => Promise<void>
  beforeAll(async () => {
    const created = await create({ service: 'flights' })
    drop = created.drop
    flights = await runFlights({ url: created.url })
  })
  afterAll(async () => {
    await flights.close()
    await drop()
  })

  /** Every check of the service, run now, by its name. */
  const checkNow = async (): Promise<Map<string, IntegrityEntry>> => {
    const { checks } = (await flights.call('POST', '/internal/integrity/runs', { as: 'service' })).body as IntegrityReport
    return new Map(checks.map((check) => [check.name, check]))
  }

  /** A flight that was put on sale, had its gate changed, was delayed and then cancelled; its id. */
  async function undone(): Promise<string> {
    const { id, tag } = await planned(flights)
    let latest = tag
    for (const body of [{ gate: 'B7' }, { status: 'delayed' }]) {
      flights.clock.nowMs += 1_000
      const changed = await flights.call('PATCH', `/api/v1/flights/${id}`, { as: 'admin', body, headers: { 'if-match': latest } })
      latest = changed.headers.get('etag') ?? ''
    }
    const { status } = await flights.call('POST', `/api/v1/flights/${id}/cancellation`, { as: 'admin', body: { reason: 'No crew.' } })
    expect(status).toBe(200)
    return id
  }

  async function forget(id: string): Promise<void> {
    await flights.db.run('DELETE FROM audit WHERE aggregate_id = :id', { id })
    await flights.db.run('DELETE FROM outbox WHERE aggregate_id = :id', { id })
    await flights.db.run('DELETE FROM flights WHERE id = :id', { id })
  }

  test('every check — of a service that is right — finds nothing', async () => {
    await flights.db.run(AVAILABILITY('[{"cabin":"economy","seats":180,"available":12}]', '[{"code":"ECOLIGHT","seatsLeft":12}]'))
    await undone()
    expect([...(await checkNow()).values()].map(({ name, status, sample }) => ({ name, status, sample }))).toEqual(
      ['I6.outbox', 'I6.events-and-audit', 'I6.availability', 'I7.audit-trails', 'I6.arrivals'].map((name) => ({
        name,
        status: 'ok',
        sample: [],
      })),
    )
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
    expect((await checkNow()).get('I6.availability')).toMatchObject({ status: 'violated', violations: 1, sample: [`flt_planted: ${says}`] })
    await flights.db.run('DELETE FROM availability')
  })

  test.each([
    ...PLANTED_EVENTS.map((each) => ['I6.events-and-audit', each.what, each] as const),
    ...PLANTED_TRAILS.map((each) => ['I7.audit-trails', each.what, each] as const),
  ])('%s — %s — is reported', async (check, _what, { sql, says }) => {
    const id = await undone()
    for (const statement of sql) await flights.db.run(statement, { id })
    const found = (await checkNow()).get(check)
    expect(found).toMatchObject({ status: 'violated' })
    expect(found?.sample.join('\n')).toMatch(says)
    await forget(id)
    expect((await checkNow()).get(check)).toMatchObject({ status: 'ok' })
  })

  test('I6.events-and-audit — each event that needs a step — has been seen without one', () => {
    const unseen = Object.keys(STEPS_OF_EVENT).filter(
      (type) => !PLANTED_EVENTS.some(({ says }) => says.test(`an event without its change: evt_1 ${type}`)),
    )
    expect(unseen).toEqual([])
  })

  test('I6.outbox — an event that nobody publishes — is reported', async () => {
    const lockedUntil = Date.now() + 600_000
    await flights.db.run(
      `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, state, locked_until, occurred_at)
       VALUES ('evt_planted', 'flight.changed', 'flight', 'flt_planted', '{}', 'pending', :lockedUntil, :past)`,
      { lockedUntil, past: Date.now() - 120_000 },
    )
    expect((await checkNow()).get('I6.outbox')).toMatchObject({
      violations: 1,
      sample: [expect.stringContaining('evt_planted flight.changed')],
    })
    await flights.db.run(`DELETE FROM outbox WHERE event_id = 'evt_planted'`)
  })

  test('I6.arrivals — what bookings has said of the seats has not come — is reported, and not when something newer has', async () => {
    const publishedAtMs = Date.now() - 3_600_000
    const said = { type: 'inventory.changed', aggregateId: 'flt_said', publishedAtMs }
    flights.saidByBookings.push({ ...said, eventId: 'evt_first', sequence: 6 }, { ...said, eventId: 'evt_second', sequence: 7 })
    const found = async () => (await checkNow()).get('I6.arrivals')
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
