import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** A session is a family of refresh tokens: it begins with a login and ends for all of them at once. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'sessions',
    {
      id: columns.primaryId(),
      user_id: columns.id(),
      created_at: columns.millis(),
      last_used_at: columns.millis(),
      /** Absolute: refreshing does not move it. */
      expires_at: columns.millis(),
      revoked_at: columns.millis({ allowNull: true }),
      revoked_reason: columns.ascii(32, { allowNull: true }),
      user_agent: columns.text(300),
      address: columns.ascii(64),
      version: columns.integer({ defaultValue: 1 }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'sessions', ['user_id', 'id'], { name: 'sessions_by_user' })
  // The gateways ask each second what was revoked lately.
  await createIndex(queryInterface, 'sessions', ['revoked_at', 'id'], { name: 'sessions_by_revocation' })
  await createIndex(queryInterface, 'sessions', ['expires_at'], { name: 'sessions_by_expiry' })
}
