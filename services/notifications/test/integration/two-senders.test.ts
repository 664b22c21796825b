import { type Database, openDatabase } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeliveryRepository } from '../../src/repositories/delivery.ts'
import { NotedFacts } from '../../src/repositories/noted-facts.ts'
import { MailMetrics } from '../../src/services/mail-metrics.ts'
import { MailSender } from '../../src/services/mail-sender.ts'
import { queueMails } from '../../src/services/queue-mails.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'

const logger = pino({ level: 'silent' })
const LEASE_MS = 40_000

describe.each(databases())('two processes that send mail on $name', ({ create }) => {
  let db: Database
  let drop: () => Promise<void>

  beforeAll(async () => {
    const created = await create({ service: 'notifications' })
    drop = created.drop
    db = openDatabase({ url: created.url, logger })
    await db.migrate(new URL('../../migrations/', import.meta.url))
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  /** A process's sender, which tells when it hands a mail to the mail server. */
  const senderOf = ({ leaseMs, send }: { leaseMs: number; send: () => Promise<void> }): MailSender =>
    new MailSender({
      db,
      deliveries: new DeliveryRepository(db),
      facts: new NotedFacts(db),
      transport: { send, close: () => undefined },
      context: { publicUrl: 'https://fly.example', secretLink: async () => 'https://fly.example/link' },
      logger,
      metrics: new MailMetrics(new Registry()),
      owner: 'notifications-1',
      concurrency: 1,
      leaseMs,
    })

  /** Which of the two send an e-mail that the first is at when the second looks for mail. */
  async function senders({ leaseMs }: { leaseMs: number }): Promise<string[]> {
    const deps = { deliveries: new DeliveryRepository(db), facts: new NotedFacts(db), domain: 'skyhold.example' }
    await db.transaction(async (tx) => {
      await queueMails(eventOf('booking.expired', bookingFacts()), { nowMs: await db.now(tx), tx }, deps)
    })
    const sent: string[] = []
    const [isBegun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = async () => {
      sent.push('first')
      isBegun.resolve()
      await mayEnd.promise
    }
    const first = senderOf({ leaseMs, send: slow })
    const second = senderOf({ leaseMs: LEASE_MS, send: async () => void sent.push('second') })
    first.nudge()
    await isBegun.promise
    second.nudge()
    await second.close() // When it has looked, and sent what it has found.
    mayEnd.resolve()
    await first.close()
    expect(await db.rows("SELECT id FROM deliveries WHERE status <> 'sent'")).toEqual([])
    return sent
  }

  test('an e-mail that one is at — while the other looks for mail — is sent once', async () => {
    expect(await senders({ leaseMs: LEASE_MS })).toEqual(['first'])
  })

  test('an e-mail that one is at — without the lease — is sent by the other too, so the test above can fail', async () => {
    expect(await senders({ leaseMs: 0 })).toEqual(['first', 'second'])
  })
})
