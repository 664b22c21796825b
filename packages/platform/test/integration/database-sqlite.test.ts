import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { tempDir, waitFor } from '@skyhold/testkit'
import { DataTypes } from 'sequelize'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, errorKind } from '../../src/database/index.ts'
import { SqliteHandle } from '../../src/database/sqlite-file.ts'
import { createSeats, openTestDatabase, versionOf } from '../support/database-fixtures.ts'

// Lock waits of whole seconds and processes of their own take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const WRITER = fileURLToPath(new URL('../fixtures/database-writer.ts', import.meta.url))

describe('SQLite file', () => {
  let folder: string
  let file: string
  let db: Database

  beforeEach(async () => {
    folder = tempDir('sqlite')
    file = join(folder, 'test.sqlite')
    db = openTestDatabase(`sqlite:${file}`)
    await db.connect()
    await createSeats(db, 3)
  })
  afterEach(async () => {
    await db.close()
    await rm(folder, { recursive: true })
  })

  /** Runs a writing process until it ends or `whileRunning` kills it; the versions that it said were committed. */
  async function writer(times: number, whileRunning: (kill: () => void, versions: number[]) => void = () => {}): Promise<number[]> {
    const child = spawn(process.execPath, [WRITER, `sqlite:${file}`, String(times)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    let text = ''
    const versions = (): number[] => text.split('\n').slice(0, -1).map(Number)
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      whileRunning(() => child.kill('SIGKILL'), versions())
    })
    await closed
    return versions()
  }

  test('a value — bound by its name — is what it would be as a part of the text', async () => {
    const kinds = (value: number | string | boolean | null) =>
      db.rows<{ kind: string; value: unknown; half: unknown }>('SELECT typeof(:value) AS kind, :value AS value, :value / 2 AS half', {
        value,
      })
    expect(await kinds(5)).toEqual([{ kind: 'integer', value: 5, half: 2 }])
    expect(await kinds(1_764_399_318_001)).toEqual([{ kind: 'integer', value: 1_764_399_318_001, half: 882_199_659_000 }])
    expect(await kinds(2.5)).toEqual([{ kind: 'real', value: 2.5, half: 1.25 }])
    expect(await kinds(true)).toEqual([{ kind: 'integer', value: 1, half: 0 }])
    expect(await kinds(null)).toEqual([{ kind: 'null', value: null, half: null }])
    expect(await kinds(":value $value '")).toMatchObject([{ kind: 'text', value: ":value $value '" }])
  })

  test('a value — of a statement that came before — is not that of the next', async () => {
    const ofSeat = (id: number) => db.rows<{ id: number }>('SELECT id FROM seats WHERE id = :id', { id })
    expect([await ofSeat(1), await ofSeat(2)]).toEqual([[{ id: 1 }], [{ id: 2 }]])
    await expect(db.rows('SELECT id FROM seats WHERE id = :id')).rejects.toThrow(':id has no value')
  })

  test('a model — read before and after a column has become one of times, in a transaction and out of it — reads it as a time', async () => {
    const Seat = db.sequelize.define(
      'Seat',
      { takenAt: { type: DataTypes.DATE, field: 'taken_at' } },
      { tableName: 'stamped_seats', timestamps: false },
    )
    const change = async (type: string): Promise<void> => {
      await db.run('DROP TABLE IF EXISTS stamped_seats')
      await db.run(`CREATE TABLE stamped_seats (id INTEGER NOT NULL PRIMARY KEY, taken_at ${type})`)
      await db.run(`INSERT INTO stamped_seats (id, taken_at) VALUES (1, '2026-03-01 10:00:00.000 +00:00')`)
    }
    const takenAt = async (): Promise<unknown[]> => {
      const outside = await Seat.findByPk(1)
      const inside = await db.transaction((transaction) => Seat.findByPk(1, { transaction }))
      return [outside?.get('takenAt'), inside?.get('takenAt')]
    }
    await change('TEXT')
    expect(await takenAt()).toEqual(Array.from({ length: 2 }, () => '2026-03-01 10:00:00.000 +00:00'))
    await change('DATETIME')
    expect(await takenAt()).toEqual(Array.from({ length: 2 }, () => new Date('2026-03-01T10:00:00Z')))
  })

  test('the file — as connections use it — is in WAL, synchronous FULL, with foreign keys', async () => {
    const pragmas = await db.transaction(async (tx) => [
      await db.rows('PRAGMA journal_mode', {}, tx),
      await db.rows('PRAGMA synchronous', {}, tx),
      await db.rows('PRAGMA foreign_keys', {}, tx),
    ])
    expect(pragmas).toEqual([[{ journal_mode: 'wal' }], [{ synchronous: 2 }], [{ foreign_keys: 1 }]])
  })

  test('writers at once — queued for the file — run first come first served', async () => {
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        db.transaction(async (tx) => {
          await db.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx)
          order.push(place)
        }),
      ),
    )
    expect(order).toEqual(Array.from({ length: 20 }, (_, place) => place))
  })

  test('two Sequelize objects of one process — on one file — share its lock and see what the other commits', async () => {
    const other = openTestDatabase(`sqlite:${file}`)
    const raise = (on: Database): Promise<number> =>
      on.transaction((tx) => on.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx))
    await Promise.all(Array.from({ length: 40 }, (_, index) => raise(index % 2 ? db : other)))
    await other.close()
    expect(await versionOf(db, 1)).toBe(40)
  })

  test('many writers in a queue — while they run — leave turns of the event loop to others', async () => {
    let turns = 0
    let isDone = false
    const turn = (): void => {
      turns += 1
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)
    await Promise.all(
      Array.from({ length: 100 }, () => db.transaction((tx) => db.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx))),
    )
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(99)
  })

  test('one writer that never waits — transaction after transaction — leaves a turn of the event loop after each', async () => {
    let turns = 0
    let isDone = false
    const turn = (): void => {
      turns += 1
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)
    for (let n = 0; n < 50; n += 1) await db.transaction((tx) => db.run('UPDATE seats SET version = version + 1 WHERE id = 1', {}, tx))
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(49)
  })

  test('a write without its transaction inside one — which waits for itself — ends with an error that says so', async () => {
    const hasty = openTestDatabase(`sqlite:${file}`, { lockWaitTimeoutSeconds: 0.05 })
    const error = await hasty.transaction(() => hasty.run('UPDATE seats SET version = 9 WHERE id = 1')).catch((thrown: unknown) => thrown)
    expect(errorKind(error)).toBe('busy')
    expect(String(error)).toContain('a write without its transaction inside one')
    // The lock is free again, and whoever timed out is out of the queue.
    expect(await hasty.run('UPDATE seats SET version = 1 WHERE id = 1')).toBe(1)
    await hasty.close()
  })

  test('a database closed in the middle of a transaction — its lock — goes to the next', async () => {
    const abandoned = openTestDatabase(`sqlite:${file}`)
    const tx = await abandoned.sequelize.transaction()
    await abandoned.run('UPDATE seats SET version = 9 WHERE id = 1', {}, tx)
    const next = db.run('UPDATE seats SET version = version + 1 WHERE id = 1')
    await abandoned.close()
    expect([await next, await versionOf(db, 1)]).toEqual([1, 1])
  })

  test('a connection that was closed — and is asked to write all the same — refuses, and takes the lock from nobody', async () => {
    const other = openTestDatabase(`sqlite:${file}`)
    const tx = await other.sequelize.transaction()
    const { connections } = other.sequelize.connectionManager as unknown as { connections: Record<string, { close(): void }> }
    for (const connection of Object.values(connections)) connection.close()
    await expect(other.run('UPDATE seats SET version = 9 WHERE id = 1', {}, tx)).rejects.toThrow(/closed before/)
    expect(await db.run('UPDATE seats SET version = version + 1 WHERE id = 1')).toBe(1)
    await other.close()
  })

  test('a COMMIT that fails — on a deferred foreign key — is rolled back, and frees the lock', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    await db.run('CREATE TABLE meals (seat_id INTEGER REFERENCES seats (id) DEFERRABLE INITIALLY DEFERRED)')
    const failing = db.transaction((tx) => db.run('INSERT INTO meals VALUES (99)', {}, tx))
    expect(errorKind(await failing.catch((error: unknown) => error))).toBe('foreign_key')
    await db.transaction((tx) => db.run('INSERT INTO meals VALUES (1)', {}, tx))
    expect(await db.rows('SELECT * FROM meals')).toEqual([{ seat_id: 1 }])
    vi.restoreAllMocks()
  })

  test('another process that holds the file — for a while — is waited for; for too long, it is kind busy', async () => {
    const rival = new DatabaseSync(file)
    rival.exec('BEGIN IMMEDIATE')
    const waiting = db.transaction((tx) => db.run('UPDATE seats SET version = 1 WHERE id = 1', {}, tx))
    const hasty = openTestDatabase(`sqlite:${join(folder, '.', 'test.sqlite')}`, { lockWaitTimeoutSeconds: 0.05 })
    // Readers never wait.
    expect(await versionOf(db, 1)).toBe(0)
    expect(errorKind(await hasty.transaction((tx) => hasty.rows('SELECT 1', {}, tx)).catch((error: unknown) => error))).toBe('busy')
    rival.exec('COMMIT')
    rival.close()
    expect(await waiting).toBe(1)
    await hasty.close()
  })

  /** Holds the file as another process does, until `waiting` has come to know of it several times. Its pauses are long by then. */
  async function whileRivalWrites<T>(waiting: () => T): Promise<T> {
    const rival = new DatabaseSync(file)
    rival.exec('BEGIN IMMEDIATE')
    const tries = vi.spyOn(SqliteHandle.prototype, 'execute')
    const result = waiting()
    await waitFor(() => tries.mock.results.filter(({ type }) => type === 'throw').length >= 6)
    tries.mockRestore()
    rival.exec('ROLLBACK')
    rival.close()
    return result
  }

  test('a statement that waits for another process — and others of this one come — has its turn before them, and ends no transaction', async () => {
    const { waiting } = await whileRivalWrites(() => ({ waiting: db.run('UPDATE seats SET version = 1 WHERE id = 1') }))
    const neighbour = db.run('UPDATE seats SET version = 1 WHERE id = 2')
    await db.transaction(async (tx) => {
      await db.run('UPDATE seats SET version = version + 1 WHERE id = 3', {}, tx)
      await waiting
      await db.run('UPDATE seats SET version = version + 1 WHERE id = 3', {}, tx)
    })
    expect([await waiting, await neighbour, await versionOf(db, 3)]).toEqual([1, 1, 2])
  })

  test('a statement that waits for another process — while its database is closed — is refused, and not run afterwards', async () => {
    const other = openTestDatabase(`sqlite:${file}`)
    const { outcome } = await whileRivalWrites(async () => {
      const refused = other.run('UPDATE seats SET version = 9 WHERE id = 1').catch((error: unknown) => String(error))
      return { outcome: refused }
    })
    await other.close()
    expect(await outcome).toMatch(/closed before/)
    expect(await versionOf(db, 1)).toBe(0)
  })

  test('a transaction that SQLite has rolled back by itself — and a caller that goes on — nothing of the rest is committed', async () => {
    const work = db.transaction(async (tx) => {
      await expect(db.run('INSERT OR ROLLBACK INTO seats (id, version) VALUES (1, 0)', {}, tx)).rejects.toThrow('UNIQUE constraint failed')
      await db.run('UPDATE seats SET version = 9 WHERE id = 2', {}, tx)
    })
    await expect(work).rejects.toThrow(/rolled its transaction back/)
    expect([await versionOf(db, 2), await db.run('UPDATE seats SET version = 1 WHERE id = 2')]).toEqual([0, 1])
  })

  test('two processes — raising one number 100 times each — lose nothing', async () => {
    const [first, second] = await Promise.all([writer(100), writer(100)])
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(await versionOf(db, 1)).toBe(200)
  })

  test('a writer killed with SIGKILL — in the middle of its work — keeps every commit it told of, and the file is whole', async () => {
    for (const target of [20, 60, 100]) {
      const told = await writer(1_000_000, (kill, versions) => {
        if ((versions.at(-1) ?? 0) >= target) kill()
      })
      const stored = await versionOf(db, 1)
      const last = told.at(-1) ?? 0
      expect(stored === last || stored === last + 1).toBe(true)
      expect(await db.rows('SELECT COUNT(*) AS many FROM seats WHERE id > 1000')).toEqual([{ many: stored }])
      expect(await db.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      // The dead writer's lock died with it.
      expect(await db.run('UPDATE seats SET owner = :owner WHERE id = 2', { owner: `after-${target}` })).toBe(1)
    }
  })

  test('the last database that closes a file — takes its log into it — and leaves no handle', async () => {
    const { sequelize } = db
    await db.close()
    expect(existsSync(`${file}-wal`)).toBe(false)
    expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3')
    await expect(sequelize.query('SELECT 1')).rejects.toThrow(/closed/)
    db = openTestDatabase(`sqlite:${file}`)
    expect(await versionOf(db, 1)).toBe(0)
  })

  test('one file with two synchronous settings — in one process — is refused', () => {
    const normal = openTestDatabase(`sqlite:${file}`, { synchronous: 'NORMAL' })
    return expect(normal.connect()).rejects.toThrow(/synchronous = FULL already/)
  })

  test('a folder that is not there yet — at connect — is made', async () => {
    const deep = openTestDatabase(`sqlite:${join(folder, 'a', 'b', 'c.sqlite')}`)
    await deep.connect()
    await deep.close()
    expect(existsSync(join(folder, 'a', 'b', 'c.sqlite'))).toBe(true)
  })

  test('a place where no file can be — asked again once it can — works without a new start', async () => {
    const path = join(folder, 'blocked.sqlite')
    await mkdir(path)
    const late = openTestDatabase(`sqlite:${path}`)
    expect(errorKind(await late.connect().catch((error: unknown) => error))).toBe('connection')
    await rm(path, { recursive: true })
    await late.connect()
    await late.close()
  })
})
