import type { SQLInputValue } from 'node:sqlite'
import { type SqliteFile, type SqliteHandle, sqliteFile, type StatementOutcome, type Synchronous } from './sqlite-file.ts'

/** What Sequelize reads from `this` in a callback. It asks for the class by its name. */
class Statement {
  lastID = 0
  changes = 0
}

type Callback = (this: Statement, error: Error | null, rows?: Record<string, unknown>[]) => void
type Parameters = readonly unknown[] | Readonly<Record<string, unknown>>

/** An error of SQLite as Sequelize and `errorKind` expect it: `code` by name, `errno` the extended result code. */
class SqliteError extends Error {
  override name = 'SqliteError'
  readonly code: string
  readonly errno: number

  constructor(message: string, errno: number, options?: ErrorOptions) {
    const code = CODE_NAMES[errno] ?? CODE_NAMES[errno & 0xff] ?? 'SQLITE_ERROR'
    super(`${code}: ${message}`, options)
    this.code = code
    this.errno = errno
  }
}

// https://www.sqlite.org/rescode.html. Sequelize takes a bare SQLITE_CONSTRAINT for a unique violation, so each kind needs its own name.
const CODE_NAMES: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  19: 'SQLITE_CONSTRAINT_OTHER',
  26: 'SQLITE_NOTADB',
  275: 'SQLITE_CONSTRAINT_CHECK',
  787: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  1299: 'SQLITE_CONSTRAINT_NOTNULL',
  1555: 'SQLITE_CONSTRAINT_PRIMARYKEY',
  1811: 'SQLITE_CONSTRAINT_TRIGGER',
  2067: 'SQLITE_CONSTRAINT_UNIQUE',
  2579: 'SQLITE_CONSTRAINT_PRIMARYKEY',
}
const SQLITE_BUSY = 5
const SQLITE_ERROR = 1

