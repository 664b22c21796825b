import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { QueryInterface, Transaction } from 'sequelize'
import type { RunnableMigration } from 'umzug'
import { CannotStart } from '../cannot-start.ts'
import type { Logger } from '../logger.ts'
import { type Columns, columnsFor } from './columns.ts'
import { sqlitePath } from './connections.ts'
import type { Database } from './database.ts'

export interface MigrationContext {
  db: Database
  queryInterface: QueryInterface
  columns: Columns
}

/**
 * What a file `NNNN-name.ts` exports: `export const up: Migration['up'] = async ({ queryInterface, columns }) => …`.
 * It adds, and takes nothing away that the version before still uses: old and new processes run side by side during an update. It may run twice if the process dies in it
 * (createTable and createIndex do not mind).
 */
export interface Migration {
  up(context: MigrationContext): Promise<void>
  down?(context: MigrationContext): Promise<void>
}

interface Migrating {
  db: Database
  url: string
  folder: string | URL
  logger: Logger
}

const TABLE = 'schema_migrations'
const FILE_NAME = /^(\d{4}-[a-z0-9-]+)\.(?:ts|js)$/
/** A second process waits for the first to finish: altering a large table takes minutes. */
const LOCK_PATIENCE_MS = 10 * 60_000

export async function migrate({ db, url, folder, logger }: Migrating): Promise<void> {
  const queryInterface = db.sequelize.getQueryInterface()
  const context: MigrationContext = { db, queryInterface, columns: columnsFor(queryInterface) }
  const migrations = await migrationsOf(folder)
  const storage = storageIn(db)
  const work = async (): Promise<void> => {
    await db.run(`CREATE TABLE IF NOT EXISTS ${TABLE} (name VARCHAR(100) NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)`)
    const applied = new Set(await storage.executed())
    if (migrations.every(({ name }) => applied.has(name))) return
    // Two hundred modules come with it, which most starts of a process have no use for.
    const { Umzug } = await import('umzug')
    const umzug = new Umzug<MigrationContext>({ migrations, context, storage, logger: undefined })
    umzug.on('migrated', ({ name }) => logger.info({ migration: name }, 'migration applied'))
    await umzug.up()
  }
  await (db.dialect === 'sqlite' ? alone(sqliteLock(sqlitePath(url)), work) : alone(serverLock(db, url), work))
}

async function migrationsOf(folder: string | URL): Promise<RunnableMigration<MigrationContext>[]> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const names = (await readdir(path)).sort()
  const seen = new Set<string>()
  const migrations: RunnableMigration<MigrationContext>[] = []
  for (const fileName of names) {
    const name = FILE_NAME.exec(fileName)?.[1]
    if (name === undefined) continue
    const number = name.slice(0, 4)
    if (seen.has(number)) throw new CannotStart(`Two migrations in ${path} have the number ${number}.`)
    seen.add(number)
    migrations.push(migrationIn(join(path, fileName), name))
  }
  return migrations
}

function migrationIn(path: string, name: string): RunnableMigration<MigrationContext> {
  const load = async (): Promise<Migration> => {
    const module: Partial<Migration> = await import(pathToFileURL(path).href)
    if (typeof module.up !== 'function') throw new CannotStart(`The migration ${path} exports no function up.`)
    return { ...module, up: module.up }
  }
  return {
    name,
    path,
    up: async ({ context }) => (await load()).up(context),
    down: async ({ context }) => (await load()).down?.(context),
  }
}

function storageIn(db: Database) {
  return {
    async executed(): Promise<string[]> {
      const rows = await db.rows<{ name: string }>(`SELECT name FROM ${TABLE} ORDER BY name`)
      return rows.map((row) => row.name)
    },
    async logMigration({ name }: { name: string }): Promise<void> {
      await db.run(`INSERT INTO ${TABLE} (name, applied_at) VALUES (:name, :now)`, { name, now: await db.now() })
    },
    async unlogMigration({ name }: { name: string }): Promise<void> {
      await db.run(`DELETE FROM ${TABLE} WHERE name = :name`, { name })
    },
  }
}

/** A lock that the operating system or the server takes back when its owner dies. */
interface MigrationLock {
  /** One try, which may take a second. */
  take(): Promise<boolean>
  release(): Promise<void>
}

async function alone(lock: MigrationLock, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + LOCK_PATIENCE_MS
  while (!(await lock.take())) {
    if (Date.now() > deadline) throw new Error('Another process has been migrating this database for ten minutes.')
  }
  try {
    await work()
  } finally {
    await lock.release()
  }
}

/** GET_LOCK belongs to a connection, so one stays in an empty transaction while another one does the work. */
function serverLock(db: Database, url: string): MigrationLock {
  // Lock names are the whole server's, and at most 64 characters long.
  const name = `migrate-${createHash('sha256').update(new URL(url).pathname).digest('hex').slice(0, 40)}`
  let tx: Transaction | undefined
  return {
    async take() {
      tx ??= await db.sequelize.transaction()
      const [answer] = await db.rows<{ got: number }>('SELECT GET_LOCK(:name, 1) AS got', { name }, tx)
      return answer?.got === 1
    },
    async release() {
      if (tx === undefined) return
      await db.rows('SELECT RELEASE_LOCK(:name) AS released', { name }, tx)
      await tx.rollback()
    },
  }
}

/** An exclusive transaction on a file beside the database: the statements of a migration each need the write lock of the database itself. */
function sqliteLock(path: string): MigrationLock {
  let beside: DatabaseSync | undefined
  return {
    async take() {
      await mkdir(dirname(path), { recursive: true })
      beside ??= new DatabaseSync(`${path}.migrating`, { timeout: 0 })
      try {
        beside.exec('BEGIN EXCLUSIVE')
        return true
      } catch (error) {
        if (!isBusy(error)) throw error
        await delay(20 + Math.random() * 30)
        return false
      }
    },
    async release() {
      beside?.exec('ROLLBACK')
      beside?.close()
    },
  }
}

const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
