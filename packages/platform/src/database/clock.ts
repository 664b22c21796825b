import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'

/**
 * The database's clock in milliseconds since 1970: the one clock that all processes of an installation share. Read it after the lock it is to be compared under, once, and bind the value in every statement.
 * No other file asks a database for the time.
 */
export async function databaseNow(sequelize: Sequelize, tx: Transaction | undefined): Promise<number> {
  // SQLite runs in this process: its clock, unixepoch('subsec'), is this machine's, and a statement to read it would only cost time.
  if (sequelize.getDialect() === 'sqlite') return Date.now()
  const rows = await sequelize.query<{ t: number }>('SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS t', {
    type: QueryTypes.SELECT,
    ...(tx && { transaction: tx }),
  })
  const now = rows[0]?.t
  if (!Number.isSafeInteger(now) || now === undefined)
    throw new Error(`The database's clock said ${String(now)} instead of a number of milliseconds.`)
  return now
}
