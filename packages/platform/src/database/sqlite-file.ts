import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { WriteLock } from './sqlite-lock.ts'

/** FULL: a commit survives a loss of power. NORMAL: the last commits may be lost with the power, never with the process; the file stays whole either way. */
export type Synchronous = 'FULL' | 'NORMAL'

export interface StatementOutcome {
  rows: Record<string, unknown>[]
  changes: number
  lastId: number
}

interface CachedStatement {
  statement: StatementSync
  returnsRows: boolean
}

/** Enough for every distinct text of a service; texts with values written into them come and go. */
const CACHED_STATEMENTS = 256
/** Longer texts are multi-row inserts that do not come again as they are. */
const CACHED_TEXT_LENGTH = 4096

/** One connection of SQLite itself, with its prepared statements. */
export class SqliteHandle {
  readonly #db: DatabaseSync
  readonly #cache = new Map<string, CachedStatement>()

  constructor(path: string, pragmas: string) {
    // timeout 0: SQLite would wait by sleeping, with the whole process.
    this.#db = new DatabaseSync(path, { timeout: 0 })
    try {
      this.#db.exec(pragmas)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  get isInTransaction(): boolean {
    return this.#db.isTransaction
  }

  execute(sql: string, positional: SQLInputValue[], named: Record<string, SQLInputValue> | null): StatementOutcome {
    const { statement, returnsRows } = this.#prepare(sql)
    if (returnsRows) {
      const rows = named === null ? statement.all(...positional) : statement.all(named)
      return { rows, changes: 0, lastId: 0 }
    }
    const { changes, lastInsertRowid } = named === null ? statement.run(...positional) : statement.run(named)
    return { rows: [], changes: Number(changes), lastId: Number(lastInsertRowid) }
  }

  rollBack(): void {
    this.#db.exec('ROLLBACK')
  }

  close(): void {
    this.#cache.clear()
    this.#db.close()
  }

  #prepare(sql: string): CachedStatement {
    const cached = this.#cache.get(sql)
    if (cached !== undefined) {
      // Put back at the end, so that the first of the map is the one unused for longest.
      this.#cache.delete(sql)
      this.#cache.set(sql, cached)
      return cached
    }
    const statement = this.#db.prepare(sql)
    const fresh = { statement, returnsRows: statement.columns().length > 0 }
    if (sql.length > CACHED_TEXT_LENGTH) return fresh
    this.#cache.set(sql, fresh)
    if (this.#cache.size > CACHED_STATEMENTS) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest)
        break
      }
    }
    return fresh
  }
}

/**
 * One SQLite file as this process sees it: a handle that writes, under the lock, and one that reads what is committed.
 * Two are enough, because the engine is synchronous: no two statements of a process ever run at once.
 */
export class SqliteFile {
  readonly path: string
  readonly synchronous: Synchronous
  readonly lock = new WriteLock()
  /** What tables have for columns, by the statement that asks. */
  readonly columns = new Map<string, StatementOutcome>()
  #writer: SqliteHandle | null = null
  #reader: SqliteHandle | null = null
  #users = 0

  constructor(path: string, synchronous: Synchronous) {
    this.path = path
    this.synchronous = synchronous
  }

  /** Opened at first use, in a folder that is made if it is not there. Throws SQLITE_BUSY while another process turns the file to WAL or recovers it. */
  get writer(): SqliteHandle {
    if (this.#writer !== null) return this.#writer
    mkdirSync(dirname(this.path), { recursive: true })
    this.#writer = new SqliteHandle(
      this.path,
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${this.synchronous}; PRAGMA foreign_keys = ON`,
    )
    return this.#writer
  }

  get reader(): SqliteHandle {
    // The writer comes first: it creates the file and turns it to WAL, in which readers and the writer do not wait for each other.
    if (this.#reader === null && this.writer !== null) this.#reader = new SqliteHandle(this.path, 'PRAGMA query_only = ON')
    return this.#reader ?? this.writer
  }

  get isInTransaction(): boolean {
    return this.#writer?.isInTransaction ?? false
  }

  /** Never throws: the next writer must find no transaction open. */
  rollBackIfOpen(): void {
    const writer = this.#writer
    if (writer === null || !writer.isInTransaction) return
    try {
      writer.rollBack()
    } catch {
      // The disk failed. Closing undoes what is open, as a crash would; the next statement opens the file anew and says what is wrong with it.
      this.#writer = null
      writer.close()
    }
  }

  use(): void {
    this.#users += 1
  }

  /** Closes both handles with the last user. */
  leave(): void {
    this.#users -= 1
    if (this.#users > 0) return
    this.#reader?.close()
    this.#writer?.close()
    this.#reader = null
    this.#writer = null
    if (files.get(this.path) === this) files.delete(this.path)
  }
}

/** Several Sequelize objects of one process may open the same file: they must share its lock. */
const files = new Map<string, SqliteFile>()

export function sqliteFile(name: string, synchronous: Synchronous): SqliteFile {
  const path = resolve(name)
  const known = files.get(path)
  if (known === undefined) {
    const file = new SqliteFile(path, synchronous)
    files.set(path, file)
    return file
  }
  if (known.synchronous !== synchronous) {
    throw new Error(`${path} is open with synchronous = ${known.synchronous} already; it cannot be opened with ${synchronous} beside that.`)
  }
  return known
}
