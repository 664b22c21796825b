import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'
import type { Logger } from '../logger.ts'
import { databaseNow } from './clock.ts'
import { type ConnectionOptions, type Dialect, dialectOf, openSequelize } from './connections.ts'
import { migrate } from './migrations.ts'
import { ServerWatch } from './server-watch.ts'
import { assertSafeSqlMode } from './session.ts'
import { type SqlValues, writeValues } from './sql-text.ts'
import { executeOnSqlite } from './sqlite-direct.ts'
import type { Synchronous } from './sqlite-file.ts'
import { runTransaction, type TransactionOptions } from './transactions.ts'

export interface DatabaseOptions {
  /** `sqlite:/path/file.sqlite`, or `mysql://user:password@host:port/database` for MySQL and MariaDB. */
  url: string
  logger: Logger
  /** Servers only: at most 10 connections unless told, each waited for 10 seconds at most. */
  pool?: { max: number; acquireSeconds?: number }
  /** SQLite only. FULL unless told: a commit survives a loss of power. */
  synchronous?: Synchronous
  /** How long a statement waits for a row: 5 unless told. On SQLite, how long a writer waits for the writers before it: 30 unless told. */
  lockWaitTimeoutSeconds?: number
  /** Servers only. A connection that has been silent for so long in a statement is taken for dead: 30 unless told. */
  silenceSeconds?: number
  /** In place of the database's clock, for simulations: milliseconds since 1970. */
  clock?: () => number
}

export interface Database {
  readonly sequelize: Sequelize
  readonly dialect: Dialect
  /** Throws a sentence when the database cannot be reached or is set up so that it could not be trusted. */
  connect(): Promise<void>
  /** Runs the migrations of a folder that have not run yet (migrations.ts). Two processes may do it at once. */
  migrate(folder: string | URL): Promise<void>
  /**
   * Commits what `work` did with `tx`, or nothing. READ COMMITTED on servers, IMMEDIATE on SQLite.
   * The work may run several times (deadlock, lock timeout, connection lost before COMMIT), so it must do nothing but talk to the database. Throws CommitUnknown when the connection is lost at COMMIT.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** The database's clock in milliseconds since 1970. Lock first, read it once, bind it everywhere. */
  now(tx?: Transaction): Promise<number>
  /** Milliseconds since a new connection led to another server than the one before it; Infinity when none did, as on SQLite. */
  msSinceServerChange(): number
  /** SELECT with `:name` values. Numbers come as numbers, times as milliseconds, texts of JSON as texts. */
  rows<T extends object>(sql: string, values?: SqlValues, tx?: Transaction): Promise<T[]>
  /** INSERT, UPDATE or DELETE with `:name` values; the number of rows that changed. A row that ON DUPLICATE KEY UPDATE changes counts two on servers. */
  run(sql: string, values?: SqlValues, tx?: Transaction): Promise<number>
  /** What stands in the parentheses of `(a, b) IN (…)` for a list of pairs: `VALUES :keys` on SQLite, `:keys` on servers. */
  tupleList(placeholder: `:${string}`): string
  /** Answers within two seconds. */
  isReachable(): Promise<boolean>
  close(): Promise<void>
}

const CONNECTIONS = 10
/** How long a transaction waits for a connection of the pool; after that the caller is told to come back. */
const ACQUIRE_SECONDS = 10
/** No statement of ours takes so long; a server that is silent longer is gone. */
const SILENCE_SECONDS = 30
const REACHABLE_WITHIN_MS = 2000

export function openDatabase(options: DatabaseOptions): Database {
  const connection: ConnectionOptions = {
    url: options.url,
    pool: { max: CONNECTIONS, acquireSeconds: ACQUIRE_SECONDS, ...options.pool },
    synchronous: options.synchronous ?? 'FULL',
    lockWaitTimeoutSeconds: options.lockWaitTimeoutSeconds,
    silenceSeconds: options.silenceSeconds ?? SILENCE_SECONDS,
  }
  return new SequelizeDatabase(connection, options)
}

