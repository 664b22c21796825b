import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** The failed sign-ins of an account, counted by all replicas together and across their restarts. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'login_tries',
    {
      /** A keyed digest of the address as it was typed and of the place: what people type there may be a password. */
      id: columns.ascii(43, { primaryKey: true }),
      failed: columns.integer(),
      window_start: columns.millis(),
      closed_until: columns.millis(),
      strikes: columns.integer(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'login_tries', ['window_start'], { name: 'login_tries_by_window' })
}
