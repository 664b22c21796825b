import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'signing_keys',
    {
      kid: columns.ascii(64, { primaryKey: true }),
      algorithm: columns.ascii(16),
      public_jwk: columns.jsonText(),
      /** The private JWK under AES-256-GCM. */
      private_sealed: columns.jsonText(),
      created_at: columns.millis(),
      activated_at: columns.millis({ allowNull: true }),
      /** Past it the key is out of the JWKS and nothing that it signed is believed. */
      retired_at: columns.millis({ allowNull: true }),
      /** 1 for the one key that signs, 2 for the one that waits for its turn, NULL for all others: its unique index is what keeps them one. */
      active_slot: columns.integer({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'signing_keys', ['active_slot'], { name: 'signing_keys_active', unique: true })
}
