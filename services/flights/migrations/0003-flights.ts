import { createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'flights',
    {
      id: columns.primaryId(),
      operator_id: columns.id(),
      version: columns.integer(),
      schedule_id: columns.id({ allowNull: true, references: { model: 'schedules', key: 'id' } }),
      operating_date: columns.ascii(10),
      carrier_code: columns.ascii(2, { references: { model: 'carriers', key: 'code' } }),
      flight_number: columns.integer(),
      origin: columns.ascii(3, { references: { model: 'airports', key: 'iata' } }),
      destination: columns.ascii(3, { references: { model: 'airports', key: 'iata' } }),
      local_date: columns.ascii(10),
      departs_at_utc: columns.millis(),
      arrives_at_utc: columns.millis(),
      departs_at: columns.ascii(25),
      arrives_at: columns.ascii(25),
      aircraft_code: columns.ascii(4, { references: { model: 'aircraft', key: 'code' } }),
      status: columns.ascii(10),
      gate: columns.ascii(6, { allowNull: true }),
      currency: columns.ascii(3),
      fares: columns.jsonText(),
      surcharges: columns.jsonText(),
    },
    TABLE_OPTIONS,
  )
  // A search walks down this one and finds its rows already in order, whatever the size of the table.
  await createIndex(queryInterface, 'flights', ['origin', 'destination', 'local_date', 'departs_at_utc'], { name: 'flights_by_route' })
  // Makes the generation of flights safe to repeat, and on several replicas.
  await createIndex(queryInterface, 'flights', ['schedule_id', 'operating_date'], { name: 'flights_by_schedule', unique: true })
  // A flight number leaves an airport once a day: that is how people tell flights apart.
  await createIndex(queryInterface, 'flights', ['carrier_code', 'flight_number', 'origin', 'operating_date'], {
    name: 'flights_by_number',
    unique: true,
  })
  // The generation asks for what is there since a day.
  await createIndex(queryInterface, 'flights', ['operating_date'], { name: 'flights_by_day' })
  // Counts of the snapshot are answered by the index alone.
  await createIndex(queryInterface, 'flights', ['departs_at_utc', 'version'], { name: 'flights_by_departure' })
}
