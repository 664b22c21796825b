import type { HeldFlight } from '@skyhold/contracts'
import { columnsFor, createIndex, type Database, type Migration, TABLE_OPTIONS } from '@skyhold/platform'
import { comparableName } from '../src/domain/passengers.ts'
import { keepExisting } from '../src/repositories/sql.ts'

/** Small, so that a booking that is being made meanwhile does not wait. */
const BATCH = 500

/** What agents search by: the names on a booking as names are compared, and its flights. */
export const up: Migration['up'] = async ({ db, queryInterface }) => {
  const column = columnsFor(queryInterface)
  // A default, because the version before goes on inserting without it until it is replaced.
  if (!('comparable_name' in (await queryInterface.describeTable('passengers'))))
    await queryInterface.addColumn('passengers', 'comparable_name', column.text(400, { defaultValue: '' }))
  await createIndex(queryInterface, 'passengers', ['comparable_name', 'booking_id'], { name: 'passengers_name' })
  await queryInterface.createTable(
    'booking_flights',
    { flight_id: column.id({ primaryKey: true }), booking_id: column.id({ primaryKey: true }) },
    TABLE_OPTIONS,
  )
  await fillNames(db)
  await fillFlights(db)
}

async function fillNames(db: Database): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db.rows<{ id: string; familyName: string }>(
      `SELECT id, family_name AS familyName FROM passengers WHERE id > :after ORDER BY id LIMIT ${BATCH}`,
      { after },
    )
    const last = rows.at(-1)
    if (!last) return
    await db.transaction(async (tx) => {
      for (const { id, familyName } of rows)
        await db.run('UPDATE passengers SET comparable_name = :name WHERE id = :id', { id, name: comparableName(familyName) }, tx)
    })
    after = last.id
  }
}

async function fillFlights(db: Database): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db.rows<{ id: string; flights: string }>(
      `SELECT b.id, h.flights FROM bookings b JOIN holds h ON h.id = b.hold_id WHERE b.id > :after ORDER BY b.id LIMIT ${BATCH}`,
      { after },
    )
    const last = rows.at(-1)
    if (!last) return
    const pairs = rows.flatMap(({ id, flights }) => (JSON.parse(flights) as HeldFlight[]).map(({ flightId }) => [flightId, id]))
    await db.run(
      `INSERT INTO booking_flights (flight_id, booking_id) VALUES :pairs ${keepExisting(db, { key: 'flight_id, booking_id', column: 'flight_id' })}`,
      { pairs },
    )
    after = last.id
  }
}
