import { fileURLToPath } from 'node:url'
import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { tempDir } from '@skyhold/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TRAILS } from '../../services/bookings/src/integrity/trails.ts'
import { brokenPaths } from '../simulation/judge-audit.ts'
import { UNTRUE } from './support/questions.ts'

const MIGRATIONS = fileURLToPath(new URL('../../services/bookings/migrations/', import.meta.url))

/** What makes each question of the judge find something: a question that cannot be answered with yes proves nothing. */
const HARM: Record<string, (db: Database) => Promise<unknown>> = {
  'I1: a sold seat has its live ticket': (db) => db.run('DELETE FROM tickets'),
  'I1: a live ticket has its sold seat': (db) => db.run('DELETE FROM claims'),
  'I2: a booking is charged once': (db) =>
    insert(db, 'payments', { id: 'pay_2', booking_id: 'bkg_1', status: 'captured', idem_key: 'another' }),
  'I3: captured money has a confirmed booking': (db) => db.run(`UPDATE bookings SET status = 'awaiting_payment'`),
  'I3: a confirmed booking has all its seats': (db) => db.run(`UPDATE claims SET state = 'held'`),
  'I4: a sold seat is paid for': (db) => db.run(`UPDATE payments SET status = 'failed'`),
  'I5: a key has one effect': (db) => insert(db, 'payments', { id: 'pay_2', booking_id: 'bkg_2', status: 'failed', idem_key: 'key' }),
  'I6: a booking is confirmed by one event': (db) =>
    insert(db, 'outbox', { event_id: 'evt_2', type: 'booking.confirmed', aggregate_id: 'bkg_1' }),
  'I6: a confirmed booking has its event': (db) => db.run('DELETE FROM outbox'),
}

describe('the questions of the judge', () => {
  let db: Database

  beforeEach(async () => {
    db = openDatabase({ url: `sqlite:${tempDir('judge')}/bookings.sqlite`, logger: createLogger({ service: 'faults', level: 'silent' }) })
    await db.migrate(MIGRATIONS)
    await insert(db, 'holds', { id: 'hld_1', status: 'consumed', seat_count: 1 })
    await insert(db, 'claims', { flight_id: 'flt_1', leg: 1, seat: '1A', hold_id: 'hld_1', state: 'sold' })
    await insert(db, 'bookings', { id: 'bkg_1', hold_id: 'hld_1', status: 'confirmed', total_minor: 100 })
    await insert(db, 'tickets', {
      number: '1',
      booking_id: 'bkg_1',
      flight_id: 'flt_1',
      leg: 1,
      seat: '1A',
      live_seat: '1A',
      status: 'issued',
    })
    await insert(db, 'payments', {
      id: 'pay_1',
      booking_id: 'bkg_1',
      charge_slot: 'bkg_1',
      status: 'captured',
      amount_minor: 100,
      idem_key: 'key',
    })
    await insert(db, 'outbox', { event_id: 'evt_1', type: 'booking.confirmed', aggregate_id: 'bkg_1' })
  })
  afterEach(() => db.close())

  test('books that are in order — answer every question with nothing', async () => {
    for (const { invariant, sql } of UNTRUE) expect(await db.rows(sql), invariant).toEqual([])
  })

  test.each(UNTRUE)('$invariant — planted otherwise — is found', async ({ invariant, sql }) => {
    await HARM[invariant]?.(db)
    expect(await db.rows(sql)).toHaveLength(1)
  })

  test('trails — with an undeclared step, an end elsewhere, or none at all — are found', async () => {
    const step = (type: string, id: string, steps: readonly (string | null)[]) =>
      steps
        .slice(1)
        .map((became, i) => ({ aggregate_type: type, aggregate_id: id, from_status: steps[i] ?? null, to_status: became ?? '' }))
    for (const row of [
      ...step('hold', 'hld_1', [null, 'active', 'consumed']),
      ...step('booking', 'bkg_1', [null, 'awaiting_payment', 'payment_processing']),
      ...step('payment', 'pay_1', [null, 'processing', 'captured']),
    ])
      await insert(db, 'audit', row)
    expect(await brokenPaths(db, TRAILS)).toEqual([
      'I7: hold hld_1 went from active to consumed',
      'I7: booking bkg_1 is confirmed, and by its trail payment_processing',
      'I7: ticket 1 is issued, and by its trail nothing',
    ])
  })
})

/** A row whose other columns are empty. */
async function insert(db: Database, table: string, values: Record<string, string | number | null>): Promise<void> {
  const columns = await db.rows<{ name: string; type: string; notnull: number; pk: number }>(`PRAGMA table_info(${table})`)
  const filled = columns.filter(({ name, notnull, pk, type }) => name in values || (notnull === 1 && !(pk === 1 && type === 'INTEGER')))
  const row = filled.map(({ name, type }) => (name in values ? (values[name] ?? null) : /INT/.test(type) ? 0 : ''))
  await db.run(`INSERT INTO ${table} (${filled.map(({ name }) => name).join(', ')}) VALUES :rows`, { rows: [row] })
}
