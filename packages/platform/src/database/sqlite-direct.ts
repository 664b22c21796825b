import type { Sequelize, Transaction } from 'sequelize'
import { bindValues, type SqlValues, writeValues } from './sql-text.ts'
import type { SqliteConnection } from './sqlite-driver.ts'
import type { StatementOutcome } from './sqlite-file.ts'
import { insideOf } from './transactions.ts'

export interface PlainStatement {
  sql: string
  values: SqlValues
  tx: Transaction | undefined
}

/**
 * Sends a plain statement to the connection that Sequelize has for it, without Sequelize, which takes ten times as long for each as SQLite does. Models, transactions and the servers, whose
 * answers take longer than that, have it in between.
 */
export async function executeOnSqlite(
  sequelize: Sequelize,
  { sql, values, tx }: PlainStatement,
): Promise<Pick<StatementOutcome, 'rows' | 'changes'>> {
  const connection = tx === undefined ? await sequelize.connectionManager.getConnection({ type: 'read' }) : connectionOf(tx)
  const bound = bindValues(sql, values)
  const sqlite = connection as SqliteConnection // what our driver made
  return bound === null
    ? sqlite.execute(writeValues(sql, values, (text) => sequelize.escape(text)))
    : sqlite.execute(bound.text, bound.bind)
}

/** Beside a transaction that is over, a statement would be committed at once. */
function connectionOf(tx: Transaction): object {
  const { finished, connection } = insideOf(tx)
  if (finished !== undefined || connection === undefined)
    throw new Error(`The transaction is over (${finished ?? 'it has no connection'}), so a statement cannot be part of it.`)
  return connection
}
