import { databases } from '@skyhold/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/index.ts'
import { type CheckMemory, type Finding, findSlicedFaults, type SlicedFaults } from '../../src/integrity/index.ts'
import { openTestDatabase } from '../support/database-fixtures.ts'

const MINUTE_MS = 60_000
const NOW_MS = Date.UTC(2026, 10, 29)

/** Boxes in places, of which several may be in one; boxes of an order change with it. */
const BOXES: SlicedFaults = {
  of: {
    table: 'boxes',
    alias: 'b',
    key: 'place',
    changedWith: {
      box: (isOne) => isOne('b.id'),
      order: (isOne) => `b.id IN (SELECT o.box FROM orders o WHERE ${isOne('o.id')})`,
    },
  },
  faults: [
    { says: 'a broken box', sql: `SELECT b.place, b.id FROM boxes b WHERE (b.state = 'broken' OR b.state = 'gone')` },
    { says: 'an open box', sql: 'SELECT b.place, b.id FROM boxes b WHERE b.state = :open', values: { open: 'open' } },
  ],
}

describe.each(databases())('sliced faults on $name', ({ create }) => {
  let db: Database
  let drop: () => Promise<void>
  let memory: CheckMemory | null

  beforeAll(async () => {
    const created = await create()
    drop = created.drop
    db = openTestDatabase(created.url)
    await db.run('CREATE TABLE boxes (id VARCHAR(20) NOT NULL PRIMARY KEY, place VARCHAR(20) NOT NULL, state VARCHAR(10) NOT NULL)')
    await db.run('CREATE INDEX boxes_place ON boxes (place)')
    await db.run('CREATE TABLE orders (id VARCHAR(20) NOT NULL PRIMARY KEY, box VARCHAR(20) NOT NULL)')
    await db.run(
      'CREATE TABLE audit (id INTEGER NOT NULL PRIMARY KEY, aggregate_type VARCHAR(20) NOT NULL, aggregate_id VARCHAR(20) NOT NULL, at BIGINT NOT NULL)',
    )
  })
  beforeEach(async () => {
    for (const table of ['boxes', 'orders', 'audit']) await db.run(`DELETE FROM ${table}`)
    memory = null
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  const named = (prefix: string, number: number) => `${prefix}_${String(number).padStart(4, '0')}`
  /** Each in a place of its own and with an order, unless `perPlace` of them are in one. */
  async function fill(count: number, { perPlace = 1, state = 'whole' } = {}): Promise<void> {
    const numbers = Array.from({ length: count }, (_, i) => i + 1)
    await db.run('INSERT INTO boxes (id, place, state) VALUES :rows', {
      rows: numbers.map((n) => [named('box', n), named('place', Math.ceil(n / perPlace)), state]),
    })
    await db.run('INSERT INTO orders (id, box) VALUES :rows', { rows: numbers.map((n) => [named('order', n), named('box', n)]) })
  }
  const become = (number: number, state: string) =>
    db.run('UPDATE boxes SET state = :state WHERE id = :id', { state, id: named('box', number) })
  const note = (id: number, [type, of]: readonly [type: string, of: string], minutesAgo: number) =>
    db.run('INSERT INTO audit (id, aggregate_type, aggregate_id, at) VALUES :rows', {
      rows: [[id, type, of, NOW_MS - minutesAgo * MINUTE_MS]],
    })

  /** One run after the other, with what each remembers. */
  async function run(size: number): Promise<Finding> {
    const finding = await findSlicedFaults({ dialect: db.dialect, rows: db.rows.bind(db), nowMs: NOW_MS, memory }, size, [BOXES])
    memory = finding.memory ?? null
    return finding
  }

  test('a table — no larger than a slice — is looked at whole in every run, and nothing is said of a scope', async () => {
    await fill(4)
    await become(1, 'broken')
    await become(4, 'open')
    for (let runs = 0; runs < 3; runs += 1) {
      const { violations, sample, scope } = await run(4)
      expect({ violations, sample, scope }).toEqual({
        violations: 2,
        sample: ['a broken box: place_0001 box_0001', 'an open box: place_0004 box_0004'],
        scope: undefined,
      })
    }
  })

  test('a table — one row larger than a slice — says how much was looked at', async () => {
    await fill(5)
    expect((await run(4)).scope).toBe('What has changed since the last run, and 4 more of each in turn: boxes.')
    expect((await run(4)).scope).toBeDefined()
  })

  test('an empty table — has nothing that could be broken', async () => {
    expect(await run(1)).toMatchObject({ violations: 0, sample: [] })
  })

  test.each([1, 2, 3, 4, 5])(
    'box %i of five — broken when its turn is just over — is found within the next round, once',
    async (number) => {
      await fill(5)
      const turns = 3
      for (let before = 0; before < number / 2; before += 1) expect(await run(2)).toMatchObject({ violations: 0 })
      await become(number, 'gone')
      const found = []
      for (let runs = 0; runs < turns; runs += 1) found.push((await run(2)).violations)
      expect(found).toEqual([0, 0, 1])
    },
  )

  test('what was found — until it is mended — is found in each further run, and then no more', async () => {
    await fill(9)
    await become(2, 'open')
    const found = []
    for (let runs = 0; runs < 7; runs += 1) found.push((await run(2)).violations)
    expect(found).toEqual([1, 1, 1, 1, 1, 1, 1])
    await become(2, 'whole')
    expect(await run(2)).toMatchObject({ violations: 0, memory: { 'boxes.broken': [] } })
  })

  test('rows with one key — more of them than a slice — stay together, and those behind have their turn', async () => {
    await fill(9, { perPlace: 3 })
    for (const number of [2, 5, 8]) await become(number, 'broken')
    const found = []
    for (let runs = 0; runs < 3; runs += 1) found.push((await run(1)).violations)
    expect(found).toEqual([1, 2, 3])
  })

  test.each([
    ['its own trail', ['box', 'box_0009']],
    ['that of its order', ['order', 'order_0009']],
  ] as const)('a broken box whose turn is far — when %s has grown — is found at once', async (_, of) => {
    await fill(9)
    await note(1, ['box', 'box_0001'], 10)
    await run(2)
    await become(9, 'broken')
    const before = memory
    expect(await run(2)).toMatchObject({ violations: 0, memory: { watermark: 1 } })
    memory = before
    await note(2, of, 10)
    expect(await run(2)).toMatchObject({ violations: 1, sample: ['a broken box: place_0009 box_0009'], memory: { watermark: 2 } })
  })

  test('a trail that grows — under an id lower than the newest, which was given before — is not missed', async () => {
    await fill(9)
    await note(1, ['box', 'box_0001'], 10)
    await note(3, ['box', 'box_0001'], 1)
    await run(2)
    await become(9, 'broken')
    await note(2, ['box', 'box_0009'], 1)
    expect(await run(2)).toMatchObject({ violations: 1 })
  })

  test('a trail that has grown — of another kind with the same id — says nothing of the box', async () => {
    await fill(9)
    await run(2)
    await become(9, 'broken')
    await note(1, ['ticket', 'box_0009'], 10)
    expect(await run(2)).toMatchObject({ violations: 0 })
  })

  test('more broken rows than one statement names — once found — are all told again', async () => {
    const count = 1_200
    await fill(count, { state: 'broken' })
    expect(await run(count - 1)).toMatchObject({ violations: count - 1 })
    expect(await run(1)).toMatchObject({ violations: count })
    expect(await run(1)).toMatchObject({ violations: count })
  })
})
