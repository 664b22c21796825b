import { createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'schedules',
    {
      id: columns.primaryId(),
      operator_id: columns.id(),
      carrier_code: columns.ascii(2, { references: { model: 'carriers', key: 'code' } }),
      flight_number: columns.integer(),
      origin: columns.ascii(3, { references: { model: 'airports', key: 'iata' } }),
      destination: columns.ascii(3, { references: { model: 'airports', key: 'iata' } }),
      days_of_week: columns.ascii(7),
      departs_local: columns.ascii(5),
      block_minutes: columns.integer(),
      aircraft_code: columns.ascii(4, { references: { model: 'aircraft', key: 'code' } }),
      effective_from: columns.ascii(10),
      effective_to: columns.ascii(10, { allowNull: true }),
      fares: columns.jsonText(),
      surcharges: columns.jsonText(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'schedules', ['operator_id', 'id'], { name: 'schedules_by_operator' })
}
