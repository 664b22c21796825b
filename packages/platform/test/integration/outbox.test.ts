import { databases, waitFor } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BusUnavailable, InvalidEvent, NoSubscriber } from '../../src/bus/index.ts'
import { openDatabase, type Database } from '../../src/database/index.ts'
import { Outbox, OutboxRows, type Relay, type RelayOptions } from '../../src/outbox/index.ts'
import { dyingBeforeMark, RecordingBus, spyOnReads, startTestRelay, userRegisteredNow, withReads } from '../support/outbox-fixtures.ts'
import { sharedTables } from '../support/shared-tables.ts'

const WEEK_MS = 7 * 24 * 3_600_000

describe.each(databases())('outbox on $name', ({ create }) => {
  const tables = sharedTables(create)
  let db: Database
  let bus: RecordingBus
  let outbox: Outbox
  let relays: Relay[]

  beforeEach(() => {
    db = tables.db()
    bus = new RecordingBus()
    outbox = new Outbox(db, { producer: 'tests' })
    relays = []
  })
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.close()))
  })

  function relayOn(options: Partial<RelayOptions> = {}): Relay {
    const relay = startTestRelay({ db, bus, outbox, ...options })
    relays.push(relay)
    return relay
  }

  const append = (...events: Parameters<Outbox['append']>[1]): Promise<void> => db.transaction((tx) => outbox.append(tx, events))
  const states = async (): Promise<string[]> =>
    (await db.rows<{ state: string }>('SELECT state FROM outbox ORDER BY id')).map(({ state }) => state)

  test('append — the transaction commits — the event is published as it was said, with its envelope', async () => {
    const event = userRegisteredNow()
    await append({ ...event, causationId: 'evt_cause', traceparent: '00-trace' })
    await relayOn().drained()
    expect(bus.confirmed).toEqual([
      {
        eventId: expect.stringMatching(/^evt_/),
        type: 'user.registered',
        version: 1,
        occurredAt: '2026-01-02T03:04:05.678Z',
        producer: 'tests',
        aggregate: event.aggregate,
        correlationId: 'req_test',
        causationId: 'evt_cause',
        data: event.data,
      },
    ])
    expect(bus.traces).toEqual(['00-trace'])
    expect(await states()).toEqual(['published'])
  })

  test('append — the transaction rolls back — there is no event', async () => {
    const failing = db.transaction(async (tx) => {
      await db.run(`INSERT INTO effects (name) VALUES ('change')`, {}, tx)
      await outbox.append(tx, [userRegisteredNow()])
      throw new Error('the change fails')
    })
    await expect(failing).rejects.toThrow('the change fails')
    await relayOn().drained()
    expect(bus.confirmed).toEqual([])
    expect(await db.rows('SELECT name FROM effects')).toEqual([])
  })

  test('append — data that does not fit the schema — the change fails with it', async () => {
    const event = userRegisteredNow()
    await expect(append({ ...event, data: { ...event.data, userId: 'nobody' } })).rejects.toBeInstanceOf(InvalidEvent)
    expect(await states()).toEqual([])
  })

  test('append — nobody subscribes to the type — it is kept, marked and not published', async () => {
    await append({ ...userRegisteredNow(), type: 'session.revoked', data: { sessionId: 'ses_1', userId: 'usr_1' } }, userRegisteredNow())
    await relayOn().drained()
    expect(await states()).toEqual(['unsubscribed', 'published'])
    expect(bus.confirmed.map(({ type }) => type)).toEqual(['user.registered'])
  })

  test('append — no events — nothing is said', async () => {
    await append()
    expect(await states()).toEqual([])
  })

  test('relay — onCommit — the event goes out without waiting for the next round', async () => {
    relayOn({ everyMs: 3_600_000 })
    await append(userRegisteredNow())
    outbox.onCommit()
    await waitFor(() => bus.confirmed.length === 1)
  })

  test('relay — nobody calls onCommit — the next round finds the event', async () => {
    relayOn()
    await append(userRegisteredNow())
    await waitFor(() => bus.confirmed.length === 1)
  })

  test('relay — a thousand events and two relays — all are published, in few repetitions', async () => {
    const events = Array.from({ length: 1000 }, userRegisteredNow)
    for (let from = 0; from < events.length; from += 100) await append(...events.slice(from, from + 100))
    const other = openAgain()
    await Promise.all([relayOn().drained(), relayOn({ db: other }).drained()])
    await other.close()

    expect(new Set(bus.confirmed.map(({ aggregate }) => aggregate.id)).size).toBe(1000)
    expect(bus.confirmed.length).toBeLessThanOrEqual(1000 + 20)
    expect(new Set(await states())).toEqual(new Set(['published']))
  })

  test('relay — events come while two relays work — none is lost', async () => {
    const other = openAgain()
    relayOn()
    relayOn({ db: other })
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let i = 0; i < 10; i += 1) {
          await append(userRegisteredNow(), userRegisteredNow())
          outbox.onCommit()
        }
      }),
    )
    await relays[0]?.drained()
    expect(new Set(bus.confirmed.map(({ aggregate }) => aggregate.id)).size).toBe(200)
    await relays.pop()?.close()
    await other.close()
  })

  test('relay — killed between confirm and mark — another publishes again when the claim is over', async () => {
    await append(userRegisteredNow())
    const dying = dyingBeforeMark(db)
    const killed = relayOn({ db: dying.db, leaseMs: 300 })
    await dying.died
    await killed.close()
    expect(bus.confirmed).toHaveLength(1)
    expect(await states()).toEqual(['pending'])

    await relayOn().drained()
    expect(bus.confirmed).toHaveLength(2)
    expect(bus.confirmed[1]).toEqual(bus.confirmed[0])
  })

  test('relay — it was away for longer than its claim — it does not mark what another has now', async () => {
    await append(userRegisteredNow())
    const rows = new OutboxRows(db)
    const slow = await rows.claim(0)
    const quick = await rows.claim(60_000)
    expect(quick.rows).toEqual(slow.rows)
    await rows.markPublished(slow.claimedBy, slow.rows)
    expect(await states()).toEqual(['pending'])
    await rows.markPublished(quick.claimedBy, quick.rows)
    expect(await states()).toEqual(['published'])
  })

  test('relay — the broker is down — it goes on trying, slower and slower, and all goes out when it is back', async () => {
    await append(userRegisteredNow(), userRegisteredNow())
    bus.gate = () => {
      throw new BusUnavailable('down')
    }
    const metrics = new Registry()
    const relay = relayOn({ metrics })
    await waitFor(() => bus.tries >= 6)
    expect(await states()).toEqual(['pending', 'pending'])
    expect((await metrics.getSingleMetric('outbox_failed_total')?.get())?.values[0]?.value).toBeGreaterThanOrEqual(4)
    bus.gate = () => {}
    await relay.drained()
    expect(bus.confirmed).toHaveLength(2)
  })

  test('relay — one event cannot be published — the others pass it', async () => {
    await append(userRegisteredNow(), userRegisteredNow(), userRegisteredNow())
    const [first] = await db.rows<{ event_id: string }>('SELECT event_id FROM outbox ORDER BY id LIMIT 1')
    bus.gate = ({ eventId }) => {
      if (eventId === first?.event_id) throw new InvalidEvent('stricter schema')
    }
    relayOn()
    await waitFor(async () => (await states()).join() === 'pending,published,published')
    const triesThen = bus.tries
    await append(userRegisteredNow())
    await waitFor(() => bus.confirmed.length === 3)
    expect(bus.tries).toBe(triesThen + 1) // The sick one waits its minute.
  })

  test('relay — the last subscriber of the type has gone — the event is marked and not tried again', async () => {
    await append(userRegisteredNow())
    bus.gate = ({ type }) => {
      throw new NoSubscriber(type)
    }
    relayOn()
    await waitFor(async () => (await states()).join() === 'unsubscribed')
  })

  test('relay — the database fails — it goes on when it is back', async () => {
    const failing = { isOn: true }
    const unsteady = withReads(db, (...args) => (failing.isOn ? Promise.reject(new Error('gone')) : db.rows(...args)))
    await append(userRegisteredNow())
    relayOn({ db: unsteady })
    failing.isOn = false
    await waitFor(() => bus.confirmed.length === 1)
  })

  test('relay — the database has failed and is back — the next event goes out at once', async () => {
    let rounds = 0
    const unsteady = withReads(db, (...args) => (++rounds === 1 ? Promise.reject(new Error('gone')) : db.rows(...args)))
    relayOn({ db: unsteady, everyMs: 3_600_000 })
    await waitFor(() => rounds === 2)
    await append(userRegisteredNow())
    const saidAtMs = performance.now()
    outbox.onCommit()
    await waitFor(() => bus.confirmed.length === 1)
    // One that still believes in the failure looks again after two seconds.
    expect(performance.now() - saidAtMs).toBeLessThan(1000)
  })

  test('metrics — events wait — their number and the age of the oldest are told', async () => {
    const metrics = new Registry()
    bus.gate = () => {
      throw new BusUnavailable('down')
    }
    relayOn({ metrics })
    await append({ ...userRegisteredNow(), occurredAtMs: (await db.now()) - 60_000 }, userRegisteredNow())
    const text = await metrics.metrics()
    expect(text).toContain('outbox_pending 2')
    expect(Number(/^outbox_oldest_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThanOrEqual(60)
  })

  test('purge — settled rows older than a week — they go in batches, the others stay', async () => {
    await append(...Array.from({ length: 7 }, userRegisteredNow))
    const ids = (await db.rows<{ id: number }>('SELECT id FROM outbox ORDER BY id')).map(({ id }) => id)
    const old = (await db.now()) - WEEK_MS - 1000
    await db.run(`UPDATE outbox SET state = 'published', published_at = :old WHERE id IN (:ids)`, { old, ids: ids.slice(0, 4) })
    await db.run(`UPDATE outbox SET state = 'unsubscribed', occurred_at = :old WHERE id = :id`, { old, id: ids[4] ?? 0 })
    await db.run(`UPDATE outbox SET state = 'published', published_at = :now WHERE id = :id`, { now: await db.now(), id: ids[5] ?? 0 })
    expect(await new OutboxRows(db).purge({ batch: 2 })).toBe(5)
    expect(await states()).toEqual(['published', 'pending'])
  })

  function openAgain(): Database {
    return openDatabase({ url: tables.url(), logger: pino({ level: 'silent' }) })
  }
})