const BEGIN = /^\s*BEGIN\b/i
const END = /^\s*(COMMIT|END|ROLLBACK(?!\s+(TRANSACTION\s+)?TO\b))\b/i
const ROLLBACK = /^\s*ROLLBACK\b/i
const READ = /^\s*(SELECT|EXPLAIN|VALUES|PRAGMA(?!.*[=(]))\b/i
const READ_INFO = /^\s*PRAGMA\s+(table_info|table_xinfo|index_list|index_info|index_xinfo|foreign_key_list)\b/i

export interface SqliteDriverOptions {
  synchronous: Synchronous
  /** How long a writer waits for the writers before it, of this process or another, before it gives up with SQLITE_BUSY. */
  patienceMs: number
}

/**
 * A `dialectModule` for Sequelize 6's sqlite dialect over Node's own node:sqlite: the part of the sqlite3 package's interface that Sequelize uses.
 * Sequelize opens one `Database` for each transaction and one for everything else; here they are light, and share the two handles of their file.
 */
export function sqliteDriver({ synchronous, patienceMs }: SqliteDriverOptions): object {
  class Database extends SqliteConnection {
    constructor(filename: string, _mode: number, callback: (error: Error | null) => void) {
      super(filename, synchronous, patienceMs)
      // Nothing is opened before the first statement: Sequelize would keep a connection that failed to open, and never try again.
      queueMicrotask(() => callback(null))
    }
  }
  return { Database, OPEN_READWRITE: 2, OPEN_CREATE: 4 }
}

class SqliteConnection {
  readonly filename: string
  /** Set and read by Sequelize. */
  uuid: string | undefined
  readonly #file: SqliteFile
  readonly #patienceMs: number
  #isInTransaction = false
  #isClosed = false

  constructor(filename: string, synchronous: Synchronous, patienceMs: number) {
    if (filename === ':memory:')
      throw new Error('An in-memory SQLite database cannot hold two transactions apart; use a file in a temporary folder.')
    this.filename = filename
    this.#patienceMs = patienceMs
    this.#file = sqliteFile(filename, synchronous)
    this.#file.use()
  }

  serialize(work: () => unknown): void {
    work()
  }

  run(sql: string, parameters?: Parameters, callback?: Callback): this {
    this.#route(sql, parameters, callback)
    return this
  }

  all(sql: string, parameters?: Parameters | Callback, callback?: Callback): this {
    if (typeof parameters === 'function') this.#route(sql, undefined, parameters)
    else this.#route(sql, parameters, callback)
    return this
  }

  /** An open transaction of a connection that goes away is rolled back, and its lock passed on. */
  close(callback?: (error: Error | null) => void): void {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#file.lock.forget(this)
      if (this.#file.lock.isHeldBy(this)) this.#endTransaction()
      this.#file.leave()
    }
    callback?.(null)
  }

  #route(sql: string, parameters: Parameters | undefined, callback: Callback | undefined): void {
    const statement = { sql, parameters, callback, deadline: Date.now() + this.#patienceMs }
    if (this.#isInTransaction) {
      this.#attempt(statement, 'writer')
      return
    }
    if (READ.test(sql) || READ_INFO.test(sql)) {
      this.#attempt(statement, 'reader')
      return
    }
    if (ROLLBACK.test(sql)) {
      // SQLite ends a transaction by itself on a full disk or an I/O error, and a BEGIN may have failed: nothing is left to roll back then.
      this.#answer(statement, null, { rows: [], changes: 0, lastId: 0 })
      return
    }
    // Granted to a connection that has gone, the lock would stay with it for good.
    if (this.#isClosed) {
      this.#answer(statement, closed(this.#file.path))
      return
    }
    this.#file.lock.acquire(this, this.#patienceMs, (outcome) => {
      if (this.#isClosed) this.#answer(statement, closed(this.#file.path))
      else if (outcome === 'granted') this.#attempt(statement, 'writer')
      else this.#answer(statement, busyInThisProcess(this.#file.path, this.#patienceMs))
    })
  }

  #attempt(statement: PendingStatement, kind: 'reader' | 'writer', tries = 0): void {
    const { sql } = statement
    let outcome: StatementOutcome | undefined
    let failure: SqliteError | null = null
    try {
      const handle: SqliteHandle = this.#file[kind]
      outcome = handle.execute(sql, ...inputs(statement.parameters))
    } catch (error) {
      failure = asSqliteError(error)
    }
    if (failure !== null && (failure.errno & 0xff) === SQLITE_BUSY && Date.now() < statement.deadline && !this.#isClosed) {
      // Another process writes. The lock of this process is kept meanwhile: nobody here could do better.
      setTimeout(() => this.#attempt(statement, kind, tries + 1), 1 + Math.random() * Math.min(20, 2 ** tries))
      return
    }
    if (kind === 'writer') this.#settleLock(sql, failure)
    this.#answer(statement, failure, outcome)
  }

  #settleLock(sql: string, failure: SqliteError | null): void {
    if (this.#isClosed) return
    if (BEGIN.test(sql) && failure === null) this.#isInTransaction = true
    else if (!this.#isInTransaction || END.test(sql)) this.#endTransaction()
  }

  /** Also after a COMMIT that failed: whatever is still open then must not stay in the way of the next writer. */
  #endTransaction(): void {
    this.#isInTransaction = false
    this.#file.rollBackIfOpen()
    this.#file.lock.release(this)
  }

  #answer(statement: PendingStatement, failure: Error | null, outcome?: StatementOutcome): void {
    const { callback } = statement
    if (callback === undefined) return
    const meta = new Statement()
    meta.lastID = outcome?.lastId ?? 0
    meta.changes = outcome?.changes ?? 0
    // Never within the call that asked: the sqlite3 package answers later too.
    queueMicrotask(() => callback.call(meta, failure, outcome?.rows))
  }
}

interface PendingStatement {
  sql: string
  parameters: Parameters | undefined
  callback: Callback | undefined
  deadline: number
}

/** Whoever waits must hear of it: a transaction that is never answered keeps its caller from ending. */
const closed = (path: string): SqliteError => new SqliteError(`${path} was closed before this statement had its turn.`, SQLITE_ERROR)

function busyInThisProcess(path: string, patienceMs: number): SqliteError {
  return new SqliteError(
    `waited ${patienceMs} ms for the write lock of ${path}. Its holder is stuck, or waits for this statement: a write without its transaction inside one, or a transaction inside a transaction.`,
    SQLITE_BUSY,
  )
}

function asSqliteError(error: unknown): SqliteError {
  if (!(error instanceof Error)) throw error
  const errno = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 1
  return new SqliteError(error.message, errno, { cause: error })
}

function inputs(parameters: Parameters | undefined): [SQLInputValue[], Record<string, SQLInputValue> | null] {
  if (parameters === undefined) return [[], null]
  if (isList(parameters)) return [parameters.map(inputValue), null]
  return [[], Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, inputValue(value)]))]
}

const isList = (parameters: Parameters): parameters is readonly unknown[] => Array.isArray(parameters)

function inputValue(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a value of type ${value.constructor.name}.`)
}
