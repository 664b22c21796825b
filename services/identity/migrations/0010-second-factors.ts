import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** The second factor of an account, the codes for when its app is lost, and how each session proved whose it is. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'second_factors',
    {
      user_id: columns.ascii(48, { primaryKey: true }),
      /** The secret of the app under AES-256-GCM. */
      secret_sealed: columns.ascii(255),
      created_at: columns.millis(),
      /** When a first code proved that the app has the secret; NULL until then, and nothing is asked of a sign-in. */
      confirmed_at: columns.millis({ allowNull: true }),
      /** The thirty seconds whose code was used last: an earlier or equal one is not taken any more. */
      last_used_step: columns.integer(),
    },
    TABLE_OPTIONS,
  )
  await queryInterface.createTable(
    'recovery_codes',
    {
      /** SHA-256 in hex of user and code. The code itself is nowhere. */
      hash: columns.ascii(64, { primaryKey: true }),
      user_id: columns.id(),
      used_at: columns.millis({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'recovery_codes', ['user_id'], { name: 'recovery_codes_by_user' })
  // A comma list of the names of RFC 8176: `pwd`, and `otp` after a code.
  if (!('amr' in (await queryInterface.describeTable('sessions'))))
    await queryInterface.addColumn('sessions', 'amr', columns.ascii(16, { defaultValue: 'pwd' }))
}
