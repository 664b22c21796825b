import { columnsFor, createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface }) => {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'cancellations',
    {
      id: column.primaryId(),
      booking_id: column.id(),
      // The booking's id while this is its newest quote, NULL once a newer one has come: one of them a booking, by the database.
      open_slot: column.id({ allowNull: true }),
      status: column.ascii(16),
      // What the booking was then: a quote for an unpaid booking says nothing of its money once it is paid.
      booking_status: column.ascii(24),
      refund_minor: column.amountMinor(),
      fee_minor: column.amountMinor(),
      currency: column.ascii(3),
      created_at: column.millis(),
      expires_at: column.millis(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'cancellations', ['open_slot'], { name: 'cancellations_open_slot', unique: true })
  await createIndex(queryInterface, 'cancellations', ['booking_id', 'created_at'], { name: 'cancellations_booking' })

  // When the money was ours. What was captured before this column was there counts from its payment's beginning.
  const payments = await queryInterface.describeTable('payments')
  if (!('captured_at' in payments)) await queryInterface.addColumn('payments', 'captured_at', column.millis({ allowNull: true }))

  // The number of the try under whose key a refund is sent: a key that has brought an error is never used again for another try.
  const refunds = await queryInterface.describeTable('refunds')
  if (!('tries' in refunds)) await queryInterface.addColumn('refunds', 'tries', { ...column.integer(), defaultValue: 0 })
  await createIndex(queryInterface, 'refunds', ['booking_id'], { name: 'refunds_booking' })
}