class SequelizeDatabase implements Database {
  readonly sequelize: Sequelize
  readonly dialect: Dialect
  readonly #connection: ConnectionOptions
  readonly #logger: Logger
  readonly #clock: (() => number) | undefined
  readonly #servers = new ServerWatch()

  constructor(connection: ConnectionOptions, { logger, clock }: Pick<DatabaseOptions, 'logger' | 'clock'>) {
    this.sequelize = openSequelize(connection, this.#servers)
    this.dialect = dialectOf(connection.url)
    this.#connection = connection
    this.#logger = logger
    this.#clock = clock
  }

  async connect(): Promise<void> {
    if (this.dialect === 'sqlite') {
      // A write lock, so that a file that can be read alone is found out now.
      await this.transaction(() => this.rows('SELECT 1 AS ok'))
      return
    }
    const [session] = await this.rows<{ mode: string }>('SELECT @@SESSION.sql_mode AS mode')
    assertSafeSqlMode(session?.mode ?? '')
  }

  async migrate(folder: string | URL): Promise<void> {
    if (this.dialect === 'sqlite') return migrate({ db: this, url: this.#connection.url, folder, logger: this.#logger })
    // Connections of its own: one keeps the lock while another alters tables, for as long as that takes.
    const connection = { ...this.#connection, pool: { max: 2, acquireSeconds: ACQUIRE_SECONDS }, silenceSeconds: 0 }
    const db = new SequelizeDatabase(connection, {
      logger: this.#logger,
      ...(this.#clock && { clock: this.#clock }),
    })
    try {
      await migrate({ db, url: connection.url, folder, logger: this.#logger })
    } finally {
      await db.close()
    }
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return runTransaction({ sequelize: this.sequelize, logger: this.#logger, work, options })
  }

  async now(tx?: Transaction): Promise<number> {
    return this.#clock === undefined ? databaseNow(this.sequelize, tx) : this.#clock()
  }

  msSinceServerChange(): number {
    return this.#servers.msSinceChange()
  }

  async rows<T extends object>(sql: string, values: SqlValues = {}, tx?: Transaction): Promise<T[]> {
    if (this.dialect === 'sqlite') {
      const { rows } = await executeOnSqlite(this.sequelize, { sql, values, tx })
      // Objects like any other: those of SQLite have no prototype.
      return rows.map((row) => ({ ...row }) as T)
    }
    return this.sequelize.query<T>(this.#written(sql, values), { type: QueryTypes.SELECT, raw: true, ...(tx && { transaction: tx }) })
  }

  async run(sql: string, values: SqlValues = {}, tx?: Transaction): Promise<number> {
    if (this.dialect === 'sqlite') return (await executeOnSqlite(this.sequelize, { sql, values, tx })).changes
    // BULKUPDATE is the one kind of query whose answer is the plain count, for INSERT and DELETE too.
    return this.sequelize.query(this.#written(sql, values), { type: QueryTypes.BULKUPDATE, raw: true, ...(tx && { transaction: tx }) })
  }

  tupleList(placeholder: `:${string}`): string {
    return this.dialect === 'sqlite' ? `VALUES ${placeholder}` : placeholder
  }

  async isReachable(): Promise<boolean> {
    const answer = this.rows('SELECT 1 AS ok').then(
      () => true,
      () => false,
    )
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, REACHABLE_WITHIN_MS, false)
    })
    try {
      return await Promise.race([answer, silence])
    } finally {
      clearTimeout(timer)
    }
  }

  async close(): Promise<void> {
    await this.sequelize.close()
  }

  /** Servers are sent texts with their values, in one go; preparing would be a round trip of its own. */
  #written(sql: string, values: SqlValues): string {
    return writeValues(sql, values, (text) => this.sequelize.escape(text))
  }
}
