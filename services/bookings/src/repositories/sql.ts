import type { Database } from '@skyhold/platform'
import type { Model, ModelStatic } from 'sequelize'

/** What a SELECT names to have a model's rows: `id, operator_id AS operatorId`. */
export const columnsOf = (model: ModelStatic<Model>): string =>
  Object.entries(model.getAttributes())
    .map(([name, { field = name }]) => (field === name ? name : `${field} AS ${name}`))
    .join(', ')

/** SQLite has one writer at a time and knows no row locks; on the servers the row waits for us. */
export const forUpdate = (db: Database): string => (db.dialect === 'sqlite' ? '' : ' FOR UPDATE')

/** Skips rows that another sweeper works on. Written by hand because Sequelize 6 ignores `skipLocked` for MySQL. */
export const skipLocked = (db: Database): string => (db.dialect === 'sqlite' ? '' : ' FOR UPDATE SKIP LOCKED')

/** The part of an INSERT that leaves an existing row as it is, yet locks it: the reader of the row then sees whose it is. */
export const keepExisting = (db: Database, { key, column }: { key: string; column: string }): string =>
  db.dialect === 'sqlite' ? `ON CONFLICT (${key}) DO NOTHING` : `ON DUPLICATE KEY UPDATE ${column} = ${column}`
