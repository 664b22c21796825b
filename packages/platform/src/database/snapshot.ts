import type { Transaction } from 'sequelize'
import type { Logger } from '../logger.ts'
import { type Dialect, dialectOf, sqlitePath } from './connections.ts'
import { type Database, openDatabase } from './database.ts'
import { type SqlValues, writeValues } from './sql-text.ts'
import { openSqliteSnapshot } from './sqlite-snapshot.ts'

/** The database as it was at one instant. */
export interface Snapshot {
  readonly dialect: Dialect
  /** SELECT with `:name` values, as Database.rows. */
  rows<T extends object>(sql: string, values?: SqlValues): Promise<T[]>
}

/** A statement that reads a million rows before its first answer is silent for long and yet alive. */
const SILENCE_SECONDS = 300
/** The server gives a statement up by then: it would go on with one for whoever has left, for as long as a bad plan takes. */
const STATEMENT_SECONDS_MAX = 240

export interface SnapshotOptions {
  url: string
  logger: Logger
  /** On servers: a statement that takes longer is an error. */
  statementSecondsMax?: number
}

/**
 * Reads what was committed at one instant while others go on writing. It locks nothing and waits for nobody: a connection of its own, outside the pool of the service, that cannot write.
 * On servers an InnoDB snapshot, on SQLite a read transaction in a thread of its own, so that a long statement does not hold up the event loop.
 */
export function withSnapshot<T>(options: SnapshotOptions, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return dialectOf(options.url) === 'sqlite' ? onSqlite(options.url, work) : onServer(options, work)
}

async function onSqlite<T>(url: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const handle = await openSqliteSnapshot(sqlitePath(url))
  try {
    return await work({ dialect: 'sqlite', rows: (sql, values = {}) => handle.rows(writeValues(sql, values, quoted)) })
  } finally {
    await handle.close()
  }
}

/** SQLite knows no escapes inside quotes but the doubled quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

async function onServer<T>(
  { url, logger, statementSecondsMax = STATEMENT_SECONDS_MAX }: SnapshotOptions,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const db = openDatabase({ url, logger, pool: { max: 1 }, silenceSeconds: SILENCE_SECONDS })
  try {
    return await inSnapshot(db, statementSecondsMax, work)
  } finally {
    await db.close()
  }
}

async function inSnapshot<T>(db: Database, statementSecondsMax: number, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const tx = await db.sequelize.transaction()
  try {
    await beginSnapshot(db, statementSecondsMax, tx)
    return await work({ dialect: 'mysql', rows: (sql, values) => db.rows(sql, values, tx) })
  } finally {
    await tx.rollback()
  }
}

/**
 * Sequelize's own BEGIN has no words for a snapshot, so what it has begun is ended and begun again. Ended by name: a START TRANSACTION that ends it by the way keeps its level on MySQL,
 * and at READ COMMITTED there is no snapshot. MySQL and MariaDB have different names for the longest time of a statement, and each reads what the other takes for a comment.
 */
async function beginSnapshot(db: Database, statementSecondsMax: number, tx: Transaction): Promise<void> {
  const statements = [
    'ROLLBACK',
    `SET /*!80000 @@SESSION.max_execution_time = ${statementSecondsMax * 1000} */ /*M!100100 @@SESSION.max_statement_time = ${statementSecondsMax} */`,
    'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
  ]
  for (const sql of statements) await db.sequelize.query(sql, { transaction: tx })
}
