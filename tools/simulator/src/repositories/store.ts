import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { SCHEMA } from './schema.ts'

interface Unit {
  run(): void
  resolve(): void
  reject(error: unknown): void
}

/**
 * The SQLite file of the provider. A commit is on the disk before its promise resolves, so that a kill loses no charge.
 * Units of work that arrive together share one disk flush, each behind its own savepoint.
 */
export class Store {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #waiting: Unit[] = []
  #closed = false

  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
    this.#database = new DatabaseSync(file)
    // Exclusive: which keys are being worked on is known to this process only, so a second one must not open the file.
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE')
    this.#database.exec('PRAGMA journal_mode = WAL')
    this.#database.exec('PRAGMA synchronous = FULL')
    this.#database.exec(SCHEMA)
  }

  /** Runs synchronous work in a transaction; all of it is durable, or none. A throw undoes this unit alone. */
  commit<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The store is closed.'))
    return new Promise<T>((resolve, reject) => {
      let result: { value: T } | undefined
      this.#waiting.push({
        run: () => {
          result = { value: work() }
        },
        resolve: () => (result ? resolve(result.value) : reject(new Error('A unit of work was resolved without having run.'))),
        reject,
      })
      if (this.#waiting.length === 1) setImmediate(() => this.#flush())
    })
  }

  rows<T extends object>(sql: string, ...values: SQLInputValue[]): T[] {
    // The rows are plain objects of the columns that the statement names.
    return this.#statement(sql).all(...values) as T[]
  }

  row<T extends object>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#statement(sql).get(...values) as T | undefined
  }

  /** Number of changed rows. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  close(): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const prepared = this.#database.prepare(sql)
    this.#statements.set(sql, prepared)
    return prepared
  }

  #flush(): void {
    const units = this.#waiting
    this.#waiting = []
    if (units.length === 0) return
    const done: Unit[] = []
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const unit of units) if (this.#runUnit(unit)) done.push(unit)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      for (const unit of units) unit.reject(error)
      return
    }
    for (const unit of done) unit.resolve()
  }

  #runUnit(unit: Unit): boolean {
    this.#database.exec('SAVEPOINT unit')
    try {
      unit.run()
      this.#database.exec('RELEASE unit')
      return true
    } catch (error) {
      this.#database.exec('ROLLBACK TO unit')
      this.#database.exec('RELEASE unit')
      unit.reject(error)
      return false
    }
  }
}
