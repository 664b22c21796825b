import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'dead_letters',
    {
      /** Made from the message, so that a letter that comes twice is one row. */
      id: columns.primaryId(),
      queue: columns.ascii(64),
      event_id: columns.id({ allowNull: true }),
      type: columns.ascii(64, { allowNull: true }),
      /** As it came; of a poison message it may be anything. */
      payload: columns.jsonText(),
      error: columns.text(500),
      attempts: columns.integer(),
      traceparent: columns.ascii(128, { allowNull: true }),
      /** The letter that this one was replayed from, and died again. */
      replay_of: columns.id({ allowNull: true }),
      status: columns.ascii(12),
      dead_at: columns.millis(),
      /** replaying: when its replayer is taken for dead. */
      locked_until: columns.millis({ defaultValue: 0 }),
      replayed_at: columns.millis({ allowNull: true }),
      replayed_by: columns.id({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'dead_letters', ['dead_at', 'id'], { name: 'dead_letters_age' })
  await createIndex(queryInterface, 'dead_letters', ['status', 'queue'], { name: 'dead_letters_status' })
}
