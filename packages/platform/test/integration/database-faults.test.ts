import { databases, waitFor } from '@skyhold/testkit'
import { ConnectionAcquireTimeoutError, type Transaction } from 'sequelize'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { CommitUnknown, type Database, errorKind } from '../../src/database/index.ts'
import { assertSafeSqlMode } from '../../src/database/session.ts'
import { CommitGate } from '../support/database-commit-gate.ts'
import { createSeats, meetingOf, openTestDatabase, versionOf } from '../support/database-fixtures.ts'
import { TcpGate } from '../support/tcp-gate.ts'

// Lock waits of whole seconds and processes of their own take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('faults of $name', ({ create }) => {
  let url: string
  let drop: () => Promise<void>
  let db: Database

  beforeAll(async () => {
    ;({ url, drop } = await create())
    const first = openTestDatabase(url)
    await createSeats(first, 3)
    await first.close()
  })
  afterAll(() => drop())
  beforeEach(async () => {
    // Sequelize prints each transaction that it could not end.
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    db = openTestDatabase(url, { lockWaitTimeoutSeconds: 1 })
    await db.connect()
    await db.run('UPDATE seats SET owner = NULL, version = 0')
  })
  afterEach(async () => {
    await db.close()
    vi.restoreAllMocks()
  })

  const raise = (id: number, tx: Transaction): Promise<number> =>
    db.run('UPDATE seats SET version = version + 1 WHERE id = :id', { id }, tx)

  test('a deadlock — of two transactions that lock in opposite orders — is retried, and both commit once', async () => {
    const bothHaveOne = meetingOf(2)
    let tries = 0
    const lockBoth = (first: number, second: number): Promise<void> =>
      db.transaction(async (tx) => {
        tries += 1
        await raise(first, tx)
        await bothHaveOne()
        await raise(second, tx)
      })
    await Promise.all([lockBoth(1, 2), lockBoth(2, 1)])
    expect(tries).toBe(3)
    expect([await versionOf(db, 1), await versionOf(db, 2)]).toEqual([2, 2])
  })

  test('a deadlock — with one try — is thrown as such', async () => {
    const bothHaveOne = meetingOf(2)
    const lockBoth = (first: number, second: number): Promise<string> =>
      db
        .transaction(
          async (tx) => {
            await raise(first, tx)
            await bothHaveOne()
            await raise(second, tx)
          },
          { tries: 1 },
        )
        .then(() => 'committed', errorKind)
    expect((await Promise.all([lockBoth(1, 2), lockBoth(2, 1)])).sort()).toEqual(['committed', 'deadlock'])
  })

  test('a row that stays locked — waited for — is retried, unless the caller wants to know', async () => {
    await db.transaction(async (holder) => {
      await raise(1, holder)
      let tries = 0
      const waiting = db.transaction(
        (tx) => {
          tries += 1
          return raise(1, tx)
        },
        { onLockTimeout: 'throw' },
      )
      expect(errorKind(await waiting.catch((error: unknown) => error))).toBe('lock_timeout')
      expect(tries).toBe(1)
      const retried = db.transaction((tx) => raise(1, tx), { tries: 2 })
      expect(errorKind(await retried.catch((error: unknown) => error))).toBe('lock_timeout')
    })
    expect(await versionOf(db, 1)).toBe(1)
  })

  test('a lock wait timeout — which leaves the transaction open on the server — undoes the whole unit of work', async () => {
    const { promise: freed, resolve: free } = Promise.withResolvers<void>()
    const { promise: locked, resolve: lock } = Promise.withResolvers<void>()
    const holder = db.transaction(async (tx) => {
      await raise(1, tx)
      lock()
      await freed
    })
    await locked
    let tries = 0
    await db.transaction(async (tx) => {
      tries += 1
      await raise(2, tx)
      if (tries === 2) {
        free()
        await holder
      }
      await raise(1, tx)
    })
    expect([tries, await versionOf(db, 1), await versionOf(db, 2)]).toEqual([2, 2, 1])
  })

  test('a connection killed before COMMIT — in a statement or between two — is retried on a fresh one', async () => {
    for (const moment of ['between', 'waiting'] as const) {
      const ids: number[] = []
      await db.transaction(async (tx) => {
        const [own] = await db.rows<{ id: number }>('SELECT CONNECTION_ID() AS id', {}, tx)
        await raise(1, tx)
        if (own && ids.push(own.id) === 1) {
          const statement = moment === 'waiting' ? db.rows('SELECT SLEEP(20)', {}, tx) : undefined
          await Promise.all([statement, db.run('KILL :id', { id: own.id })])
          await waitFor(
            async () => (await db.rows('SELECT id FROM information_schema.processlist WHERE id = :id', { id: own.id })).length === 0,
          )
        }
        await raise(2, tx)
      })
      expect(new Set(ids).size, moment).toBe(2)
    }
    expect([await versionOf(db, 1), await versionOf(db, 2)]).toEqual([2, 2])
  })

  test('a connection killed — seen when the work is done — is retried, because COMMIT was never sent', async () => {
    const ids: number[] = []
    await db.transaction(async (tx) => {
      const [own] = await db.rows<{ id: number }>('SELECT CONNECTION_ID() AS id', {}, tx)
      await raise(1, tx)
      if (own && ids.push(own.id) === 1) {
        await db.run('KILL :id', { id: own.id })
        const { connection } = tx as Transaction & { connection: { stream: { destroyed: boolean } } }
        await waitFor(() => connection.stream.destroyed)
      }
    })
    expect([ids.length, await versionOf(db, 1)]).toEqual([2, 1])
  })

  test.each(['before', 'after'] as const)(
    'a connection cut at COMMIT — %s the server has it — is CommitUnknown, and never tried again',
    async (moment) => {
      const { gate, url: gated } = await CommitGate.before(url)
      const cut = openTestDatabase(gated, { pool: { max: 1 } })
      await cut.connect()
      gate.nextCommit = moment
      let tries = 0
      const paying = cut.transaction((tx) => {
        tries += 1
        return cut.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx)
      })
      await expect(paying).rejects.toBeInstanceOf(CommitUnknown)
      expect(tries).toBe(1)
      await waitFor(async () => (await versionOf(db, 1)) === (moment === 'after' ? 1 : 0))
      // The one place in the pool is free again, with a connection that works.
      await cut.transaction((tx) => cut.run('UPDATE seats SET version = version + 10 WHERE id = 1', {}, tx))
      expect(await versionOf(db, 1)).toBe(moment === 'after' ? 11 : 10)
      await cut.close()
      await gate.close()
    },
  )

  test('a deadlock at COMMIT — which a cluster may answer — is retried', async () => {
    const { gate, url: gated } = await CommitGate.before(url)
    const clustered = openTestDatabase(gated)
    await clustered.connect()
    gate.nextCommit = 'deadlock'
    await clustered.transaction((tx) => clustered.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx))
    expect([gate.commits, await versionOf(db, 1)]).toEqual([2, 1])
    await clustered.close()
    await gate.close()
  })

  test('a server that falls silent — in a statement — is given up, and is CommitUnknown at COMMIT', async () => {
    const { gate, url: gated } = await TcpGate.before(url)
    const silent = openTestDatabase(gated, { silenceSeconds: 1 })
    await silent.connect()
    const error = await silent
      .transaction(async (tx) => {
        await silent.run('UPDATE seats SET version = 5 WHERE id = 1', {}, tx)
        gate.silence()
      })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CommitUnknown)
    expect(await silent.isReachable()).toBe(false)
    gate.cut()
    gate.open()
    await waitFor(() => silent.isReachable())
    await silent.close()
    await gate.close()
  })

  test('a server that cannot be reached — asked for anything — is kind connection, and comes back by itself', async () => {
    const { gate, url: gated } = await TcpGate.before(url)
    const away = openTestDatabase(gated)
    await away.connect()
    gate.shut()
    expect(errorKind(await away.transaction((tx) => away.rows('SELECT 1', {}, tx)).catch((error: unknown) => error))).toBe('connection')
    expect(await away.isReachable()).toBe(false)
    gate.open()
    await waitFor(() => away.isReachable())
    await away.close()
    await gate.close()
  })

  test('a pool with nothing to give — is kind connection after its patience, without a retry', async () => {
    const small = openTestDatabase(url, { pool: { max: 1, acquireSeconds: 0.3 } }) // Time enough to connect on a busy machine.
    let tries = 0
    await small.transaction(async () => {
      const error = await small.transaction(async () => (tries += 1)).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ConnectionAcquireTimeoutError)
      expect([errorKind(error), tries]).toEqual(['connection', 0])
    })
    await small.close()
  })

  test('a session with NO_BACKSLASH_ESCAPES — found at connect — is refused', async () => {
    const one = openTestDatabase(url, { pool: { max: 1 } })
    await one.connect()
    await one.run("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'")
    await expect(one.connect()).rejects.toThrow(/NO_BACKSLASH_ESCAPES/)
    await one.run("SET SESSION sql_mode = ''")
    await expect(one.connect()).rejects.toThrow(/not strict/)
    await one.close()
  })

  test('a session of ours — whatever the server says — is strict, in UTC, in utf8mb4 and waits for rows as told', async () => {
    const [session] = await db.rows<Record<string, string | number>>(
      'SELECT @@SESSION.sql_mode AS mode, @@SESSION.time_zone AS zone, @@SESSION.collation_connection AS collation, @@SESSION.innodb_lock_wait_timeout AS wait_seconds',
    )
    expect(() => assertSafeSqlMode(String(session?.['mode']))).not.toThrow()
    expect(session).toMatchObject({ zone: '+00:00', collation: 'utf8mb4_bin', wait_seconds: 1 })
    expect(
      errorKind(await db.run('UPDATE seats SET owner = :long WHERE id = 1', { long: 'x'.repeat(41) }).catch((error: unknown) => error)),
    ).toBe('other')
  })
})
