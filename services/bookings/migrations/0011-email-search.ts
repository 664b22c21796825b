import { createIndex, type Database, type Migration } from '@skyhold/platform'

/**
 * The e-mail address of a booking in lower case, as staff search by it, and its status. The database itself keeps the former, so that what a replica of the version before inserts or changes
 * is found as well. What is searched for is put into lower case by the same function.
 */
export const up: Migration['up'] = async ({ db, queryInterface }) => {
  if (!(await hasEmailKey(db)))
    await db.run('ALTER TABLE bookings ADD COLUMN email_key VARCHAR(254) GENERATED ALWAYS AS (LOWER(contact_email)) VIRTUAL')
  await createIndex(queryInterface, 'bookings', ['email_key', 'created_at', 'id'], { name: 'bookings_email' })
  await createIndex(queryInterface, 'bookings', ['status', 'created_at', 'id'], { name: 'bookings_status' })
}

/** Asked of the database, because Sequelize's list of SQLite's columns leaves out those that are generated. */
async function hasEmailKey(db: Database): Promise<boolean> {
  const rows = await db.rows(
    db.dialect === 'sqlite'
      ? `SELECT name FROM pragma_table_xinfo('bookings') WHERE name = 'email_key'`
      : `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'bookings' AND COLUMN_NAME = 'email_key'`,
  )
  return rows.length > 0
}
