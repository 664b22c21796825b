import { randomBytes } from 'node:crypto'
import os from 'node:os'
import { createLogger, type Database, IntegrityResults, openDatabase, runChecks } from '@skyhold/platform'
import { bookingsChecks } from '../src/integrity/index.ts'
import { fillStatements } from './integrity-filling.ts'

/**
 * Times the integrity checks on a large database: makes one of its own beside whatever the server has, fills it, runs the checks and drops it.
 *   DATABASE_URL=mysql://root:secret@127.0.0.1:3306 node services/bookings/scripts/measure-integrity.ts [bookings, a million unless told]
 * Never against a server that people use: it writes gigabytes.
 */
const RULES = { answerMs: 5_000, timeoutMs: 10_000, pinMaxMs: 900_000 }
/** The first run remembers nothing; those after it are like the ones that are repeated every five minutes, each with other slices. */
const RUNS = 3
const logger = createLogger({ service: 'measure', level: 'error' })

async function main(): Promise<void> {
  const server = process.env.DATABASE_URL
  const count = Number(process.argv[2] ?? 1_000_000)
  if (!server?.startsWith('mysql:') || !Number.isInteger(count) || count < 1000)
    throw new Error('DATABASE_URL must be an administrator’s mysql:// URL, and the number of bookings a whole number from 1000.')
  const name = `measure_integrity_${randomBytes(4).toString('hex')}`
  const admin = openDatabase({ url: Object.assign(new URL(server), { pathname: '/information_schema' }).href, logger, silenceSeconds: 600 })
  await admin.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const db = openDatabase({ url, logger, silenceSeconds: 3_600 })
  try {
    const [about] = await db.rows<{ version: string; pool: number }>('SELECT VERSION() AS version, @@innodb_buffer_pool_size AS pool')
    console.log(`${new Date().toISOString()}  ${os.cpus().length} × ${os.cpus()[0]?.model}, load ${os.loadavg()[0]?.toFixed(1)}`)
    console.log(`${about?.version}, buffer pool ${Math.round((about?.pool ?? 0) / 2 ** 20)} MiB`)
    await fill(db, count)
    for (let run = 1; run <= RUNS; run += 1) await measure({ db, url }, run)
  } finally {
    await db.close()
    await admin.run(`DROP DATABASE ${name}`)
    await admin.close()
  }
}

async function fill(db: Database, count: number): Promise<void> {
  await db.migrate(new URL('../migrations/', import.meta.url))
  const startedAt = performance.now()
  const nowMs = await db.now()
  for (const sql of fillStatements(count)) await db.run(sql, { nowMs, count })
  const tables = ['bookings', 'claims', 'tickets', 'payments', 'audit', 'outbox']
  const rows: string[] = []
  for (const table of tables) rows.push(`${(await db.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n} ${table}`)
  console.log(`filled in ${Math.round((performance.now() - startedAt) / 1000)} s: ${rows.join(', ')}`)
}

async function measure({ db, url }: { db: Database; url: string }, run: number): Promise<void> {
  const results = new IntegrityResults(db)
  const startedAt = performance.now()
  await runChecks(bookingsChecks(RULES), { db, url, results, logger })
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`\nrun ${run}: ${seconds.toFixed(1)} s, load ${os.loadavg()[0]?.toFixed(1)}`)
  for (const { name, violations, tookMs, scope, sample } of await results.list())
    console.log(
      `  ${name.padEnd(24)} ${String(tookMs).padStart(6)} ms  ${violations} violations ${sample[0] ?? ''}${scope ? `  (${scope})` : ''}`,
    )
}

await main()
