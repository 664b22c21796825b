import { columnsFor, createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

/** The copy of the flights, the claims that decide who has a seat, and the holds they belong to. */
export const up: Migration['up'] = async ({ queryInterface }) => {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'flights',
    {
      id: column.primaryId(),
      operator_id: column.ascii(16),
      // The version of the row in the flights service: the highest one wins, whatever the order of arrival.
      sequence: column.bigInteger(),
      departs_at: column.millis(),
      state: column.jsonText(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'flights', ['departs_at'], { name: 'flights_departs' })

  // A row exists only while somebody has the seat, so that its primary key is the rule that nobody else does.
  await queryInterface.createTable(
    'claims',
    {
      flight_id: column.id({ primaryKey: true }),
      leg: column.integer({ primaryKey: true }),
      seat: column.ascii(4, { primaryKey: true }),
      hold_id: column.id(),
      operator_id: column.ascii(16),
      state: column.ascii(8),
      // NULL: no time limit, because it is being paid for, sold or blocked.
      expires_at: column.millis({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'claims', ['hold_id'], { name: 'claims_hold' })

  await queryInterface.createTable(
    'holds',
    {
      id: column.primaryId(),
      operator_id: column.ascii(16),
      user_id: column.id(),
      status: column.ascii(16),
      created_at: column.millis(),
      expires_at: column.millis(),
      // No extension goes past it: the cap of a hold's life, or the close of sales if that is earlier.
      expires_at_max: column.millis(),
      total_minor: column.amountMinor(),
      currency: column.ascii(3),
      seat_count: column.integer(),
      flights: column.jsonText(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'holds', ['user_id', 'status', 'expires_at'], { name: 'holds_of_user' })
  await createIndex(queryInterface, 'holds', ['status', 'expires_at'], { name: 'holds_lapsing' })

  // One row a user, locked before his holds are counted: 50 requests at once are counted one after the other.
  await queryInterface.createTable('hold_quotas', { user_id: column.id({ primaryKey: true }), taken: column.bigInteger() }, TABLE_OPTIONS)

  // Flights whose seats have changed since the others were told. Only inserted into, so that takers never wait for each other here.
  await queryInterface.createTable('inventory_marks', { id: column.serial(), flight_id: column.id() }, TABLE_OPTIONS)
}
