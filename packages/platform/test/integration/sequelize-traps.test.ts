import { databases, waitFor } from '@skyhold/testkit'
import { DataTypes, QueryTypes, Sequelize, Transaction } from 'sequelize'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createIndex, type Database, errnoOf, errorKind } from '../../src/database/index.ts'
import { assertCountsChangedRows, type ServerConnection } from '../../src/database/session.ts'
import { inboxTable } from '../../src/outbox/index.ts'
import { createSeats, meetingOf, openTestDatabase, versionOf } from '../support/database-fixtures.ts'

// What Sequelize and the servers really do where one would think otherwise. Each of these beliefs has cost somebody a sold seat, so the way round it stands beside it.
const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('traps of Sequelize on $name', ({ create }) => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let plain: Sequelize

  beforeEach(async () => {
    ;({ url, drop } = await create())
    db = openTestDatabase(url)
    await db.connect()
    await createSeats(db, 2)
    plain = new Sequelize(url, { logging: false, retry: { match: [/Deadlock/], max: 5 }, dialectOptions: { flags: '-FOUND_ROWS' } })
  })
  afterEach(async () => {
    await plain.close()
    await db.close()
    await drop()
  })

  const seatOf = (sequelize: Sequelize) =>
    sequelize.define('seats', { id: { type: DataTypes.INTEGER, primaryKey: true }, version: DataTypes.BIGINT }, { timestamps: false })

  test('retry of Sequelize — after a deadlock — repeats one statement of a transaction that is gone, so whole units of work are repeated here', async () => {
    const bothHaveOne = meetingOf(2)
    const raiseBoth = (first: number, second: number): Promise<string> =>
      plain
        .transaction(async (transaction) => {
          const raise = (id: number) => plain.query(`UPDATE seats SET version = version + 1 WHERE id = ${id}`, { transaction })
          await raise(first)
          await bothHaveOne()
          await raise(second)
        })
        .then(
          () => 'committed',
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        )
    // The victim is asked to repeat its second statement alone, finds its transaction rolled back, and what it is told is no deadlock any more.
    const ends = await Promise.all([raiseBoth(1, 2), raiseBoth(2, 1)])
    expect(ends).toContain('committed')
    expect(ends.find((end) => end !== 'committed')).toMatch(/rollback has been called on this transaction/)
    expect([await versionOf(db, 1), await versionOf(db, 2)]).toEqual([1, 1])
  })

  test('update and decrement — given the transaction beside the options — run outside it, so it is always among the options', async () => {
    const Seat = seatOf(plain)
    const rolledBack = plain.transaction(async (transaction) => {
      // @ts-expect-error The third argument is what people write; Sequelize drops it without a word.
      await Seat.update({ version: 5 }, { where: { id: 1 } }, { transaction })
      await Seat.update({ version: 5 }, { where: { id: 2 }, transaction })
      // @ts-expect-error The same.
      await Seat.decrement('version', { where: { id: 1 }, by: 2 }, { transaction })
      await Seat.decrement('version', { where: { id: 2 }, by: -2, transaction })
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect([await versionOf(db, 1), await versionOf(db, 2)]).toEqual([3, 0])
  })

  test('rows found, which mysql2 counts unless it is told — let two takers both win, and an event be applied twice', async () => {
    // Sequelize does tell it, as long as nobody sets flags of his own.
    const found = new Sequelize(url, { logging: false, dialectOptions: { flags: 'FOUND_ROWS' } })
    await inboxTable(db.sequelize.getQueryInterface())
    const countsOf = async (sequelize: Sequelize, sql: string) => {
      const once = () => sequelize.query(sql, { type: QueryTypes.BULKUPDATE })
      return (await Promise.all([once(), once()])).toSorted()
    }
    const take = (id: number) => `UPDATE seats SET owner = 'taken' WHERE id = ${id} AND version = 0`
    // As `consumeOnce` does it: whoever adds the row applies the event.
    const remember = (eventId: string) =>
      `INSERT INTO inbox (consumer, event_id, applied_at) VALUES ('mail', '${eventId}', 0) ON DUPLICATE KEY UPDATE event_id = inbox.event_id`
    expect([await countsOf(found, take(1)), await countsOf(found, remember('evt_1'))]).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect([await countsOf(plain, take(2)), await countsOf(plain, remember('evt_2'))]).toEqual([
      [0, 1],
      [0, 1],
    ])
    const connection = (await found.connectionManager.getConnection({ type: 'write' })) as ServerConnection // what mysql2 made
    expect(() => assertCountsChangedRows(connection)).toThrow('counts rows found instead of rows changed')
    found.connectionManager.releaseConnection(connection)
    await found.close()
  })

  test('REPEATABLE READ — a value read, raised and written — loses an update; a lock first, at READ COMMITTED, does not', async () => {
    const raiseWhatWasRead = (isolationLevel: Transaction.ISOLATION_LEVELS, lock: string, rival: () => Promise<unknown>) =>
      plain.transaction({ isolationLevel }, async (transaction) => {
        const version = await readVersion(lock, transaction)
        const rivalEnds = rival()
        if (!lock) await rivalEnds
        await plain.query(`UPDATE seats SET version = ${version + 1} WHERE id = 1`, { transaction })
        return { rivalEnds }
      })
    const readVersion = async (lock: string, transaction: Transaction): Promise<number> => {
      const sql = `SELECT version FROM seats WHERE id = 1${lock}`
      const [row] = await plain.query<{ version: number }>(sql, { transaction, type: QueryTypes.SELECT })
      return row?.version ?? Number.NaN
    }
    const rival = () => db.run('UPDATE seats SET version = version + 1 WHERE id = 1')

    await raiseWhatWasRead(Transaction.ISOLATION_LEVELS.REPEATABLE_READ, '', rival)
    expect(await versionOf(db, 1)).toBe(1)
    const { rivalEnds } = await raiseWhatWasRead(Transaction.ISOLATION_LEVELS.READ_COMMITTED, ' FOR UPDATE', rival)
    await rivalEnds
    expect(await versionOf(db, 1)).toBe(3)
  })

  test('a snapshot of REPEATABLE READ — once it is taken — shows rows as they were, whatever was locked since', async () => {
    await plain.transaction({ isolationLevel: Transaction.ISOLATION_LEVELS.REPEATABLE_READ }, async (transaction) => {
      await plain.query('SELECT 1 FROM seats WHERE id = 2', { transaction })
      await db.run('UPDATE seats SET version = 9 WHERE id = 1')
      const [plainRead] = await plain.query('SELECT version FROM seats WHERE id = 1', { transaction })
      const [lockedRead] = await plain.query('SELECT version FROM seats WHERE id = 1 FOR UPDATE', { transaction })
      // One transaction, one row, two answers: only what is read under the lock may be acted on.
      expect([plainRead, lockedRead]).toEqual([[{ version: 0 }], [{ version: 9 }]])
    })
  })

  test('a unique index with a WHERE — which the servers lack — is a nullable slot: any number of NULLs, one of each value', async () => {
    await expect(db.run('CREATE UNIQUE INDEX live_owner ON seats (owner) WHERE owner IS NOT NULL')).rejects.toThrow()
    await createIndex(db.sequelize.getQueryInterface(), 'seats', ['owner'], { name: 'seats_owner', unique: true })
    expect(await db.run(`UPDATE seats SET owner = 'ana' WHERE id = 1`)).toBe(1)
    const second = db.run(`UPDATE seats SET owner = 'ana' WHERE id = 2`).then(() => 'updated', errorKind)
    expect(await second).toBe('duplicate')
  })

  test('a row changed since its statement began to read — error 1020, where MariaDB isolates snapshots — repeats the unit of work', async () => {
    const setting = 'innodb_snapshot_isolation' // On by default since MariaDB 11.6; MySQL and older ones wait for the row and take it as it is then.
    const isThere = (await db.rows(`SHOW VARIABLES LIKE '${setting}'`)).length > 0
    await db.run('CREATE TABLE others (id INTEGER NOT NULL PRIMARY KEY)')
    await db.run('INSERT INTO others (id) VALUES (1)')
    const rival = await plain.transaction()
    await plain.query('UPDATE seats SET version = version + 1 WHERE id = 2', { transaction: rival })
    const ends: string[] = []
    const raised = db.transaction(async (tx) => {
      if (isThere) await db.run(`SET SESSION ${setting} = ON`, {}, tx)
      await db.run('INSERT INTO others (id) VALUES (7)', {}, tx)
      // The inner SELECT reads without a lock; then the first row is taken, and the second waited for.
      const raising = db.run('UPDATE seats SET version = version + 1 WHERE id >= (SELECT MIN(id) FROM others)', {}, tx)
      const end = raising.then(
        () => 'raised',
        (error: unknown) => `${errnoOf(error)} ${errorKind(error)}`,
      )
      ends.push(await end)
      await raising
    })
    const free = () => db.rows('SELECT id FROM seats WHERE id = 1 FOR UPDATE SKIP LOCKED')
    await waitFor(async () => (await free()).length === 0, { what: 'the first row to be taken' })
    await rival.commit()
    await raised
    expect(ends).toEqual(isThere ? ['1020 deadlock', 'raised'] : ['raised'])
    expect([await versionOf(db, 1), await versionOf(db, 2)]).toEqual([1, 2])
    expect(await db.rows('SELECT id FROM others ORDER BY id')).toEqual([{ id: 1 }, { id: 7 }])
  })
})
