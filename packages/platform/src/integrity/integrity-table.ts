import { type MigrationContext, TABLE_OPTIONS } from '../database/index.ts'

/** What each check found last. For a migration of every service that checks itself. */
export async function integrityTable({ queryInterface, columns }: MigrationContext): Promise<void> {
  await queryInterface.createTable(
    'integrity_results',
    {
      name: columns.ascii(64, { primaryKey: true }),
      checked_at: columns.millis(),
      // NULL when the check could not look: not zero.
      violations: columns.integer({ allowNull: true }),
      sample: columns.jsonText(),
      scope: columns.text(250, { allowNull: true }),
      took_ms: columns.integer(),
      // What the check wants to be told at its next run.
      memory: columns.jsonText({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
}
