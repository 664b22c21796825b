import type { DeadLetter, Problem } from '@skyhold/contracts'
import { UNROUTED } from '@skyhold/contracts'
import { BusUnavailable, consumeOnce, openBus, type Bus } from '@skyhold/platform'
import { brokers, databases, waitFor, type TestBrokerAddress } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { notificationsChecks } from '../../src/integrity/index.ts'
import { arrived, auditOf, runNotifications, type RunningMailbox, type RunningNotifications } from '../support/running-notifications.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'
import { shareNotifications, type SharedNotifications } from '../support/shared-notifications.ts'

const MAIL = 'notifications.mail'
const places = databases().flatMap((database) =>
  brokers().map((broker) => ({ name: `${database.name} and ${broker.name}`, database, broker })),
)

interface Page {
  data: DeadLetter[]
  nextCursor: string | null
}

describe.each(places)('the dead-letter desk on $name', (kinds) => {
  let shared: SharedNotifications
  let broker: TestBrokerAddress
  let mailbox: RunningMailbox
  let notifications: RunningNotifications
  /** The same broker from outside: what the bus of another service is. */
  let outside: Bus
  /** The consumer of the mail queue throws while it is set. */
  let isSick: boolean

  beforeAll(async () => {
    broker = await kinds.broker.open()
    outside = open()
    const once: typeof consumeOnce = async (consumption) => {
      if (isSick) throw new Error('the template is broken')
      return consumeOnce(consumption)
    }
    shared = await shareNotifications(kinds.database, { parts: { bus: open(), once } })
    ;({ mailbox, notifications } = shared)
    await outside.connect()
  })
  beforeEach(async () => {
    isSick = false
    await shared.empty()
  })
  afterAll(async () => {
    await shared.close()
    await outside.close()
    await broker.close()
  })

  /** Without retries, so that a message is dead after its first failure. */
  const open = () =>
    openBus({ url: broker.url, dataDir: broker.dataDir, retryDelaysMs: [], logger: pino({ level: 'silent' }), metrics: new Registry() })
  const list = async (query = '') => (await notifications.call<Page>('GET', `/api/v1/dead-letters${query}`, 'admin')).body.data
  const letters = (count: number): Promise<DeadLetter[]> =>
    waitFor(
      async () => {
        const found = await list()
        return found.length >= count ? found : null
      },
      { what: `${count} dead letters` },
    )
  const replay = <T = DeadLetter>(id: string | undefined, as = 'admin') =>
    notifications.call<T>('POST', `/api/v1/dead-letters/${id}/replay`, as)
  const dismiss = <T = DeadLetter>(id: string | undefined, reason: string, as = 'admin') =>
    notifications.call<T>('POST', `/api/v1/dead-letters/${id}/dismissal`, as, { reason })
  const poison = (body: string) => outside.replay({ queue: MAIL, body, traceparent: null, replayOf: 'dlt_none' })

  test('a message that fails for good — can be read, the queue flows on, and once mended its replay does what it should, once', async () => {
    isSick = true
    const event = eventOf('booking.expired', bookingFacts())
    await outside.publish(event, { traceparent: 'kept' })
    const [letter] = await letters(1)
    expect(letter).toMatchObject({
      queue: MAIL,
      eventId: event.eventId,
      type: 'booking.expired',
      error: expect.stringContaining('the template is broken'),
      attempts: 1,
      status: 'open',
      replayedAt: null,
      replayedBy: null,
      replayOf: null,
    })
    expect(JSON.parse(letter?.payload ?? '')).toEqual(event)
    isSick = false
    await outside.publish(eventOf('booking.expired', bookingFacts()))
    await arrived(mailbox, 1)

    const answer = await replay(letter?.id)
    expect(answer).toMatchObject({ status: 200, body: { id: letter?.id, status: 'replayed', replayedBy: 'usr_admin' } })
    expect(answer.body.replayedAt).not.toBeNull()
    const mails = await arrived(mailbox, 2)
    expect(mails[0]?.headers['x-skyhold-event-id']).toBe(event.eventId)
    expect(await replay(letter?.id)).toEqual(answer)
    await waitFor(async () => (await outside.depth(MAIL)) === 0)
    expect(await mailbox.mails()).toMatchObject({ data: { length: 2 }, duplicates: 0 })
    expect([await list('?status=open'), (await list('?status=replayed')).length]).toEqual([[], 1])
    const [open, replaying] = [
      { status: 'open', replayedBy: null },
      { status: 'replaying', replayedBy: 'usr_admin' },
    ]
    expect(await auditOf(notifications, 'dead-letters', letter?.id)).toEqual([
      { action: 'dead_letter.replay_asked', actorId: 'usr_admin', before: open, after: replaying },
      { action: 'dead_letter.replayed', actorId: 'usr_admin', before: replaying, after: { ...replaying, status: 'replayed' } },
    ])
  })

  test('a replay that dies again — is a letter of its own that names the first', async () => {
    isSick = true
    await outside.publish(eventOf('booking.expired', bookingFacts()))
    const [first] = await letters(1)
    expect((await replay(first?.id)).status).toBe(200)
    const both = await letters(2)
    const second = both.find(({ id }) => id !== first?.id)
    expect(second).toMatchObject({ eventId: first?.eventId, replayOf: first?.id, status: 'open' })
    isSick = false
    await replay(second?.id)
    await arrived(mailbox, 1)
  })

  test('poison — nothing that an event has is believed of it, and it is shown as it came', async () => {
    const texts = ['not { JSON ✈', '[]', '{"eventId":"<script>","type":"drop table"}', `{"eventId":5,"type":"${'x'.repeat(300)}"}`]
    for (const text of texts) await poison(text)
    const found = await letters(texts.length)
    expect(new Set(found.map(({ payload }) => payload))).toEqual(new Set(texts))
    for (const { eventId, type, attempts } of found) expect([eventId, type, attempts]).toEqual([null, null, 1])
    await outside.publish(eventOf('booking.expired', bookingFacts()))
    await arrived(mailbox, 1)
  })

  test('the same letter twice — is one', async () => {
    await poison('twice')
    await letters(1)
    await poison('twice')
    await poison('another')
    await waitFor(async () => (await list()).length === 2)
    await waitFor(async () => (await outside.depth(`${MAIL}.dead`)) === 0)
    expect(await list()).toHaveLength(2)
  })

  test('replay — ten at once — puts it back once', async () => {
    isSick = true
    await outside.publish(eventOf('booking.expired', bookingFacts()))
    const [letter] = await letters(1)
    const answers = await Promise.all(Array.from({ length: 10 }, () => replay<DeadLetter | Problem>(letter?.id)))
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    for (const { status } of answers) expect([200, 409]).toContain(status)
    await letters(2)
    await waitFor(async () => (await outside.depth(MAIL)) === 0 && (await outside.depth(`${MAIL}.dead`)) === 0)
    expect(await list()).toHaveLength(2)
    expect(await auditOf(notifications, 'dead-letters', letter?.id)).toHaveLength(2)
  })

  test('replay — while the broker is away — is 503, and the letter stays open', async () => {
    await poison('stays')
    const [letter] = await letters(1)
    const away = open()
    away.replay = async () => {
      throw new BusUnavailable('away')
    }
    const cutOff = await runNotifications({ url: shared.database.url, smtpUrl: mailbox.service.smtpUrl, parts: { bus: away } })
    try {
      const answer = await cutOff.call<Problem>('POST', `/api/v1/dead-letters/${letter?.id}/replay`, 'admin')
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    } finally {
      await cutOff.close()
    }
    expect(await list('?status=open')).toMatchObject([{ id: letter?.id, replayedBy: null }])
    expect((await auditOf(notifications, 'dead-letters', letter?.id)).map(({ action }) => action)).toEqual(['dead_letter.replay_asked'])
  })

  /** A letter, and how it is left by a replay that ended in the middle. */
  async function halfReplayed(text: string) {
    await poison(text)
    const [letter] = await letters(1)
    const leaveAt = (untilMs: number) =>
      notifications.db.run("UPDATE dead_letters SET status = 'replaying', locked_until = :untilMs WHERE id = :id", {
        id: letter?.id ?? '',
        untilMs,
      })
    return { letter, leaveAt }
  }

  test('replay — whose process died in the middle — can be done again after a while', async () => {
    const { letter, leaveAt } = await halfReplayed('half')
    await leaveAt((await notifications.db.now()) + 60_000)
    expect(await replay<Problem>(letter?.id)).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    await leaveAt((await notifications.db.now()) - 1)
    expect(await replay(letter?.id)).toMatchObject({ status: 200, body: { status: 'replayed' } })
    await letters(2) // Poison stays poison.
  })

  test('a message that no replay can help — dismissed — is kept, and counts for no alarm and no check', async () => {
    isSick = true
    await outside.publish(eventOf('booking.expired', bookingFacts()))
    const [letter] = await letters(1)
    await notifications.db.run('UPDATE dead_letters SET dead_at = dead_at - 3600000')
    const lying = async () => {
      const look = { dialect: notifications.db.dialect, rows: notifications.db.rows.bind(notifications.db), memory: null }
      const check = notificationsChecks.find(({ name }) => name === 'I9.convergence')
      return (await check?.find({ ...look, nowMs: await notifications.db.now() }))?.violations
    }
    const open = async () =>
      /dead_letters_open\{[^}]*mail"[^}]*\} (\d+)/.exec(await (await fetch(`${notifications.service.url}/metrics`)).text())?.[1]
    expect([await lying(), await open()]).toEqual([1, '1'])
    expect((await dismiss(letter?.id, '')).status).toBe(400)
    expect(await dismiss(letter?.id, 'Told by telephone.')).toMatchObject({
      status: 200,
      body: { id: letter?.id, status: 'dismissed', replayedAt: null },
    })
    expect([await lying(), await open()]).toEqual([0, '0'])
    for (const again of [dismiss<Problem>(letter?.id, 'Once more.'), replay<Problem>(letter?.id)])
      expect(await again).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await list('?status=dismissed')).toMatchObject([{ id: letter?.id, payload: letter?.payload }])
    expect(await auditOf(notifications, 'dead-letters', letter?.id)).toEqual([
      {
        action: 'dead_letter.dismissed',
        actorId: 'usr_admin',
        before: { status: 'open', replayedBy: null },
        after: { status: 'dismissed', replayedBy: null, note: 'Told by telephone.' },
      },
    ])
    expect(await dismiss<Problem>('dlt_nothing', 'None.')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('a dismissal — while somebody replays it — is refused, and goes when his process has died', async () => {
    const { letter, leaveAt } = await halfReplayed('torn')
    await leaveAt((await notifications.db.now()) + 60_000)
    expect(await dismiss<Problem>(letter?.id, 'Mine.')).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    await leaveAt((await notifications.db.now()) - 1)
    expect(await dismiss(letter?.id, 'Mine.')).toMatchObject({ status: 200, body: { status: 'dismissed' } })
  })

  test('list — in pages, with a wrong cursor, a wrong status — comes whole or is 400', async () => {
    for (const text of ['1', '2', '3']) await poison(text)
    await letters(3)
    const first = (await notifications.call<Page>('GET', '/api/v1/dead-letters?limit=2', 'admin')).body
    const second = (await notifications.call<Page>('GET', `/api/v1/dead-letters?limit=2&cursor=${first.nextCursor}`, 'admin')).body
    expect(new Set([...first.data, ...second.data].map(({ payload }) => payload))).toEqual(new Set(['1', '2', '3']))
    expect([first.data.length, second.data.length, second.nextCursor]).toEqual([2, 1, null])
    for (const query of [`?cursor=${first.nextCursor}x`, '?status=lost', '?queue=x'])
      expect((await notifications.call('GET', `/api/v1/dead-letters${query}`, 'admin')).status).toBe(400)
  })

  test('anybody but an administrator — is refused', async () => {
    await poison('secret')
    const [letter] = await letters(1)
    for (const [as, status] of [
      ['agent', 403],
      ['customer', 403],
      ['', 401],
    ] as const) {
      expect((await notifications.call('GET', '/api/v1/dead-letters', as)).status).toBe(status)
      expect((await replay(letter?.id, as)).status).toBe(status)
      expect((await dismiss(letter?.id, 'Mine.', as)).status).toBe(status)
    }
    expect(await replay('dlt_nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await replay('evt_1')).status).toBe(400)
    expect(await list('?status=open')).toHaveLength(1)
  })

  test('the metrics — say how many lie there, of every queue, and what was never routed', async () => {
    const metrics = async () => (await fetch(`${notifications.service.url}/metrics`)).text()
    const everOfMail = async () => Number(/dead_letters_total\{[^}]*queue="notifications\.mail"[^}]*\} (\d+)/.exec(await metrics())?.[1])
    const before = await everOfMail()
    await poison('counted')
    await letters(1)
    const text = await metrics()
    expect(text).toMatch(/dead_letters_open\{[^}]*queue="notifications\.mail"[^}]*\} 1/)
    expect(text).toMatch(/dead_letters_open\{[^}]*queue="bookings\.flights"[^}]*\} 0/)
    expect(await everOfMail()).toBe(before + 1)
    expect(await outside.depth(UNROUTED)).toBe(0)
    const [letter] = await list()
    await replay(letter?.id)
    await letters(2) // Poison stays poison.
    expect(await everOfMail()).toBe(before + 2)
  })
})
