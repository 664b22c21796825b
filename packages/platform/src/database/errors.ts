// Sequelize's errors alone, which a process without a database knows too: a CommonJS file whose names Node does not see.
import errors from 'sequelize/lib/errors'

const { BaseError, ConnectionError } = errors

/**
 * duplicate: a unique key was violated. deadlock: the server rolled the transaction back, and a repeat may win. lock_timeout: waited too long for a row. check, foreign_key: a constraint said no.
 * connection: the database cannot be reached, or the pool has no connection to give. busy: it can be reached but takes no writes now (another process, read-only, full disk).
 */
export type DatabaseErrorKind = 'duplicate' | 'deadlock' | 'lock_timeout' | 'check' | 'foreign_key' | 'connection' | 'busy' | 'other'

/** The connection went away while COMMIT was on its way: it may have happened or not. Never retried here; the caller finds out by the key of what was written. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

// By number and never by name: mysql2 gives 4025, MariaDB's CHECK violation, the name of another error.
const KIND_BY_ERRNO: Readonly<Record<number, DatabaseErrorKind>> = {
  1062: 'duplicate',
  1169: 'duplicate',
  1586: 'duplicate',
  1213: 'deadlock',
  1020: 'deadlock', // MariaDB with innodb_snapshot_isolation: the row changed since it was read.
  1205: 'lock_timeout',
  3572: 'lock_timeout', // NOWAIT on MySQL; MariaDB says 1205.
  3819: 'check', // MySQL
  4025: 'check', // MariaDB
  1216: 'foreign_key',
  1217: 'foreign_key',
  1451: 'foreign_key',
  1452: 'foreign_key',
  1021: 'busy', // disk full
  1114: 'busy', // table full
  1290: 'busy', // --read-only
  1836: 'busy', // read-only mode
  1040: 'connection', // too many connections
  1047: 'connection', // a Galera node that is not part of the cluster
  1053: 'connection', // shutdown in progress
  1203: 'connection',
  1927: 'connection', // MariaDB: killed
  3169: 'connection', // MySQL: killed
  4031: 'connection', // MySQL: closed for inactivity

  // SQLite's result codes.
  1555: 'duplicate',
  2067: 'duplicate',
  2579: 'duplicate',
  275: 'check',
  787: 'foreign_key',
  5: 'busy',
  6: 'busy',
  8: 'busy',
  10: 'busy',
  13: 'busy',
  14: 'connection', // the file cannot be opened
}

/** Sorts an error that came out of the database. Errors of anything else are `other`. */
export function errorKind(error: unknown): DatabaseErrorKind {
  if (error instanceof ConnectionError) return 'connection'
  const cause = error instanceof BaseError && 'parent' in error ? error.parent : error
  if (!(cause instanceof Error)) return 'other'
  const errno = errnoOf(cause)
  // The low byte of an extended result code of SQLite is its family: 517 is a BUSY.
  const kind =
    errno === undefined
      ? undefined
      : (KIND_BY_ERRNO[errno] ?? ('code' in cause && String(cause.code).startsWith('SQLITE_') ? KIND_BY_ERRNO[errno & 0xff] : undefined))
  if (kind !== undefined) return kind
  // mysql2 marks what ended the connection; such errors carry no number of the server.
  return 'fatal' in cause && cause.fatal === true ? 'connection' : 'other'
}

/** The number that the server or SQLite gave, for logs. */
export function errnoOf(error: unknown): number | undefined {
  const cause = error instanceof BaseError && 'parent' in error ? error.parent : error
  return cause instanceof Error && 'errno' in cause && typeof cause.errno === 'number' ? cause.errno : undefined
}
