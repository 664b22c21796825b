import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'refresh_tokens',
    {
      /** SHA-256 in hex. The token itself is nowhere. */
      hash: columns.ascii(64, { primaryKey: true }),
      session_id: columns.id(),
      /** live → spent */
      status: columns.ascii(8),
      created_at: columns.millis(),
      spent_at: columns.millis({ allowNull: true }),
      successor_hash: columns.ascii(64, { allowNull: true }),
      /** Opens only with the spent token and the server's secret; erased when the successor is spent in its turn. */
      successor_sealed: columns.ascii(255, { allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'refresh_tokens', ['session_id'], { name: 'refresh_tokens_by_session' })
  await createIndex(queryInterface, 'refresh_tokens', ['successor_hash'], { name: 'refresh_tokens_successor', unique: true })
}
