import type { Notification } from '@skyhold/contracts'
import type { consumeOnce } from '@skyhold/platform'
import { databases, freePort, waitFor, type TestDatabase } from '@skyhold/testkit'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MailTransport, OutgoingMail } from '../../src/clients/mail-transport.ts'
import { openSmtp } from '../../src/clients/smtp.ts'
import { arrived, runMailbox, runNotifications, type RunningMailbox, type RunningNotifications } from '../support/running-notifications.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'
import { useNotifications } from '../support/shared-notifications.ts'

describe.each(databases())('delivery on $name', (kind) => {
  let mailbox: RunningMailbox
  let notifications: RunningNotifications
  useNotifications(kind, (shared) => ({ mailbox, notifications } = shared))

  test('a confirmed booking — one e-mail with ticket, calendar and the headers that lead back', async () => {
    const facts = bookingFacts()
    const event = eventOf('booking.confirmed', facts, { correlationId: 'req-42' })
    await notifications.publish(event)
    const [mail] = await arrived(mailbox, 1)
    expect(mail).toMatchObject({ to: 'sean@example.com', subject: `Booking ${facts.reference} confirmed: Bengaluru – London – New York` })
    expect(mail?.headers).toMatchObject({
      'x-skyhold-event-id': event.eventId,
      'x-skyhold-booking': facts.reference,
      'x-request-id': 'req-42',
      'auto-submitted': 'auto-generated',
      'message-id': `<${event.eventId}.booking-confirmed@skyhold.example>`,
    })
    expect(mail?.headers).not.toHaveProperty('x-skyhold-attempt')
    expect(mail?.attachments.map(({ filename }) => filename)).toEqual([`ticket-${facts.reference}.pdf`, `flights-${facts.reference}.ics`])
    expect(mail?.html).toContain('Nguyễn')
    expect(mail?.text).toContain('Nguyễn')
    await waitFor(async () => (await notifications.statuses())[0]?.status === 'sent')
  })

  test('the same event three times — one e-mail', async () => {
    const event = eventOf('booking.confirmed', bookingFacts())
    const last = eventOf('user.registered', { userId: 'usr_1', email: 'last@example.com', givenNames: 'L', familyName: 'Ast' })
    await notifications.publish(event, event, event, last)
    await arrived(mailbox, 2)
    await waitFor(async () => (await notifications.bus.depth('notifications.mail')) === 0)
    await waitFor(async () => (await notifications.statuses()).every(({ status }) => status === 'sent'))
    expect(await mailbox.mails()).toMatchObject({ data: { length: 2 }, duplicates: 0 })
  })

  test('a mail server that answers 421 — is probed by one mail at a time, whoever waits', async () => {
    await mailbox.control({ down: true })
    await notifications.publish(...Array.from({ length: 30 }, () => eventOf('booking.expired', bookingFacts())))
    await waitFor(async () => (await notifications.statuses()).length === 30)
    // At most six find out together; then one goes after the other, after growing waits.
    await waitFor(async () => (await attemptsOf(notifications)) >= 3)
    expect(await attemptsOf(notifications)).toBeLessThanOrEqual(8)
    await mailbox.control({ down: false })
    await arrived(mailbox, 30)
  })

  test('a refusal for now — the mail is sent a second later', async () => {
    await mailbox.control({ rejectRate: 1 })
    await notifications.publish(eventOf('booking.expired', bookingFacts()))
    await waitFor(
      async () => (await notifications.statuses())[0]?.attempts === 1 && (await notifications.statuses())[0]?.status === 'queued',
    )
    await mailbox.control({ rejectRate: 0 })
    await arrived(mailbox, 1)
    await waitFor(async () => (await notifications.statuses())[0]?.status === 'sent')
  })

  test('an address that is two — fails at once, and nobody gets a mail', async () => {
    await notifications.publish(
      eventOf('user.registered', { userId: 'usr_1', email: 'a@example.com, b@example.com', givenNames: 'A', familyName: 'B' }),
    )
    await waitFor(async () => (await notifications.statuses())[0]?.status === 'failed')
    expect((await mailbox.mails()).data).toEqual([])
  })

  test('confirmed delayed past cancelled — is never sent', async () => {
    const facts = bookingFacts()
    await notifications.publish(eventOf('booking.cancelled', facts, { sequence: 5 }))
    await arrived(mailbox, 1)
    await notifications.publish(eventOf('booking.confirmed', facts, { sequence: 3 }))
    await waitFor(async () => (await notifications.statuses()).some(({ status }) => status === 'superseded'))
    expect((await mailbox.mails()).data).toHaveLength(1)
  })

  test('expired and then confirmed by late money — the confirmation is sent', async () => {
    const facts = bookingFacts()
    await notifications.publish(eventOf('booking.expired', facts, { sequence: 3 }))
    await arrived(mailbox, 1)
    await notifications.publish(eventOf('booking.confirmed', facts, { sequence: 5 }))
    const mails = await arrived(mailbox, 2)
    expect(mails[0]?.subject).toContain('confirmed')
  })

  test('a list of what was sent — shows no payload and no subject', async () => {
    await notifications.publish(eventOf('booking.expired', bookingFacts()))
    await arrived(mailbox, 1)
    const { body } = await notifications.call<{ data: Notification[] }>('GET', '/api/v1/notifications', 'admin')
    expect(Object.keys(body.data[0] ?? {}).sort()).toEqual(['attempts', 'bookingId', 'id', 'sentAt', 'status', 'template', 'to'])
  })
})

