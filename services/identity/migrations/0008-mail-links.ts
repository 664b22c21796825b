import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** Links in e-mails that prove who reads an address: each is good once and for a short time. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'mail_links',
    {
      /** What events carry. It opens nothing: only notifications can have the link of it from identity. */
      handle: columns.ascii(64, { primaryKey: true }),
      user_id: columns.id(),
      purpose: columns.ascii(16),
      /** Where the mail goes, and what is proved by the link. */
      email: columns.ascii(254),
      /** SHA-256 in hex. The token itself is nowhere. */
      token_hash: columns.ascii(64),
      created_at: columns.millis(),
      expires_at: columns.millis(),
      used_at: columns.millis({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'mail_links', ['token_hash'], { name: 'mail_links_token', unique: true })
  await createIndex(queryInterface, 'mail_links', ['user_id', 'purpose', 'created_at'], { name: 'mail_links_by_user' })
  await createIndex(queryInterface, 'mail_links', ['expires_at'], { name: 'mail_links_by_expiry' })
  await queryInterface.addColumn('users', 'email_verified_at', columns.millis({ allowNull: true }))
}
