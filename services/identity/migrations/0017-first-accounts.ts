import { TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** The roles that somebody has, or has had: the account of the settings for such a role is made once, whatever its address is by now. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'first_accounts',
    { role: columns.ascii(16, { primaryKey: true }), settled_at: columns.millis() },
    TABLE_OPTIONS,
  )
}
