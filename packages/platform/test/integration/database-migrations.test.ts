import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { databases, tempDir } from '@skyhold/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, errorKind } from '../../src/database/index.ts'
import { openTestDatabase } from '../support/database-fixtures.ts'

// Lock waits of whole seconds and processes of their own take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const FOLDER = new URL('../fixtures/database-migrations/', import.meta.url)
const MIGRATE = fileURLToPath(new URL('../fixtures/database-migrate.ts', import.meta.url))
const run = promisify(execFile)

describe.each(databases())('migrations on $name', ({ name, create }) => {
  let url: string
  let drop: () => Promise<void>
  let db: Database

  beforeEach(async () => {
    ;({ url, drop } = await create())
    db = openTestDatabase(url)
    await db.connect()
  })
  afterEach(async () => {
    await db.close()
    await drop()
  })

  const applied = async (): Promise<string[]> =>
    (await db.rows<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name')).map((row) => row.name)
  const timesRun = async (): Promise<number> => (await db.rows('SELECT id FROM runs')).length

  test('a folder — migrated twice — is applied once, in order', async () => {
    await db.migrate(FOLDER)
    await db.migrate(FOLDER)
    expect(await applied()).toEqual(['0001-seats', '0002-count'])
    expect(await timesRun()).toBe(1)
  })

  test('two migrators at once — in one process and in three — apply each migration once', async () => {
    const other = openTestDatabase(url)
    await Promise.all([
      db.migrate(FOLDER),
      other.migrate(FOLDER),
      run(process.execPath, [MIGRATE, url]),
      run(process.execPath, [MIGRATE, url]),
    ])
    await other.close()
    expect(await applied()).toEqual(['0001-seats', '0002-count'])
    expect(await timesRun()).toBe(1)
  })

  test('a migration that died half way — run again — goes on where it can', async () => {
    await db.migrate(FOLDER)
    await db.run("DELETE FROM schema_migrations WHERE name = '0001-seats'")
    await db.migrate(FOLDER)
    expect(await applied()).toEqual(['0001-seats', '0002-count'])
  })

  test('columns — filled with what they are for — agree on all three databases', async () => {
    await db.migrate(FOLDER)
    const seat = {
      id: 'sea_aB',
      flight_id: 'flt_1',
      designator: '12A',
      holder: 'Nguyễn 🛫',
      extras: '{"meal":"vegan"}',
      price_minor: 9_007_199_254_740_991,
      sold_at: 1_700_000_000_123,
      is_exit_row: 1,
    }
    const insert = (row: typeof seat): Promise<number> => db.run('INSERT INTO seats VALUES (:row)', { row: Object.values(row) })
    await insert(seat)
    expect(await db.rows('SELECT * FROM seats')).toEqual([seat])
    // Ids and texts differ by case, on servers too.
    await insert({ ...seat, id: 'sea_ab', designator: '12a' })
    expect(errorKind(await insert({ ...seat, id: 'sea_3' }).catch((error: unknown) => error))).toBe('duplicate')
    expect(errorKind(await db.run("INSERT INTO seats (id) VALUES ('x')").catch((error: unknown) => error))).toBe('other')
    if (name === 'sqlite') return
    const [table] = await db.rows<Record<string, string>>("SHOW TABLE STATUS LIKE 'seats'")
    expect(table).toMatchObject({ Engine: 'InnoDB', Collation: 'utf8mb4_bin' })
  })

  test('a migration that throws — in a folder — is not recorded, and the lock is free again', async () => {
    const folder = tempDir('migrations')
    await writeFile(join(folder, '0001-broken.ts'), "export const up = async () => { throw new Error('broken') }")
    await expect(db.migrate(folder)).rejects.toThrow(/0001-broken/)
    expect(await applied()).toEqual([])
    await db.migrate(FOLDER)
    expect(await applied()).toEqual(['0001-seats', '0002-count'])
    await rm(folder, { recursive: true })
  })

  test('two migrations of one number — in a folder — are refused', async () => {
    const folder = tempDir('migrations')
    for (const file of ['0001-a.ts', '0001-b.ts']) await writeFile(join(folder, file), 'export const up = async () => {}')
    await expect(db.migrate(folder)).rejects.toThrow('have the number 0001')
    await rm(folder, { recursive: true })
  })
})
