import { DEVELOPMENT_SECRET, type IntegrityEntry, type IntegrityReport } from '@skyhold/contracts'
import { createServiceTokens, type Database, IntegrityResults, openDatabase, runChecks, type StoredResult } from '@skyhold/platform'
import { databases, waitFor } from '@skyhold/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notificationsChecks } from '../../src/integrity/index.ts'
import { arrived, runMailbox, type RunningMailbox, runNotifications, type RunningNotifications } from '../support/running-notifications.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'

const logger = pino({ level: 'silent' })
const tokens = createServiceTokens(DEVELOPMENT_SECRET, 'notifications')

interface Planted {
  check: string
  what: string
  sql: readonly string[]
  says: RegExp
}

const COPY = (change: string) =>
  `INSERT INTO deliveries (id, operator_id, event_id, template, to_address, copy, owner_id, booking_id, reference, sequence, status, attempts, message_id, subject, payload, queued_at, due_at, sent_at, requested_by)
   SELECT ${change} FROM deliveries WHERE id = :id`

/** What a bug, or a hand at the database, would do. */
const PLANTED: readonly Planted[] = [
  {
    check: 'I12.one-mail-per-fact',
    what: 'a fact is told to two addresses',
    sql: [
      COPY(
        `'ntf_planted', operator_id, event_id, template, 'other@example.com', copy, owner_id, booking_id, reference, sequence, status, attempts, 'planted', subject, payload, queued_at, due_at, sent_at, requested_by`,
      ),
    ],
    says: /several e-mails about one fact/,
  },
  {
    check: 'I12.one-mail-per-fact',
    what: 'a copy has the Message-ID of the first e-mail',
    sql: [
      COPY(
        `'ntf_planted', operator_id, event_id, template, to_address, 1, owner_id, booking_id, reference, sequence, status, attempts, message_id, subject, payload, queued_at, due_at, sent_at, 'usr_agent'`,
      ),
    ],
    says: /several e-mails of one Message-ID/,
  },
  {
    check: 'I12.one-mail-per-fact',
    what: 'a copy was sent that nobody has asked for',
    sql: [
      COPY(
        `'ntf_planted', operator_id, event_id, template, to_address, 1, owner_id, booking_id, reference, sequence, status, attempts, 'planted', subject, payload, queued_at, due_at, sent_at, NULL`,
      ),
    ],
    says: /a further copy that nobody has asked for/,
  },
  {
    check: 'I12.true-mail',
    what: 'a confirmation goes out an hour after the cancellation came',
    sql: [
      COPY(
        `'ntf_planted', operator_id, 'evt_planted', 'booking-cancelled', to_address, 0, owner_id, booking_id, reference, sequence + 1, 'sent', 1, 'planted', subject, payload, sent_at - 3600000, due_at, sent_at, NULL`,
      ),
    ],
    says: /an e-mail that was untrue when it was sent .*: ntf_\S+ booking-confirmed bkg_\S+ booking-cancelled/,
  },
  {
    check: 'I6.inbox-and-deliveries',
    what: 'the inbox has forgotten an event',
    sql: ['DELETE FROM inbox'],
    says: /an e-mail whose event is not in the inbox/,
  },
  {
    check: 'I9.convergence',
    what: 'a sender has died and nobody takes over',
    sql: [`UPDATE deliveries SET status = 'sending', locked_by = 'planted', due_at = :nowMs - 61000 WHERE id = :id`],
    says: /an e-mail whose sender has died/,
  },
  {
    check: 'I9.convergence',
    what: 'a mail waits for an hour',
    sql: [`UPDATE deliveries SET status = 'queued', due_at = :nowMs - 3600000, last_error = 'planted' WHERE id = :id`],
    says: /an e-mail that has waited for a quarter of an hour/,
  },
  {
    check: 'I9.convergence',
    what: 'a mail was given up without a word',
    sql: [`UPDATE deliveries SET status = 'failed', last_error = NULL WHERE id = :id`],
    says: /given up without a word why/,
  },
  {
    check: 'I9.convergence',
    what: 'an event lies among the dead letters',
    sql: [
      `INSERT INTO dead_letters (id, queue, event_id, type, payload, error, attempts, status, dead_at)
       VALUES ('dlt_planted', 'notifications.mail', 'evt_1', 'booking.confirmed', '{}', 'planted', 4, 'open', :nowMs - 61000)`,
    ],
    says: /a dead letter that nobody has dealt with/,
  },
]
const TABLES = ['deliveries', 'inbox', 'dead_letters']

