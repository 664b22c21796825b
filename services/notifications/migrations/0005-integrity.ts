import { createIndex, integrityTable, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async (context) => {
  await integrityTable(context)
  // Not unique: an e-mail must be queued even by a bug that gives two the same Message-ID. The check finds them.
  await createIndex(context.queryInterface, 'deliveries', ['message_id'], { name: 'deliveries_message' })
}
