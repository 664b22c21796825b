import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AuditItem } from '@skyhold/contracts'
import { createLogger, openDatabase } from '@skyhold/platform'
import { databases, tempDir } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { MONDAY_MS, planned, runFlights } from '../support/running-flights.ts'

const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url))
/** The first version whose audit says how a flight was before and after. */
const FIRST_WITH_STATES = '0010'

/** The tables as the version before had them. */
function earlierMigrations(): string {
  const folder = path.join(tempDir('old-audit'), 'migrations')
  mkdirSync(folder)
  for (const name of readdirSync(MIGRATIONS))
    if (name < FIRST_WITH_STATES) symlinkSync(path.join(MIGRATIONS, name), path.join(folder, name))
  return folder
}

describe.each(databases())('an audit from before it had states on $name', ({ create }) => {
  test('rows that are older than the columns — after the migration — tell the status before and after', async () => {
    const database = await create()
    const db = openDatabase({ url: database.url, logger: createLogger({ service: 'flights', level: 'silent' }) })
    await db.migrate(earlierMigrations())
    const row = ['flight', 'flt_old', 'scheduled', 'cancelled', MONDAY_MS, 'usr_admin', 'req-old', 'Fog.']
    await db.run('INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note) VALUES :rows', {
      rows: [row],
    })
    await db.close()

    const flights = await runFlights({ url: database.url })
    const { id } = await planned(flights)
    await flights.db.run('UPDATE audit SET aggregate_id = :id WHERE aggregate_id = :old', { id, old: 'flt_old' })
    const { status, body } = await flights.get(`/api/v1/flights/${id}/audit`, { as: 'admin' })
    expect(status).toBe(200)
    const [scheduled, old] = (body as { data: AuditItem[] }).data
    expect(scheduled).toMatchObject({ action: 'flight.scheduled', before: null })
    expect(old).toMatchObject({
      at: new Date(MONDAY_MS).toISOString(),
      actorId: 'usr_admin',
      action: 'flight.cancelled',
      before: { status: 'scheduled' },
      after: { status: 'cancelled' },
      requestId: 'req-old',
    })
    await flights.close()
    await database.drop()
  })
})
