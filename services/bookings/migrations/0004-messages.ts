import { inboxTable, jobsTable, type Migration, outboxTable } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface }) => {
  await outboxTable(queryInterface)
  await inboxTable(queryInterface)
  await jobsTable(queryInterface)
}
