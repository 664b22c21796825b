import { rmSync } from 'node:fs'
import path from 'node:path'
import { type Connection, createConnection } from 'mysql2/promise'
import type { RowDataPacket } from 'mysql2/promise'
import { isLeftover, testName } from './leftovers.ts'
import { tempDir } from './temp-dir.ts'

export interface TestDatabase {
  /** For openDatabase: `sqlite:/path/file.sqlite` or `mysql://user:password@host:port/name`. */
  url: string
  drop(): Promise<void>
}

/** Whose tables a database may have already. */
export interface Tables {
  service: string
  /** Tables with rows of the migrations, which are left as they are. */
  keeping?: readonly string[]
}

export interface TestDatabaseKind {
  name: 'sqlite' | 'mariadb' | 'mysql'
  /**
   * An empty database. With the name of a service perhaps one that a former test of this process has left, with the tables of that service
   * and no rows in them: on a server tables take ten times as long to make as to empty. A test that changes tables asks without it.
   */
  create: (tables?: Tables) => Promise<TestDatabase>
}

/**
 * The databases that this run has: SQLite always, the servers when TEST_MARIADB_URL and TEST_MYSQL_URL are set (`npm test` starts and sets them).
 * Each create() makes an empty one of its own, so that tests run side by side.
 */
export function databases(env: NodeJS.ProcessEnv = process.env): TestDatabaseKind[] {
  const kinds: TestDatabaseKind[] = [{ name: 'sqlite', create: createSqlite }]
  const { TEST_MARIADB_URL: mariadb, TEST_MYSQL_URL: mysql } = env
  if (mariadb) kinds.push({ name: 'mariadb', create: (tables) => createOnServer(mariadb, tables) })
  if (mysql) kinds.push({ name: 'mysql', create: (tables) => createOnServer(mysql, tables) })
  return kinds
}

async function createSqlite(): Promise<TestDatabase> {
  const folder = tempDir('sqlite')
  return { url: `sqlite:${path.join(folder, 'test.sqlite')}`, drop: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** Where platform notes the migrations. */
const MIGRATIONS = 'schema_migrations'
const tidied = new Set<string>()

/** What tests have left for the next ones, by server and service. */
const left = new Map<string, string[]>()

async function createOnServer(serverUrl: string, tables?: Tables): Promise<TestDatabase> {
  if (!tables) {
    const url = await createEmpty(serverUrl)
    return { url, drop: () => dropDatabase(serverUrl, url) }
  }
  const key = `${serverUrl} ${tables.service}`
  const url = left.get(key)?.pop() ?? (await createEmpty(serverUrl))
  return {
    url,
    drop: async () => {
      await emptyTables(url, tables.keeping)
      left.set(key, [...(left.get(key) ?? []), url])
    },
  }
}

async function createEmpty(serverUrl: string): Promise<string> {
  const name = testName()
  await onServer(serverUrl, async (connection) => {
    if (!tidied.has(serverUrl)) {
      tidied.add(serverUrl)
      await dropLeftovers(connection)
    }
    await connection.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`)
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

const dropDatabase = (serverUrl: string, url: string): Promise<void> =>
  onServer(serverUrl, async (connection) => void (await connection.query(`DROP DATABASE IF EXISTS \`${new URL(url).pathname.slice(1)}\``)))

/** Which migrations were made stays known. */
const emptyTables = (url: string, keeping: readonly string[] = []): Promise<void> =>
  onServer(url, async (connection) => {
    const [rows] = await connection.query<(RowDataPacket & { name: string })[]>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    await connection.query('SET foreign_key_checks = 0')
    const kept = new Set([MIGRATIONS, ...keeping])
    for (const { name } of rows) if (!kept.has(name)) await connection.query(`DELETE FROM \`${name}\``)
  })

async function dropLeftovers(connection: Connection): Promise<void> {
  const [rows] = await connection.query<(RowDataPacket & { name: string })[]>('SELECT schema_name AS name FROM information_schema.schemata')
  for (const { name } of rows) if (isLeftover(name)) await connection.query(`DROP DATABASE IF EXISTS \`${name}\``)
}

async function onServer<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url, connectTimeout: 10_000 })
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}
