import { createIndex, integrityTable, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async (context) => {
  await integrityTable(context)
  // The checks ask for the events of a booking; the relay's own index knows only what waits.
  await createIndex(context.queryInterface, 'outbox', ['aggregate_id', 'type'], { name: 'outbox_by_aggregate' })
}
