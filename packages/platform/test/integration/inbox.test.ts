import { databases, waitFor } from '@skyhold/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bus, Delivery } from '../../src/bus/index.ts'
import type { Database } from '../../src/database/index.ts'
import { consumeOnce, Outbox, purgeInbox } from '../../src/outbox/index.ts'
import { dyingBeforeMark, openTables, RecordingBus, startTestRelay, userRegisteredNow } from '../support/outbox-fixtures.ts'
import { newId } from '../../src/random.ts'

describe.each(databases())('inbox on $name', ({ create }) => {
  let db: Database
  let drop: () => Promise<void>

  beforeEach(async () => {
    const created = await create()
    drop = created.drop
    db = await openTables(created.url)
  })
  afterEach(async () => {
    await db.close()
    await drop()
  })

  const effects = async (): Promise<number> => (await db.rows('SELECT name FROM effects')).length
  const event = () => ({ eventId: newId('event') })
  const apply = (which: { eventId: string }, consumer = 'mail') =>
    consumeOnce({
      db,
      consumer,
      event: which,
      effect: async (tx) => void (await db.run(`INSERT INTO effects (name) VALUES ('done')`, {}, tx)),
    })

  test('consumeOnce — the event comes twice — it is applied once', async () => {
    const once = event()
    expect(await apply(once)).toBe('applied')
    expect(await apply(once)).toBe('seen')
    expect(await effects()).toBe(1)
  })

  test('consumeOnce — the event comes twenty times at once — it is applied once', async () => {
    const once = event()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => apply(once)))
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1)
    expect(await effects()).toBe(1)
  })

  test('consumeOnce — two consumers — each applies it', async () => {
    const once = event()
    expect([await apply(once, 'mail'), await apply(once, 'statistics')]).toEqual(['applied', 'applied'])
  })

  test('consumeOnce — the effect fails — the event is not remembered and can be applied later', async () => {
    const once = event()
    const failing = consumeOnce({
      db,
      consumer: 'mail',
      event: once,
      effect: async (tx) => {
        await db.run(`INSERT INTO effects (name) VALUES ('half')`, {}, tx)
        throw new Error('no')
      },
    })
    await expect(failing).rejects.toThrow('no')
    expect(await effects()).toBe(0)
    expect(await apply(once)).toBe('applied')
  })

  test('consumeOnce — ids that differ by case alone — they are two events', async () => {
    expect([await apply({ eventId: 'evt_aB' }), await apply({ eventId: 'evt_Ab' })]).toEqual(['applied', 'applied'])
  })

  test('purgeInbox — entries older than 30 days — they go in batches, the others stay', async () => {
    for (let i = 0; i < 5; i += 1) await apply(event())
    const kept = event()
    await db.run('UPDATE inbox SET applied_at = applied_at - :ms', { ms: 31 * 24 * 3_600_000 })
    await apply(kept)
    expect(await purgeInbox(db, { batch: 2 })).toBe(5)
    expect(await db.rows('SELECT event_id FROM inbox')).toEqual([{ event_id: kept.eventId }])
  })

  /** An event that the broker got twice: the first relay was killed between the confirm and the mark. */
  async function publishTwice(handle: (delivery: Delivery) => Promise<void>): Promise<void> {
    const bus: Bus = new RecordingBus()
    bus.publish = (published) => handle({ event: published, attempt: 1, traceparent: null })
    const outbox = new Outbox(db, { producer: 'tests' })
    await db.transaction((tx) => outbox.append(tx, [userRegisteredNow()]))
    const dying = dyingBeforeMark(db)
    const killed = startTestRelay({ db: dying.db, bus, outbox, leaseMs: 50 })
    await dying.died
    await killed.close()
    const relay = startTestRelay({ db, bus, outbox })
    await relay.drained()
    await relay.close()
  }

  test('relay killed between confirm and mark — the consumer remembers — one effect', async () => {
    let deliveries = 0
    await publishTwice(async (delivery) => {
      deliveries += 1
      await apply(delivery.event)
    })
    await waitFor(() => deliveries === 2)
    expect(await effects()).toBe(1)
  })

  test('relay killed between confirm and mark — the consumer does not remember — two effects: the test above can fail', async () => {
    await publishTwice(async () => {
      await db.run(`INSERT INTO effects (name) VALUES ('done')`)
    })
    expect(await effects()).toBe(2)
  })
})
