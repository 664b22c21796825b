import { DatabaseSync } from 'node:sqlite'
import { databases } from '@skyhold/testkit'
import { DataTypes, Transaction } from 'sequelize'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, errorKind } from '../../src/database/index.ts'
import { createSeats, openTestDatabase, versionOf } from '../support/database-fixtures.ts'

describe.each(databases())('database on $name', ({ name, create }) => {
  let url: string
  let drop: () => Promise<void>
  let db: Database

  beforeEach(async () => {
    ;({ url, drop } = await create())
    db = openTestDatabase(url)
    await db.connect()
    await createSeats(db, 3)
  })
  afterEach(async () => {
    await db.close()
    await drop()
  })

  test('a transaction — whose work ends — is committed, and its result returned', async () => {
    const result = await db.transaction(async (tx) => db.run('UPDATE seats SET version = 7 WHERE id = 1', {}, tx))
    expect(result).toBe(1)
    expect(await versionOf(db, 1)).toBe(7)
  })

  test('a transaction — whose work throws — is rolled back, tried once, and the next one runs', async () => {
    let tries = 0
    const failing = db.transaction(async (tx) => {
      tries += 1
      await db.run('UPDATE seats SET version = 7 WHERE id = 1', {}, tx)
      throw new Error('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    expect([tries, await versionOf(db, 1)]).toEqual([1, 0])
    await db.transaction((tx) => db.run('UPDATE seats SET version = 8 WHERE id = 1', {}, tx))
    expect(await versionOf(db, 1)).toBe(8)
  })

  test.each(['commit', 'rollback'] as const)(
    'a statement — of a transaction that has ended by %s — is refused, and not run',
    async (end) => {
      let ended: Transaction | undefined
      const done = db.transaction(async (tx) => {
        ended = tx
        if (end === 'rollback') throw new Error('the work failed')
      })
      await done.catch(() => undefined)
      expect(ended).toBeDefined()
      await expect(db.run('UPDATE seats SET version = 7 WHERE id = 1', {}, ended)).rejects.toThrow(end)
      await expect(db.rows('SELECT version FROM seats', {}, ended)).rejects.toThrow(end)
      expect(await versionOf(db, 1)).toBe(0)
    },
  )

  test('what a transaction has written — read from outside — is not there before the commit', async () => {
    await db.transaction(async (tx) => {
      await db.run('UPDATE seats SET version = 7 WHERE id = 1', {}, tx)
      expect(await versionOf(db, 1)).toBe(0)
    })
  })

  test('a transaction — as it begins — is IMMEDIATE on SQLite and READ COMMITTED on servers', async () => {
    await db.transaction(async (tx) => {
      if (name === 'sqlite') {
        const rival = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 0 })
        expect(() => rival.exec('BEGIN IMMEDIATE')).toThrow('locked')
        rival.close()
        return
      }
      await db.run('UPDATE seats SET version = 1 WHERE id = 1', {}, tx)
      const [own] = await db.rows<{ level: string }>(
        'SELECT trx_isolation_level AS level FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()',
        {},
        tx,
      )
      expect(own?.level).toBe('READ COMMITTED')
    })
  })

  test('changed rows — an update that changes nothing on a server — are counted, not found rows', async () => {
    expect(await db.run('UPDATE seats SET owner = :owner WHERE id IN (:ids)', { owner: 'ana', ids: [1, 2] })).toBe(2)
    const again = await db.run('UPDATE seats SET owner = :owner WHERE id IN (:ids)', { owner: 'ana', ids: [1, 2] })
    expect(again).toBe(name === 'sqlite' ? 2 : 0)
    expect(await db.run('UPDATE seats SET owner = NULL WHERE id = 99')).toBe(0)
    expect(await db.run('DELETE FROM seats')).toBe(3)
  })

  test('changed rows — a duplicate key that updates — count two on servers and one on SQLite', async () => {
    const upsert =
      name === 'sqlite'
        ? 'INSERT INTO seats (id, version) VALUES :rows ON CONFLICT (id) DO UPDATE SET version = excluded.version'
        : 'INSERT INTO seats (id, version) VALUES :rows ON DUPLICATE KEY UPDATE version = 9'
    expect(
      await db.run(upsert, {
        rows: [
          [1, 9],
          [50, 9],
        ],
      }),
    ).toBe(name === 'sqlite' ? 2 : 3)
  })

  test('50 takers at once of one seat — by a conditional update — one wins', async () => {
    const counts = await Promise.all(
      Array.from({ length: 50 }, (_, taker) =>
        db.transaction((tx) => db.run('UPDATE seats SET owner = :owner WHERE id = 1 AND owner IS NULL', { owner: `taker-${taker}` }, tx)),
      ),
    )
    expect(counts.filter((count) => count === 1)).toHaveLength(1)
    expect(counts.filter((count) => count === 0)).toHaveLength(49)
  })

  test('100 transactions — on a pool of two — all finish', async () => {
    const small = openTestDatabase(url, { pool: { max: 2 } })
    await Promise.all(
      Array.from({ length: 100 }, () =>
        small.transaction(async (tx) => {
          await small.rows('SELECT id FROM seats', {}, tx)
          await small.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx)
        }),
      ),
    )
    await small.close()
    expect(await versionOf(db, 1)).toBe(100)
  })

  test('texts of any script and any sign — written and read — come back as they were', async () => {
    for (const text of [
      "O'Brien",
      'Nguyễn 🛫',
      'back\\slash \\\' "quoted"',
      'مرحبا',
      'line\nbreak',
      "x' OR 1=1 -- ",
      ':id',
      '%_',
      '\u001a',
    ]) {
      await db.run('UPDATE seats SET owner = :text WHERE id = 1', { text })
      expect(await db.rows('SELECT owner FROM seats WHERE owner = :text', { text })).toEqual([{ owner: text }])
    }
  })

  test('texts — compared — differ by case on every database', async () => {
    await db.run("UPDATE seats SET owner = 'bkg_aB' WHERE id = 1")
    const [row] = await db.rows<{ same: number }>("SELECT 'a' = 'A' AS same")
    expect(row?.same).toBe(0)
  })

  test('numbers — BIGINT, COUNT and SUM — come back as numbers', async () => {
    await db.run('UPDATE seats SET version = :version WHERE id = 1', { version: 1_700_000_000_123 })
    const [row] = await db.rows('SELECT MAX(version) AS top, COUNT(*) AS seats, SUM(version) AS total FROM seats')
    expect(row).toEqual({ top: 1_700_000_000_123, seats: 3, total: 1_700_000_000_123 })
  })

  test('a big integer — as a value — is itself, where a number would be its neighbour', async () => {
    const same = 'SELECT :value = 9007199254740993 AS isSame'
    expect(await db.rows(same, { value: 9_007_199_254_740_993n })).toEqual([{ isSame: 1 }])
    expect(await db.rows(same, { value: 9_007_199_254_740_992n })).toEqual([{ isSame: 0 }])
  })

  test('pairs — looked for by tupleList — are found', async () => {
    const keys = [
      [1, 0],
      [2, 5],
    ]
    expect(await db.rows(`SELECT id FROM seats WHERE (id, version) IN (${db.tupleList(':keys')})`, { keys })).toEqual([{ id: 1 }])
  })

  test('a Date — as a value — is refused before it reaches the database', async () => {
    const values = { at: new Date() } as never // what a caller without types could do
    await expect(db.rows('SELECT :at AS at', values)).rejects.toThrow(/Date/)
    await expect(db.run('UPDATE seats SET version = :at', values)).rejects.toThrow(/Date/)
  })

  test('errors — of keys, checks and syntax — are told apart by number', async () => {
    const kind = (sql: string): Promise<string> => db.run(sql).then(() => 'none', errorKind)
    expect(await kind('INSERT INTO seats (id, version) VALUES (1, 0)')).toBe('duplicate')
    expect(await kind('UPDATE seats SET version = -1 WHERE id = 1')).toBe('check')
    expect(await kind('INSERT INTO seats (id) VALUES (1000)')).toBe('other')
    expect(await kind('SELEC')).toBe('other')
    await db.run('CREATE TABLE meals (seat_id INTEGER NOT NULL, CONSTRAINT meals_seat FOREIGN KEY (seat_id) REFERENCES seats (id))')
    expect(await kind('INSERT INTO meals (seat_id) VALUES (99)')).toBe('foreign_key')
    expect(errorKind(new Error('something else'))).toBe('other')
  })

  test('the clock — without and with a fake one — is in milliseconds', async () => {
    const before = Date.now()
    expect(Math.abs((await db.transaction((tx) => db.now(tx))) - before)).toBeLessThan(60_000)
    const simulated = openTestDatabase(url, { clock: () => 42 })
    expect(await simulated.now()).toBe(42)
    await simulated.close()
  })

  test('models — created, found and updated in a transaction — agree with raw SQL', async () => {
    const Seat = db.sequelize.define('seats', {
      id: { type: DataTypes.INTEGER, primaryKey: true },
      owner: DataTypes.STRING,
      version: DataTypes.BIGINT,
    })
    await db.transaction(async (transaction) => {
      await Seat.create({ id: 10, owner: 'ana', version: 1 }, { transaction })
      const [changed] = await Seat.update({ version: 2 }, { where: { id: 10, version: 1 }, transaction })
      expect(changed).toBe(1)
      expect((await Seat.findByPk(10, { transaction }))?.get()).toEqual({ id: 10, owner: 'ana', version: 2 })
    })
    expect(await versionOf(db, 10)).toBe(2)
  })

  test('skipLocked of Sequelize — a trap — is dropped without a word on all three, so it is written in raw SQL', async () => {
    const Seat = db.sequelize.define('seats', { id: { type: DataTypes.INTEGER, primaryKey: true } })
    const sent: string[] = []
    await db.transaction((transaction) =>
      Seat.findAll({ transaction, lock: Transaction.LOCK.UPDATE, skipLocked: true, logging: (sql) => sent.push(sql) }),
    )
    expect(sent.join()).not.toContain('SKIP LOCKED')
    if (name === 'sqlite') return
    await db.transaction(async (first) => {
      await db.rows('SELECT id FROM seats WHERE id = 1 FOR UPDATE', {}, first)
      const free = await db.transaction((second) => db.rows('SELECT id FROM seats ORDER BY id FOR UPDATE SKIP LOCKED', {}, second))
      expect(free).toEqual([{ id: 2 }, { id: 3 }])
    })
  })

  test('isReachable — of a database that is there — is true', async () => {
    expect(await db.isReachable()).toBe(true)
  })
})

describe('openDatabase', () => {
  test.each(['postgres://x/y', 'sqlite:', 'sqlite::memory:', 'mysql://root@localhost/x?ssl=no'])(
    '%s — as a URL — is refused with a sentence',
    (url) => {
      expect(() => openTestDatabase(url)).toThrow(/\.$/)
    },
  )
})
