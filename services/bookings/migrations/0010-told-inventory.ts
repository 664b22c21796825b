import { columnsFor, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

/** When the numbers of a flight were told last, and under which sequence: one row a flight, locked by whoever counts its seats. */
export const up: Migration['up'] = async ({ queryInterface }) => {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'told_inventory',
    { flight_id: column.id({ primaryKey: true }), sequence: column.bigInteger(), told_at: column.millis() },
    TABLE_OPTIONS,
  )
}
