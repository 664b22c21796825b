import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import mysql from 'mysql2/promise'

/** Databases of one run, removed at its end. */
export interface Databases {
  /** What the figures were taken on, for the report. */
  readonly title: string
  readonly folder: string
  /** The URL of a new, empty database. */
  create(name: string): Promise<string>
  drop(): Promise<void>
}

/** `serverUrl` is an administrator's mysql:// URL; without it every database is an SQLite file. */
export async function openDatabases(serverUrl: string | undefined): Promise<Databases> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'skyhold-bench-'))
  if (!serverUrl) {
    return {
      title: 'embedded SQLite (synchronous=FULL)',
      folder,
      create: (name) => Promise.resolve(`sqlite:${path.join(folder, `${name}.sqlite`)}`),
      drop: () => rm(folder, { recursive: true, force: true }),
    }
  }
  const connection = await mysql.createConnection(serverUrl)
  const [[row]] = await connection.query<(mysql.RowDataPacket & { version: string; flush: number; sync: number })[][]>(
    'SELECT VERSION() AS version, @@innodb_flush_log_at_trx_commit AS flush, @@sync_binlog AS sync',
  )
  const { version = '?', flush = '?', sync = '?' } = (row ?? {}) as { version?: string; flush?: number; sync?: number }
  const created: string[] = []
  return {
    title: `${version} (innodb_flush_log_at_trx_commit=${flush}, sync_binlog=${sync})`,
    folder,
    async create(name) {
      const database = `bench_${name}_${randomBytes(4).toString('hex')}`
      await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
      created.push(database)
      return Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href
    },
    async drop() {
      for (const database of created) await connection.query(`DROP DATABASE IF EXISTS ${database}`)
      await connection.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
