import { databases } from '@skyhold/testkit'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, type Snapshot, withSnapshot } from '../../src/database/index.ts'
import { createSeats, openTestDatabase, versionOf } from '../support/database-fixtures.ts'

const logger = pino({ level: 'silent' })

describe.each(databases())('snapshot on $name', ({ create }) => {
  let db: Database
  let url: string
  let drop: () => Promise<void>
  beforeEach(async () => {
    const created = await create()
    ;({ url, drop } = created)
    db = openTestDatabase(url)
    await createSeats(db, 3)
  })
  afterEach(async () => {
    await db.close()
    await drop()
  })

  const versionIn = async (snapshot: Snapshot): Promise<number> => {
    const [seat] = await snapshot.rows<{ version: number }>('SELECT version FROM seats WHERE id = :id', { id: 1 })
    return seat?.version ?? Number.NaN
  }

  test('a snapshot — others commit meanwhile — goes on seeing the instant of its beginning, and they do not wait for it', async () => {
    await withSnapshot({ url, logger }, async (snapshot) => {
      await db.run('UPDATE seats SET version = 7 WHERE id = 1')
      expect(await versionOf(db, 1)).toBe(7)
      expect(await versionIn(snapshot)).toBe(0)
      await db.transaction(async (tx) => {
        await db.run('DELETE FROM seats WHERE id = 2', {}, tx)
      })
      expect(await snapshot.rows('SELECT id FROM seats ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    })
    expect(await withSnapshot({ url, logger }, versionIn)).toBe(7)
  })

  test('a snapshot — while a writer has a row locked — reads what was committed and does not wait', async () => {
    await db.transaction(async (tx) => {
      await db.run('UPDATE seats SET version = 9 WHERE id = 1', {}, tx)
      expect(await withSnapshot({ url, logger }, versionIn)).toBe(0)
    })
  })

  test('a snapshot — that tries to write — is refused by the database', async () => {
    await expect(withSnapshot({ url, logger }, (snapshot) => snapshot.rows('UPDATE seats SET version = 1'))).rejects.toThrow(
      /READ ONLY|readonly|read.only/i,
    )
    expect(await versionOf(db, 1)).toBe(0)
  })

  test('a snapshot — with texts that hold quotes — compares them as they are', async () => {
    await db.run('UPDATE seats SET owner = :owner WHERE id = 1', { owner: "O'Brien" })
    expect(
      await withSnapshot({ url, logger }, (snapshot) => snapshot.rows('SELECT id FROM seats WHERE owner = :owner', { owner: "O'Brien" })),
    ).toEqual([{ id: 1 }])
  })

  test('a snapshot — of a statement that is wrong — throws and can still be read', async () => {
    await withSnapshot({ url, logger }, async (snapshot) => {
      await expect(snapshot.rows('SELECT nothing FROM nowhere')).rejects.toThrow()
      expect(await versionIn(snapshot)).toBe(0)
    })
  })
})

describe.each(databases().filter(({ name }) => name !== 'sqlite'))('snapshot on $name', ({ create }) => {
  test('a snapshot — of a statement that takes longer than it may — throws, the server has given it up, and the snapshot can still be read', async () => {
    const { url, drop } = await create()
    const db = openTestDatabase(url)
    await createSeats(db, 3)
    // 3 to the power of 30 rows: longer than anybody waits.
    const tables = Array.from({ length: 30 }, (_, i) => `seats s${i}`).join(', ')
    const endless = `SELECT COUNT(*) AS seats FROM ${tables} WHERE ${Array.from({ length: 30 }, (_, i) => `s${i}.version`).join(' + ')} > RAND()`
    await withSnapshot({ url, logger, statementSecondsMax: 1 }, async (snapshot) => {
      await expect(snapshot.rows(endless)).rejects.toThrow(/maximum statement execution time|max_statement_time/)
      expect(await snapshot.rows('SELECT id FROM seats ORDER BY id')).toHaveLength(3)
    })
    const running = await db.rows(`SELECT id FROM information_schema.processlist WHERE info LIKE '%seats s29%' AND id <> CONNECTION_ID()`)
    expect(running).toEqual([])
    await db.close()
    await drop()
  })
})

test('a snapshot — of a SQLite file that cannot be opened — throws', async () => {
  await expect(withSnapshot({ url: 'sqlite:/nowhere/at/all.sqlite', logger }, async () => 1)).rejects.toThrow(/unable to open/)
})
