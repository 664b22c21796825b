import type { ConsumerQueue } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/index.ts'
import { arrivalsCheck, type CheckMemory, type Finding, rememberedIn } from '../../src/integrity/index.ts'
import { consumeOnce, listPublished, Outbox, servePublishedEvents } from '../../src/outbox/index.ts'
import { Service } from '../../src/service.ts'
import { createServiceTokens } from '../../src/tokens.ts'
import { RecordingBus, startTestRelay, userRegisteredNow } from '../support/outbox-fixtures.ts'
import { sharedTables } from '../support/shared-tables.ts'

const QUEUE: ConsumerQueue = { name: 'tests.mail', consumer: 'notifications', events: ['user.registered'], prefetch: 1 }
const TYPES = QUEUE.events
const MINUTE_MS = 60_000
const tokens = createServiceTokens('a secret that services share', 'notifications')

/** One database is that of the producer and of the consumer: the check sees of the producer what it serves, and of the consumer its inbox. */
describe.each(databases())('arrivals on $name', ({ create }) => {
  const tables = sharedTables(create)
  let db: Database
  let service: Service
  let outbox: Outbox

  beforeAll(async () => {
    db = tables.db()
    outbox = new Outbox(db, { producer: 'test' })
    const logger = pino({ level: 'silent' })
    service = new Service({ name: 'test', host: '127.0.0.1', port: 0, logger, startPatienceSeconds: 5, serviceTokens: tokens })
    servePublishedEvents(service.http, db, { readers: ['notifications'] })
    await service.listen()
    await service.started
  })
  afterAll(() => service.close())

  const append = (count: number) => db.transaction((tx) => outbox.append(tx, Array.from({ length: count }, userRegisteredNow))) // They say that they are months old.
  const idsBy = async (where: string) =>
    (await db.rows<{ eventId: string }>(`SELECT event_id AS eventId FROM outbox WHERE ${where} ORDER BY id`)).map(({ eventId }) => eventId)

  async function publish(): Promise<void> {
    const relay = startTestRelay({ db, bus: new RecordingBus(), outbox })
    await relay.drained()
    await relay.close()
  }
  /** So many events are with the broker since the given number of minutes. Their ids. */
  async function published(count: number, minutes: number): Promise<string[]> {
    await append(count)
    const eventIds = await idsBy(`state = 'pending'`)
    await publish()
    await db.run('UPDATE outbox SET published_at = :atMs WHERE event_id IN (:eventIds)', {
      atMs: (await db.now()) - minutes * MINUTE_MS,
      eventIds,
    })
    return eventIds
  }
  const apply = async (eventIds: readonly string[]) => {
    for (const eventId of eventIds) await consumeOnce({ db, consumer: QUEUE.name, event: { eventId }, effect: async () => {} })
  }

  /** One run after the other, with what each remembers; `later` by so many minutes than it is. */
  function runs({ urls = [service.url] }: { urls?: readonly string[] } = {}): (when?: { later: number }) => Promise<Finding> {
    const { find } = arrivalsCheck({
      queue: QUEUE,
      producers: { test: urls },
      tokens,
      accountedFor: (look, events) =>
        rememberedIn(
          look,
          QUEUE.name,
          events.map(({ eventId }) => eventId),
        ),
    })
    let memory: CheckMemory | null = null
    return async ({ later } = { later: 0 }) => {
      const nowMs = (await db.now()) + later * MINUTE_MS
      const finding = await find({ dialect: db.dialect, rows: db.rows.bind(db), nowMs, memory })
      memory = finding.memory ?? memory
      return finding
    }
  }

  test('events — that were all applied — are no finding', async () => {
    await apply(await published(3, 60))
    expect(await runs()()).toMatchObject({ violations: 0, sample: [] })
  })

  test('an event — that was published an hour ago and never came — is named in every run until it is applied', async () => {
    const eventIds = await published(3, 60)
    await apply([eventIds[0] ?? '', eventIds[2] ?? ''])
    const run = runs()
    for (let again = 0; again < 2; again += 1)
      expect(await run()).toMatchObject({
        violations: 1,
        sample: [expect.stringMatching(`^published and not applied: ${eventIds[1]} user.registered of usr_\\S+, by test at 20`)],
      })
    await apply(eventIds)
    expect(await run()).toMatchObject({ violations: 0, sample: [] })
  })

  test('an event — that may still be tried again — is no finding, and one when it has had its time', async () => {
    const [eventId] = await published(1, 10)
    const run = runs()
    expect(await run()).toMatchObject({ violations: 0 })
    expect(await run({ later: 2 })).toMatchObject({ violations: 1, sample: [expect.stringContaining(String(eventId))] })
  })

  test('the way out — the row waits for the broker once more — ends the finding', async () => {
    const [eventId = ''] = await published(1, 60)
    const run = runs()
    expect(await run()).toMatchObject({ violations: 1 })
    await db.run(`UPDATE outbox SET state = 'pending', locked_until = 0 WHERE event_id = :eventId`, { eventId })
    const bus = new RecordingBus()
    const relay = startTestRelay({ db, bus, outbox })
    await relay.drained()
    await relay.close()
    expect(bus.eventIds()).toEqual([eventId])
    await apply(bus.eventIds())
    expect(await run()).toMatchObject({ violations: 0 })
  })

  test('more events — than there are on a page — are all looked at, and none twice', async () => {
    const eventIds = await published(1_200, 60)
    const run = runs()
    expect(await run()).toMatchObject({ violations: 1_200 })
    const applied = eventIds.slice(0, -1).map((eventId) => [QUEUE.name, eventId, 1])
    await db.run('INSERT INTO inbox (consumer, event_id, applied_at) VALUES :rows', { rows: applied }) // A transaction for each takes seconds.
    expect(await run()).toMatchObject({ violations: 1, sample: [expect.stringContaining(eventIds.at(-1) ?? '?')] })
  })

  test('an outbox — that is older than what was read of it — is read from its beginning', async () => {
    await apply(await published(5, 60))
    const run = runs()
    await run()
    await db.run('DELETE FROM outbox')
    await published(1, 60)
    await db.run('UPDATE outbox SET id = 1')
    await run()
    expect(await run()).toMatchObject({ violations: 1 })
  })

  test('a producer — of which no replica answers — makes the check fail; one of two is enough', async () => {
    await published(1, 60)
    const nobody = 'http://127.0.0.1:9'
    await expect(runs({ urls: [nobody] })()).rejects.toThrow(/^test does not say which events it has published/)
    expect(await runs({ urls: [nobody, service.url] })()).toMatchObject({ violations: 1 })
  })

  test('listPublished — an event waits — goes no further, and on when it does not', async () => {
    const [first = ''] = await published(1, 60)
    await append(1)
    const [waiting = ''] = await idsBy(`state = 'pending'`)
    await db.run(`UPDATE outbox SET locked_until = :farMs WHERE event_id = :waiting`, { waiting, farMs: (await db.now()) + 3_600_000 })
    await append(1)
    await db.run(`UPDATE outbox SET state = 'published', published_at = 1 WHERE state = 'pending' AND event_id <> :waiting`, { waiting })
    const page = await listPublished(db, { after: 0, types: TYPES, limit: 10 })
    expect(page).toMatchObject({ isEnd: true, data: [{ eventId: first, type: 'user.registered', sequence: 1 }] })
    await db.run(`UPDATE outbox SET state = 'published', published_at = 1`)
    expect((await listPublished(db, { after: page.next, types: TYPES, limit: 10 })).data).toHaveLength(2)
  })

  test('listPublished — an event of this minute — waits for those of lower ids that may still be committed', async () => {
    await published(1, 0)
    await db.run('UPDATE outbox SET occurred_at = :nowMs', { nowMs: await db.now() })
    expect(await listPublished(db, { after: 0, types: TYPES, limit: 10 })).toMatchObject({ data: [], next: 0, newest: expect.any(Number) })
  })

  test('listPublished — other types, and events that nobody listens to — are left out and passed', async () => {
    await published(2, 60)
    await db.run(`UPDATE outbox SET state = 'unsubscribed'`)
    const { data, next, newest } = await listPublished(db, { after: 0, types: TYPES, limit: 10 })
    expect({ data, next }).toEqual({ data: [], next: newest })
    await db.run(`UPDATE outbox SET state = 'published', type = 'flight.changed'`)
    expect(await listPublished(db, { after: 0, types: TYPES, limit: 10 })).toMatchObject({ data: [], next: newest })
  })

  test('the list — with the token of another service, or none — is refused', async () => {
    const url = `${service.url}/internal/events?after=0&types=user.registered`
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(url, { headers: { authorization: `Bearer ${await tokens.sign('other')}` } })).status).toBe(401)
  })
})
