import type { TestDatabaseKind } from '@skyhold/testkit'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Database } from '../../src/database/index.ts'
import { openTables } from './outbox-fixtures.ts'

/** One database with the tables of the platform for all tests of a describe, which find them empty. */
export function sharedTables(create: TestDatabaseKind['create']): { db: () => Database; url: () => string } {
  let db: Database
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await create())
    db = await openTables(url)
  })
  beforeEach(async () => {
    for (const table of ['outbox', 'inbox', 'job_leases', 'effects']) await db.run(`DELETE FROM ${table}`)
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })
  return { db: () => db, url: () => url }
}
