import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** How many links went to an address, and for a user, lately: counted in a row that is locked, so that two at once are two. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'mail_counts',
    {
      /** `<purpose> <address in lower case>`, or `user <id>`. */
      id: columns.ascii(280, { primaryKey: true }),
      last_at: columns.millis(),
      hour_start: columns.millis(),
      hour_count: columns.integer(),
      day_start: columns.millis(),
      day_count: columns.integer(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'mail_counts', ['last_at'], { name: 'mail_counts_by_last' })
}
