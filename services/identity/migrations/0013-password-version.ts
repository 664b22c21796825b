import type { Migration } from '@skyhold/platform'

/** Counts the passwords of an account: whoever has proved an earlier one, while the next was being set, has proved nothing. A hash that is only made anew is the same password. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  if (!('password_version' in (await queryInterface.describeTable('users'))))
    await queryInterface.addColumn('users', 'password_version', columns.integer({ defaultValue: 1 }))
}
