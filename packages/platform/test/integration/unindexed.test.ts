import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { type Database, unindexed } from '../../src/database/index.ts'
import { openTestDatabase } from '../support/database-fixtures.ts'

const HOLDS = 3_000
const ids = Array.from({ length: HOLDS }, (_, i) => `hld_${i}`)
const someIds = ids.slice(0, 300)
/** Every third is over. */
const rows = ids.map((id, i) => [id, i % 3 === 0 ? 'expired' : 'active', i])

async function openWithHolds(url: string): Promise<Database> {
  const db = openTestDatabase(url)
  await db.run('CREATE TABLE holds (id VARCHAR(20) NOT NULL PRIMARY KEY, status VARCHAR(20) NOT NULL, expires_at BIGINT NOT NULL)')
  await db.run('CREATE INDEX holds_by_expiry ON holds (status, expires_at)')
  await db.run('INSERT INTO holds (id, status, expires_at) VALUES :rows', { rows })
  // The servers plan by what they know of the table, which they otherwise learn when they come to it.
  if (db.dialect === 'mysql') await db.rows('ANALYZE TABLE holds')
  return db
}

describe.each(databases())('a column named unindexed on $name', ({ create }) => {
  test.each([
    ['a value', `${unindexed('status')} = 'active'`],
    ['a list', `${unindexed('status')} IN ('active', 'pinned')`],
  ])('compared with %s — compares as the column does, and the rows are found by their keys', async (_, condition) => {
    const { url, drop } = await create()
    const db = await openWithHolds(url)
    const statement = `UPDATE holds SET status = 'released' WHERE id IN (:someIds) AND ${condition}`
    const plan = await db.rows<{ detail?: string; type?: string; key?: string }>(
      `${db.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN FORMAT=TRADITIONAL'} ${statement}`,
      { someIds },
    )
    expect(plan.map(({ detail, type, key }) => detail ?? `${type} ${key}`)).toEqual([
      expect.stringMatching(/^(range PRIMARY|SEARCH holds USING INDEX sqlite_autoindex_holds_1 \(id=\?\))$/),
    ])
    expect(await db.run(statement, { someIds })).toBe(someIds.filter((_id, i) => i % 3 !== 0).length)
    const counts = await db.rows<{ status: string; count: number }>(
      'SELECT status, COUNT(*) AS count FROM holds GROUP BY status ORDER BY status',
    )
    expect(counts.map(({ status, count }) => [status, Number(count)])).toEqual([
      ['active', 1_800],
      ['expired', 1_000],
      ['released', 200],
    ])
    await db.close()
    await drop()
  })
})
