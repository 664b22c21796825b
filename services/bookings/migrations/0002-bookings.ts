import { columnsFor, createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface }) => {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'bookings',
    {
      id: column.primaryId(),
      operator_id: column.ascii(16),
      reference: column.ascii(6),
      user_id: column.id(),
      hold_id: column.id(),
      status: column.ascii(24),
      version: column.bigInteger(),
      created_at: column.millis(),
      total_minor: column.amountMinor(),
      currency: column.ascii(3),
      contact_email: column.text(254),
      contact_phone: column.text(32, { allowNull: true }),
      request_id: column.ascii(64),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'bookings', ['hold_id'], { name: 'bookings_hold', unique: true })
  await createIndex(queryInterface, 'bookings', ['reference'], { name: 'bookings_reference', unique: true })
  await createIndex(queryInterface, 'bookings', ['user_id', 'created_at', 'id'], { name: 'bookings_of_user' })
  await createIndex(queryInterface, 'bookings', ['created_at', 'id'], { name: 'bookings_newest' })

  await queryInterface.createTable(
    'passengers',
    {
      id: column.primaryId(),
      booking_id: column.id(),
      position: column.integer(),
      type: column.ascii(8),
      given_names: column.text(200),
      family_name: column.text(200),
      born_on: column.ascii(10, { allowNull: true }),
      seats: column.jsonText(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'passengers', ['booking_id', 'position'], { name: 'passengers_booking', unique: true })

  await queryInterface.createTable(
    'tickets',
    {
      number: column.ascii(13, { primaryKey: true }),
      booking_id: column.id(),
      passenger_id: column.id(),
      flight_id: column.id(),
      leg: column.integer(),
      seat: column.ascii(4, { allowNull: true }),
      // The seat again while the ticket is good, NULL once it is void: one live ticket a seat, by the database.
      live_seat: column.ascii(4, { allowNull: true }),
      status: column.ascii(16),
      issued_at: column.millis(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'tickets', ['booking_id'], { name: 'tickets_booking' })
  await createIndex(queryInterface, 'tickets', ['flight_id', 'leg', 'live_seat'], { name: 'tickets_live_seat', unique: true })
  await queryInterface.createTable(
    'counters',
    { name: column.ascii(32, { primaryKey: true }), next_value: column.bigInteger() },
    TABLE_OPTIONS,
  )
  const [first] = await queryInterface.sequelize.query("SELECT name FROM counters WHERE name = 'ticket'")
  if (first.length === 0) await queryInterface.bulkInsert('counters', [{ name: 'ticket', next_value: 1 }])

  // What a look-up by reference and name opens for an hour. Only the hash is kept.
  await queryInterface.createTable(
    'booking_tokens',
    { token_hash: column.ascii(64, { primaryKey: true }), booking_id: column.id(), expires_at: column.millis() },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'booking_tokens', ['expires_at'], { name: 'booking_tokens_age' })
}
