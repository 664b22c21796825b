import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** Facts that make no e-mail of their own, and others untrue. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'noted_facts',
    {
      event_id: columns.primaryId(),
      type: columns.ascii(64),
      aggregate_id: columns.id(),
      sequence: columns.integer(),
      noted_at: columns.millis(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'noted_facts', ['aggregate_id'], { name: 'noted_facts_by_aggregate' })
  await createIndex(queryInterface, 'noted_facts', ['noted_at'], { name: 'noted_facts_age' })
}
