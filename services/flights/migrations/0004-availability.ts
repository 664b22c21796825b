import { type Migration, TABLE_OPTIONS } from '@skyhold/platform'

/** No foreign key: what bookings says of a flight may come before the flight is known here, such as after a restore. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'availability',
    { flight_id: columns.id({ primaryKey: true }), sequence: columns.bigInteger(), cabins: columns.jsonText(), fares: columns.jsonText() },
    TABLE_OPTIONS,
  )
}
