import type { Database } from '@skyhold/platform'

/** SQLite has one writer at a time and knows no row locks; on the servers the row waits for us. */
export const forUpdate = (db: Database): string => (db.dialect === 'sqlite' ? '' : ' FOR UPDATE')

/** Skips rows that another sweeper works on. Written by hand because Sequelize 6 ignores `skipLocked` for MySQL. */
export const skipLocked = (db: Database): string => (db.dialect === 'sqlite' ? '' : ' FOR UPDATE SKIP LOCKED')

/** The part of an INSERT that leaves an existing row as it is, yet locks it: the reader of the row then sees whose it is. */
export const keepExisting = (db: Database, { key, column }: { key: string; column: string }): string =>
  db.dialect === 'sqlite' ? `ON CONFLICT (${key}) DO NOTHING` : `ON DUPLICATE KEY UPDATE ${column} = ${column}`
