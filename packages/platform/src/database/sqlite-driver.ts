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
/** Sequelize asks for it at every read through a model. */
const COLUMNS = /^PRAGMA table_info\(/
const SCHEMA = /^\s*(CREATE|ALTER|DROP)\b/i

/** Of SQLite's flags, the one with which Sequelize leaves the file's folder alone. */
export const OPEN_READWRITE = 2

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
  return { Database, OPEN_READWRITE, OPEN_CREATE: 4 }
}

/** What Sequelize has for a connection, and what plain statements of ours are sent to without it. */
export class SqliteConnection {
  readonly filename: string
  /** Set and read by Sequelize. */
  uuid: string | undefined
  readonly #file: SqliteFile
  readonly #patienceMs: number
  /** The BEGIN of the open transaction, which holds the lock until the end. */
  #transaction: PendingStatement | null = null
  /** Statements that wait for the lock or have it. Each is an owner of its own: one that waits for another process must not share a turn with its neighbours. */
  readonly #owners = new Set<PendingStatement>()
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

  execute(sql: string, named?: Readonly<Record<string, unknown>>): Promise<Pick<StatementOutcome, 'rows' | 'changes'>> {
    return new Promise((resolve, reject) =>
      this.#route(sql, named, function (error, rows = []) {
        if (error === null) resolve({ rows, changes: this.changes })
        else reject(error)
      }),
    )
  }

  /** An open transaction of a connection that goes away is rolled back, and its lock passed on. */
  close(callback?: (error: Error | null) => void): void {
    if (!this.#isClosed) {
      this.#isClosed = true
      for (const owner of this.#owners) {
        this.#file.lock.forget(owner)
        this.#endTurn(owner)
      }
      this.#file.leave()
    }
    callback?.(null)
  }

  #route(sql: string, parameters: Parameters | undefined, callback: Callback | undefined): void {
    const statement = { sql, parameters, callback, deadline: Date.now() + this.#patienceMs }
    const known = this.#isClosed ? undefined : this.#file.columns.get(sql)
    if (known !== undefined) {
      this.#answer(statement, null, known)
      return
    }
    const transaction = this.#transaction
    // SQLite ends a transaction by itself on a full disk or an I/O error, and a BEGIN may have failed: nothing is left to roll back then.
    if (ROLLBACK.test(sql) && (transaction === null || (END.test(sql) && !this.#file.isInTransaction))) {
      if (transaction !== null) this.#endTurn(transaction)
      this.#answer(statement, null, { rows: [], changes: 0, lastId: 0 })
      return
    }
    if (transaction !== null || READ.test(sql) || READ_INFO.test(sql)) {
      this.#attempt(statement, transaction)
      return
    }
    // Granted to a connection that has gone, the lock would stay with it for good.
    if (this.#isClosed) {
      this.#answer(statement, closed(this.#file.path))
      return
    }
    this.#owners.add(statement)
    this.#file.lock.acquire(statement, this.#patienceMs, (outcome) => {
      if (outcome === 'granted') {
        this.#attempt(statement, statement)
        return
      }
      this.#owners.delete(statement)
      this.#answer(statement, outcome === 'forgotten' ? closed(this.#file.path) : busyInThisProcess(this.#file.path, this.#patienceMs))
    })
  }

  /** Runs a statement in the turn of its owner, which is the transaction or the statement itself; null reads what is committed and needs no turn. */
  #attempt(statement: PendingStatement, owner: PendingStatement | null, tries = 0): void {
    const hindrance = this.#hindranceOf(statement, owner)
    if (hindrance !== null) {
      this.#answer(statement, hindrance)
      return
    }
    let outcome: StatementOutcome | undefined
    let failure: SqliteError | null = null
    try {
      const handle: SqliteHandle = owner === null ? this.#file.reader : this.#file.writer
      outcome = handle.execute(statement.sql, ...inputs(statement.parameters))
      if (COLUMNS.test(statement.sql) && outcome.rows.length > 0) this.#file.columns.set(statement.sql, outcome)
      else if (SCHEMA.test(statement.sql)) this.#file.columns.clear()
    } catch (error) {
      failure = asSqliteError(error)
    }
    if (failure !== null && (failure.errno & 0xff) === SQLITE_BUSY && Date.now() < statement.deadline) {
      // Another process writes. The lock of this process is kept meanwhile: nobody here could do better.
      setTimeout(() => this.#attempt(statement, owner, tries + 1), 1 + Math.random() * Math.min(20, 2 ** tries))
      return
    }
    if (owner !== null) this.#settleLock(statement, owner, failure)
    this.#answer(statement, failure, outcome)
  }

  /** Why a statement must not run although it is asked for: on its own it would be committed at once, in the middle of somebody else's transaction or after the end of its own. */
  #hindranceOf({ sql }: PendingStatement, owner: PendingStatement | null): SqliteError | null {
    if (this.#isClosed) return closed(this.#file.path)
    if (owner === null) return null
    if (!this.#file.lock.isHeldBy(owner)) return over('its transaction ended while it waited for another process')
    if (owner === this.#transaction && !END.test(sql) && !this.#file.isInTransaction) return over('SQLite has rolled its transaction back')
    return null
  }

  #settleLock({ sql }: PendingStatement, owner: PendingStatement, failure: SqliteError | null): void {
    if (BEGIN.test(sql) && failure === null) this.#transaction = owner
    else if (this.#transaction !== owner || END.test(sql)) this.#endTurn(owner)
  }

  /** Also after a COMMIT that failed: whatever is still open then must not stay in the way of the next writer. Without effect on the turns of others. */
  #endTurn(owner: PendingStatement): void {
    this.#owners.delete(owner)
    if (this.#transaction === owner) this.#transaction = null
    if (!this.#file.lock.isHeldBy(owner)) return
    this.#file.rollBackIfOpen()
    this.#file.lock.release(owner)
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

const over = (why: string): SqliteError => new SqliteError(`The statement was not run: ${why}.`, SQLITE_ERROR)

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
  const named: Record<string, SQLInputValue> = {}
  // Sequelize writes a dollar before each name, which is right for its own statements; ours have colons, and without either SQLite finds both.
  for (const name of Object.keys(parameters)) named[name.startsWith('$') ? name.slice(1) : name] = inputValue(parameters[name])
  return [[], named]
}

const isList = (parameters: Parameters): parameters is readonly unknown[] => Array.isArray(parameters)

function inputValue(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1n : 0n
  // As a number it would be bound as a REAL, with which 5 / 2 is 2.5.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a value of type ${value.constructor.name}.`)
}
