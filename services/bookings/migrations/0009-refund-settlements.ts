import { columnsFor, createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface }) => {
  const column = columnsFor(queryInterface)
  // A refund that a person gave back in another way than through the provider.
  const refunds = await queryInterface.describeTable('refunds')
  const added = {
    settled_at: column.millis({ allowNull: true }),
    settlement_note: column.text(200, { allowNull: true }),
    settlement_reference: column.ascii(35, { allowNull: true }),
  }
  for (const [name, definition] of Object.entries(added))
    if (!(name in refunds)) await queryInterface.addColumn('refunds', name, definition)

  // The provider's refunds that have failed, each of which stays so: an older word of success that comes later is known by it.
  await queryInterface.createTable(
    'refund_failures',
    { provider_id: column.ascii(80, { primaryKey: true }), refund_id: column.id(), failed_at: column.millis() },
    TABLE_OPTIONS,
  )

  // Offers that nobody took up are purged by it.
  await createIndex(queryInterface, 'cancellations', ['status', 'expires_at'], { name: 'cancellations_age' })
}