describe.each(databases())('delivery by a service of its own on $name', (kind) => {
  let database: TestDatabase
  let mailbox: RunningMailbox
  const running: { close(): Promise<void> }[] = []

  beforeEach(async () => {
    database = await kind.create()
    mailbox = await runMailbox()
  })
  afterEach(async () => {
    for (const part of running.splice(0).reverse()) await part.close()
    await mailbox.service.close()
    await database.drop()
  })

  const start = async (options: Partial<Parameters<typeof runNotifications>[0]> = {}): Promise<RunningNotifications> => {
    const notifications = await runNotifications({ url: database.url, smtpUrl: mailbox.service.smtpUrl, ...options })
    running.push(notifications)
    return notifications
  }

  test('the same event twice — without the inbox and the unique key — is mailed twice, so the test above can fail', async () => {
    const withoutInbox: typeof consumeOnce = async ({ db, effect }) => {
      await db.transaction(effect)
      return 'applied'
    }
    const notifications = await start({ parts: { once: withoutInbox } })
    await notifications.db.run(kind.name === 'sqlite' ? 'DROP INDEX deliveries_fact' : 'ALTER TABLE deliveries DROP INDEX deliveries_fact')
    const event = eventOf('booking.expired', bookingFacts())
    await notifications.publish(event, event)
    await waitFor(async () => (await mailbox.mails()).duplicates === 1)
  })

  test('a mail server that is away and comes back — everything arrives, once', async () => {
    const smtpPort = await freePort()
    const notifications = await start({ smtpUrl: `smtp://127.0.0.1:${smtpPort}` })
    await notifications.publish(...Array.from({ length: 12 }, () => eventOf('booking.expired', bookingFacts())))
    await waitFor(async () => (await attemptsOf(notifications)) >= 3)
    const late = await runMailbox({ smtpPort })
    running.push({ close: () => late.service.close() })
    await arrived(late, 12)
    expect(await late.mails()).toMatchObject({ data: { length: 12 }, duplicates: 0 })
    await waitFor(async () => (await notifications.statuses()).every(({ status }) => status === 'sent'))
  })

  test('death between the server’s yes and the mark — the next process sends it again under the same Message-ID, as attempt 2', async () => {
    const death = Promise.withResolvers<void>()
    const dying = transportThat(mailbox.service.smtpUrl, () => death.promise)
    const first = await start({ parts: { transport: dying, leaseMs: 300 } })
    running.push({ close: async () => death.resolve() })
    const event = eventOf('booking.confirmed', bookingFacts())
    await first.publish(event)
    const [before] = await arrived(mailbox, 1)
    expect(before?.headers).not.toHaveProperty('x-skyhold-attempt')
    expect((await first.statuses())[0]?.status).toBe('sending')

    await waitFor(
      async () => (await first.db.rows('SELECT id FROM deliveries WHERE due_at <= :nowMs', { nowMs: await first.db.now() })).length === 1,
    )
    const repeats: OutgoingMail[] = []
    const second = await start({
      parts: {
        transport: transportThat(
          mailbox.service.smtpUrl,
          () => Promise.resolve(),
          async (mail) => void repeats.push(mail),
        ),
      },
    })
    await waitFor(async () => (await mailbox.mails()).duplicates === 1)
    expect(repeats).toMatchObject([
      {
        messageId: before?.headers['message-id'],
        headers: { 'X-Skyhold-Attempt': '2', 'X-Skyhold-Event-Id': event.eventId, 'X-Skyhold-Booking': event.data.reference },
      },
    ])
    await waitFor(async () => (await second.statuses())[0]?.status === 'sent')
    expect(await mailbox.mails()).toMatchObject({ data: { length: 1 }, duplicates: 1 })
    expect(await second.statuses()).toEqual([{ template: 'booking-confirmed', status: 'sent', attempts: 2 }])

    death.resolve() // The dead one was only slow: its mark must change nothing.
    await first.service.close()
    expect(await second.statuses()).toEqual([{ template: 'booking-confirmed', status: 'sent', attempts: 2 }])
  })

  test('a second attempt — says so in a header', async () => {
    let isFirst = true
    const failing = transportThat(
      mailbox.service.smtpUrl,
      () => Promise.resolve(),
      async () => {
        if (!isFirst) return
        isFirst = false
        throw new Error('the process was shaken')
      },
    )
    const notifications = await start({ parts: { transport: failing } })
    await notifications.publish(eventOf('booking.expired', bookingFacts()))
    const [mail] = await arrived(mailbox, 1)
    expect(mail?.headers['x-skyhold-attempt']).toBe('2')
  })

  test('a recipient that the server refuses for good — fails with the server’s words and is not tried again', async () => {
    const server = await refusingServer(550, 'No such mailbox here')
    running.push(server)
    const notifications = await start({ smtpUrl: server.url })
    await notifications.publish(eventOf('booking.expired', bookingFacts()))
    await waitFor(async () => (await notifications.statuses())[0]?.status === 'failed')
    expect(await notifications.statuses()).toEqual([{ template: 'booking-expired', status: 'failed', attempts: 1 }])
    const [row] = await notifications.db.rows<{ reason: string }>('SELECT last_error AS reason FROM deliveries')
    expect(row?.reason).toContain('No such mailbox here')
  })

  test('confirmed and cancelled while the mail server is away — only what is still true is sent', async () => {
    const smtpPort = await freePort()
    const notifications = await start({ smtpUrl: `smtp://127.0.0.1:${smtpPort}` })
    const facts = bookingFacts()
    await notifications.publish(eventOf('booking.confirmed', facts, { sequence: 3 }), eventOf('booking.cancelled', facts, { sequence: 5 }))
    await waitFor(async () => (await notifications.statuses()).length === 2)
    const late = await runMailbox({ smtpPort })
    running.push({ close: () => late.service.close() })
    const [mail] = await arrived(late, 1)
    expect(mail?.subject).toBe(`Booking ${facts.reference} is cancelled`)
    await waitFor(async () => (await notifications.statuses()).every(({ status }) => status === 'sent' || status === 'superseded'))
    expect((await notifications.statuses()).map(({ template, status }) => [template, status])).toEqual(
      expect.arrayContaining([
        ['booking-confirmed', 'superseded'],
        ['booking-cancelled', 'sent'],
      ]),
    )
  })
})

const attemptsOf = async (notifications: RunningNotifications): Promise<number> =>
  (await notifications.statuses()).reduce((sum, { attempts }) => sum + attempts, 0)

/** Sends as the service does; `after` runs when the server has taken the mail, `before` ahead of it. */
function transportThat(
  url: string,
  after: () => Promise<void>,
  before: (mail: OutgoingMail) => Promise<void> = () => Promise.resolve(),
): MailTransport {
  const smtp = openSmtp({ url, from: { name: 'Skyhold', address: 'tickets@skyhold.example' }, connections: 2, timeoutMs: 5_000 })
  return {
    async send(mail) {
      await before(mail)
      await smtp.send(mail)
      await after()
    },
    close: () => smtp.close(),
  }
}

async function refusingServer(responseCode: number, message: string): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error(message), { responseCode })),
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { url: `smtp://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) }
}
