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

export interface TestDatabaseKind {
  name: 'sqlite' | 'mariadb' | 'mysql'
  create: () => Promise<TestDatabase>
}

/**
 * The databases that this run has: SQLite always, the servers when TEST_MARIADB_URL and TEST_MYSQL_URL are set (`npm test` starts and sets them).
 * Each create() makes an empty one of its own, so that tests run side by side.
 */
export function databases(env: NodeJS.ProcessEnv = process.env): TestDatabaseKind[] {
  const kinds: TestDatabaseKind[] = [{ name: 'sqlite', create: createSqlite }]
  const { TEST_MARIADB_URL: mariadb, TEST_MYSQL_URL: mysql } = env
  if (mariadb) kinds.push({ name: 'mariadb', create: () => createOnServer(mariadb) })
  if (mysql) kinds.push({ name: 'mysql', create: () => createOnServer(mysql) })
  return kinds
}

async function createSqlite(): Promise<TestDatabase> {
  const folder = tempDir('sqlite')
  return { url: `sqlite:${path.join(folder, 'test.sqlite')}`, drop: async () => rmSync(folder, { recursive: true, force: true }) }
}

const tidied = new Set<string>()

async function createOnServer(serverUrl: string): Promise<TestDatabase> {
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
  return {
    url: url.href,
    drop: () => onServer(serverUrl, async (connection) => void (await connection.query(`DROP DATABASE IF EXISTS \`${name}\``))),
  }
}

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
