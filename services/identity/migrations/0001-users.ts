import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'users',
    {
      id: columns.primaryId(),
      operator_id: columns.id(),
      /** As its owner typed it; mail goes here. */
      email: columns.ascii(254),
      /** In lower case: what is looked up and unique. */
      email_normalized: columns.ascii(254),
      given_names: columns.text(200),
      family_name: columns.text(200),
      password_hash: columns.ascii(255),
      /** A comma list in the order of the contract. */
      roles: columns.ascii(64),
      version: columns.integer({ defaultValue: 1 }),
      created_at: columns.millis(),
      updated_at: columns.millis(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'users', ['email_normalized'], { name: 'users_email', unique: true })
}
