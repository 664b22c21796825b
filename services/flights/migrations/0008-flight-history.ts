import { createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

/** Why a flight was cancelled, and the trail of every change of a flight's state. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  if (!('cancellation_reason' in (await queryInterface.describeTable('flights'))))
    await queryInterface.addColumn('flights', 'cancellation_reason', columns.text(200, { allowNull: true }))
  // The job asks every minute for what has left or landed: few rows of few states, however many flights lie ahead.
  await createIndex(queryInterface, 'flights', ['status', 'departs_at_utc'], { name: 'flights_by_status' })
  await queryInterface.createTable(
    'audit',
    {
      id: columns.serial(),
      aggregate_type: columns.ascii(16),
      aggregate_id: columns.id(),
      from_status: columns.ascii(24),
      to_status: columns.ascii(24),
      at: columns.millis(),
      actor: columns.ascii(64),
      request_id: columns.ascii(64),
      note: columns.text(250),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'audit', ['aggregate_id', 'id'], { name: 'audit_aggregate' })
}
