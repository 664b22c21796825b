import type { Socket } from 'node:net'
import type { Connection } from 'mysql2'
import type { ServerWatch } from './server-watch.ts'

/** A connection of mysql2, with the inner parts that Sequelize's own pool looks at to see whether it still lives. */
export interface ServerConnection extends Pick<Connection, 'destroy'> {
  query(sql: string, done: (error: Error | null, rows?: unknown) => void): unknown
  config: { clientFlags?: number }
  stream: Socket
  _fatalError?: unknown
  _protocolError?: unknown
  _closing?: boolean
}

// Strict, so that what does not fit is refused instead of cut; the same on MariaDB and MySQL, whatever the server's default.
const SQL_MODE = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

/** CLIENT_FOUND_ROWS of the MySQL protocol: the server would count rows that matched, changed or not. */
const FOUND_ROWS = 0x2

/** Makes a new connection fit for use; a connection that cannot be made so is closed. */
export async function prepareSession(
  connection: ServerConnection,
  { lockWaitTimeoutSeconds, silenceSeconds, watch }: { lockWaitTimeoutSeconds: number; silenceSeconds: number; watch: ServerWatch },
): Promise<void> {
  try {
    await send(connection, `SET @@SESSION.sql_mode = '${SQL_MODE}', @@SESSION.innodb_lock_wait_timeout = ${lockWaitTimeoutSeconds}`)
    // Statements outside a transaction read and lock as those inside do.
    await send(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    // Before the first statement of whoever opened it, so that he knows.
    watch.see(await serverIdentity(connection))
  } catch (error) {
    connection.destroy()
    throw error
  }
  if (silenceSeconds > 0) {
    // A server that was unplugged sends nothing at all; without this its transactions would hang for a quarter of an hour.
    connection.stream.setTimeout(silenceSeconds * 1000, () => connection.stream.destroy(new SilentServer(silenceSeconds)))
  }
}

const IDENTITY = ['server_uuid', 'server_uid', 'hostname', 'port', 'server_id'] as const

/**
 * Which server this connection leads to. MySQL has a `server_uuid`, newer MariaDB a `server_uid`; older ones are told apart by machine, port and number.
 * SHOW instead of SELECT, which fails on a variable that the server does not have.
 */
async function serverIdentity(connection: ServerConnection): Promise<string> {
  const rows = await send(connection, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${IDENTITY.map((name) => `'${name}'`).join(', ')})`)
  // In the order of their names, which SHOW does not promise.
  const values = new Map((rows as { Variable_name: string; Value: string }[]).map((row) => [row.Variable_name, row.Value]))
  return JSON.stringify(IDENTITY.map((name) => values.get(name) ?? ''))
}

/** Throws unless texts of a statement can be escaped safely: with NO_BACKSLASH_ESCAPES, what Sequelize escapes can break out of its quotes. */
export function assertSafeSqlMode(sqlMode: string): void {
  if (sqlMode.split(',').includes('NO_BACKSLASH_ESCAPES')) {
    throw new Error(
      'The database session has sql_mode NO_BACKSLASH_ESCAPES, with which texts can break out of their quotes. Remove it from the server.',
    )
  }
  if (!/STRICT_(ALL|TRANS)_TABLES/.test(sqlMode))
    throw new Error('The database session is not strict: it would cut what does not fit. Its sql_mode must hold STRICT_ALL_TABLES.')
}

export function assertCountsChangedRows(connection: ServerConnection): void {
  const flags = connection.config.clientFlags
  if (flags === undefined || (flags & FOUND_ROWS) === 0) return
  connection.destroy()
  throw new Error('The database connection counts rows found instead of rows changed (CLIENT_FOUND_ROWS is set).')
}

/** The same question that Sequelize's pool asks before it hands a connection out. */
export const isBroken = (connection: ServerConnection): boolean =>
  Boolean(connection._fatalError) || Boolean(connection._protocolError) || connection._closing === true || connection.stream.destroyed

class SilentServer extends Error {
  override name = 'SilentServer'
  /** Sequelize takes a connection out of its pool by this name. */
  readonly code = 'ECONNRESET'

  constructor(seconds: number) {
    super(`The database has said nothing for ${seconds} seconds.`)
  }
}

function send(connection: ServerConnection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows)))
  })
}