describe.each(databases().filter(({ name }) => name !== 'sqlite'))('outbox on $name, a server', ({ create }) => {
  const tables = sharedTables(create)

  test('relay — a transaction that has appended hangs — the events of the others go out meanwhile', async () => {
    const db = tables.db()
    const bus = new RecordingBus()
    const outbox = new Outbox(db, { producer: 'tests' })
    let finish = (): void => {}
    let appended = (): void => {}
    const isAppended = new Promise<void>((resolve) => (appended = resolve))
    const hanging = db.transaction(async (tx) => {
      await outbox.append(tx, [userRegisteredNow()])
      appended()
      await new Promise<void>((resolve) => (finish = resolve))
    })
    await isAppended
    await db.transaction((tx) => outbox.append(tx, [userRegisteredNow()]))
    const relay = startTestRelay({ db, bus, outbox })
    await waitFor(() => bus.confirmed.length === 1)
    finish()
    await hanging
    await waitFor(() => bus.confirmed.length === 2) // With a lower id than what is published already.
    await relay.close()
  })

  test('relay — thousands wait — a claim walks the index and sorts nothing', async () => {
    const db = tables.db()
    const outbox = new Outbox(db, { producer: 'tests' })
    await db.transaction((tx) => outbox.append(tx, Array.from({ length: 2000 }, userRegisteredNow)))
    await db.rows('ANALYZE TABLE outbox')
    const { spied, statements } = spyOnReads(db)
    expect((await new OutboxRows(spied).claim(60_000)).rows).toHaveLength(200)
    const claim = statements.find((sql) => sql.includes('SKIP LOCKED'))
    const [plan] = await db.rows<{ key: string; Extra: string }>(`EXPLAIN FORMAT=TRADITIONAL ${claim}`, { nowMs: await db.now() })
    expect(plan?.key).toBe('outbox_by_state')
    expect(plan?.Extra).not.toContain('filesort')
  })
})
