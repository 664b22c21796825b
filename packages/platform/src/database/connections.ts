import { type Options, Sequelize } from 'sequelize'
import type { ServerWatch } from './server-watch.ts'
import { assertCountsChangedRows, isBroken, prepareSession, type ServerConnection } from './session.ts'
import { OPEN_READWRITE, sqliteDriver } from './sqlite-driver.ts'
import type { Synchronous } from './sqlite-file.ts'

export type Dialect = 'sqlite' | 'mysql'

export interface ConnectionOptions {
  /** `sqlite:/path/file.sqlite`, or `mysql://user:password@host:port/database` for MySQL and MariaDB. */
  url: string
  pool: { max: number; acquireSeconds: number }
  synchronous: Synchronous
  lockWaitTimeoutSeconds: number | undefined
  /** A connection that says nothing for so long in the middle of a statement is taken for dead. */
  silenceSeconds: number
}

/** Rows wait five seconds for each other: longer than any transaction takes, and short of what a person waits. */
const LOCK_WAIT_TIMEOUT_SECONDS = 5
/** SQLite's queue of writers is as long as the load: a thousand waiting transactions take seconds, and the last of them is not stuck. */
const SQLITE_PATIENCE_SECONDS = 30
const CONNECT_TIMEOUT_MS = 5_000
const IDLE_MS = 20_000

/** Columns are snake_case, attributes camelCase; times are columns of the service's own, from the database's clock. */
const MODELS = { timestamps: false, underscored: true, freezeTableName: true } as const

export const dialectOf = (url: string): Dialect => {
  if (url.startsWith('sqlite:')) return 'sqlite'
  if (url.startsWith('mysql://') || url.startsWith('mariadb://')) return 'mysql'
  throw new Error('A database URL starts with sqlite: or mysql://.')
}

export function openSequelize(options: ConnectionOptions, watch: ServerWatch): Sequelize {
  const common: Options = {
    logging: false,
    // Sequelize would repeat a single statement, on a connection whose transaction may be gone.
    retry: { max: 1 },
    define: MODELS,
    pool: { max: options.pool.max, min: 0, acquire: options.pool.acquireSeconds * 1000, idle: IDLE_MS, evict: 1000 },
  }
  return dialectOf(options.url) === 'sqlite' ? openSqlite(options, common) : openServer(options, common, watch)
}

function openSqlite(options: ConnectionOptions, common: Options): Sequelize {
  const patienceMs = (options.lockWaitTimeoutSeconds ?? SQLITE_PATIENCE_SECONDS) * 1000
  return new Sequelize({
    ...common,
    dialect: 'sqlite',
    dialectModule: sqliteDriver({ synchronous: options.synchronous, patienceMs }),
    storage: sqlitePath(options.url),
    // The driver switches them on once for each handle; Sequelize would send the pragma with every transaction.
    foreignKeys: false,
    // Without OPEN_CREATE, at which Sequelize would make the folder for every transaction: the driver makes it once.
    dialectOptions: { mode: OPEN_READWRITE },
  } as Options)
}

export function sqlitePath(url: string): string {
  const path = url.slice('sqlite:'.length)
  if (path === '' || path.includes(':memory:')) throw new Error('A SQLite URL names a file, such as sqlite:./data/bookings.sqlite.')
  return path.startsWith('///') ? path.slice(2) : path
}

function openServer(options: ConnectionOptions, common: Options, watch: ServerWatch): Sequelize {
  const url = new URL(options.url)
  if (url.search !== '') throw new Error('A database URL has no parameters after a question mark.')
  const lockWaitTimeoutSeconds = options.lockWaitTimeoutSeconds ?? LOCK_WAIT_TIMEOUT_SECONDS
  const sequelize = new Sequelize({
    ...common,
    dialect: 'mysql',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 3306),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    timezone: '+00:00',
    dialectOptions: {
      // Counts of UPDATE are then of rows that changed, which every "change the state by a condition, look at the count" relies on.
      flags: '-FOUND_ROWS',
      // Texts compare byte by byte, as the columns do (columns.ts) and as SQLite does.
      charset: 'UTF8MB4_BIN',
      supportBigNumbers: true,
      bigNumberStrings: false,
      // SUM of integers is a DECIMAL to the servers.
      decimalNumbers: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      enableKeepAlive: true,
      keepAliveInitialDelay: 10_000,
      multipleStatements: false,
    },
  })
  sequelize.addHook('afterConnect', async (connection: unknown) => {
    const server = connection as ServerConnection // what mysql2 made, by the dialect chosen above
    assertCountsChangedRows(server)
    await prepareSession(server, { lockWaitTimeoutSeconds, silenceSeconds: options.silenceSeconds, watch })
  })
  sequelize.addHook('beforeDisconnect', (connection: unknown) => {
    const server = connection as ServerConnection
    // A farewell to a server that is gone is never answered, and the pool would wait for the answer.
    if (isBroken(server)) server.destroy()
  })
  return sequelize
}