describe.each(databases())('integrity of notifications on $name', ({ create }) => {
  let db: Database
  let url: string
  let drop: () => Promise<void>
  let served: IntegrityEntry[]

  /** One e-mail sent, and then nobody who would send what a test makes due. */
  beforeAll(async () => {
    const created = await create({ service: 'notifications' })
    ;({ url, drop } = created)
    const mailbox = await runMailbox()
    const notifications = await runNotifications({ url, smtpUrl: mailbox.service.smtpUrl })
    await notifications.publish(eventOf('booking.confirmed', bookingFacts()))
    await arrived(mailbox, 1)
    await waitFor(async () => (await notifications.statuses())[0]?.status === 'sent', { what: 'the e-mail to be marked as sent' })
    served = await checksServedBy(notifications)
    await notifications.close()
    await mailbox.service.close()
    db = openDatabase({ url, logger })
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  async function checkNow(): Promise<StoredResult[]> {
    const results = new IntegrityResults(db)
    await runChecks(notificationsChecks, { db, url, results, logger })
    return results.list()
  }

  /** What the checks find, with every row as it was afterwards. */
  async function foundWith({ check, sql }: Planted): Promise<StoredResult | undefined> {
    const nowMs = await db.now()
    const [delivery] = await db.rows<{ id: string }>('SELECT id FROM deliveries')
    const before = new Map<string, Record<string, string | number | null>[]>()
    for (const table of TABLES) before.set(table, await db.rows(`SELECT * FROM ${table}`))
    for (const statement of sql) await db.run(statement, { nowMs, id: delivery?.id ?? '' })
    const found = await checkNow()
    for (const [table, rows] of before) {
      await db.run(`DELETE FROM ${table}`)
      const columns = Object.keys(rows[0] ?? {})
      const values = { rows: rows.map((row) => columns.map((column) => row[column] ?? null)) }
      if (rows.length > 0) await db.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES :rows`, values)
    }
    return found.find(({ name }) => name === check)
  }

  test('the service — asked for a run — has looked and found nothing', () => {
    expect(served.map(({ service, status }) => ({ service, status }))).toEqual(
      [...notificationsChecks, 'I6.arrivals'].map(() => ({ service: 'notifications', status: 'ok' })),
    )
  })

  test.each(PLANTED.map((planted) => [planted.check, planted.what, planted] as const))(
    '%s — %s — is reported',
    async (_check, _what, planted) => {
      const found = await foundWith(planted)
      expect(found?.violations).toBeGreaterThan(0)
      expect(found?.sample.join('\n')).toMatch(planted.says)
    },
  )

  test('every check — when all is right — finds nothing, and each of them has been seen to fail', async () => {
    const results = await checkNow()
    expect(results.filter(({ violations }) => violations !== 0)).toEqual([])
    const names = results.map(({ name }) => name).filter((name) => name !== 'I6.arrivals')
    expect(new Set(PLANTED.map(({ check }) => check))).toEqual(new Set(names))
  })
})

describe.each(databases())('arrivals of notifications on $name', ({ create }) => {
  let mailbox: RunningMailbox
  let notifications: RunningNotifications
  let drop: () => Promise<void>
  beforeAll(async () => {
    const created = await create({ service: 'notifications' })
    drop = created.drop
    mailbox = await runMailbox()
    notifications = await runNotifications({ url: created.url, smtpUrl: mailbox.service.smtpUrl })
  })
  afterAll(async () => {
    await notifications.close()
    await mailbox.service.close()
    await drop()
  })

  test('I6.arrivals — what was said and never came — is reported; what came, or is a dead letter, is not', async () => {
    const { db, said } = notifications
    const came = eventOf('booking.confirmed', bookingFacts())
    await notifications.publish(came)
    await arrived(mailbox, 1)
    const publishedAtMs = (await db.now()) - 3_600_000
    const saidOf = (eventId: string, type: string) => ({ eventId, type, aggregateId: 'bkg_1', sequence: 1, publishedAtMs })
    said.bookings.push(saidOf(came.eventId, came.type), saidOf('evt_dead', 'booking.cancelled'), saidOf('evt_lost', 'booking.expired'))
    said.bookings.push(saidOf('evt_other', 'inventory.changed'))
    said.identity.push(saidOf('evt_welcome', 'user.registered'))
    await db.run(
      `INSERT INTO dead_letters (id, queue, event_id, type, payload, error, attempts, status, dead_at)
       VALUES ('dlt_1', 'notifications.mail', 'evt_dead', 'booking.cancelled', '{}', 'planted', 4, 'dismissed', 1)`,
    )
    const found = async () => (await checksServedBy(notifications)).find(({ name }) => name === 'I6.arrivals')
    expect(await found()).toMatchObject({
      status: 'violated',
      violations: 2,
      sample: [
        expect.stringContaining('evt_lost booking.expired of bkg_1, by bookings'),
        expect.stringContaining('evt_welcome user.registered of bkg_1, by identity'),
      ],
    })
    await db.run(
      `INSERT INTO inbox (consumer, event_id, applied_at) VALUES ('notifications.mail', 'evt_lost', 1), ('notifications.mail', 'evt_welcome', 1)`,
    )
    expect(await found()).toMatchObject({ status: 'ok', sample: [] })
  })
})

async function checksServedBy({ service }: RunningNotifications): Promise<IntegrityEntry[]> {
  const headers = { authorization: `Bearer ${await tokens.sign('notifications')}` }
  const response = await fetch(`${service.url}/internal/integrity/runs`, { method: 'POST', headers })
  return ((await response.json()) as IntegrityReport).checks
}
