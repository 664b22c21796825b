import type { BookingFacts, EventData, EventEnvelope, NotificationTemplate } from '@skyhold/contracts'
import { newId } from '@skyhold/platform'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { MailTransport } from '../../src/clients/mail-transport.ts'
import { NotedFacts } from '../../src/repositories/noted-facts.ts'
import { arrived, runNotifications, type RunningMailbox, type RunningNotifications } from '../support/running-notifications.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'
import { useNotifications } from '../support/shared-notifications.ts'

const MINUTE_MS = 60_000
const inr = (amountMinor: number) => ({ amountMinor, currency: 'INR' })

describe.each(databases())('mails and newer facts on $name', (kind) => {
  let mailbox: RunningMailbox
  let notifications: RunningNotifications
  useNotifications(kind, (shared) => ({ mailbox, notifications } = shared))

  const statusOf = async (template: NotificationTemplate) =>
    (await notifications.statuses()).find((candidate) => candidate.template === template)?.status
  const becomes = (template: NotificationTemplate, status: string) =>
    waitFor(async () => (await statusOf(template)) === status, { what: `${template} to be ${status}` })
  const subjects = async () => (await mailbox.mails()).data.map(({ subject }) => subject)

  /** Made a while ago, with some time left to pay. */
  function created(facts: BookingFacts, { agoMs, leftMs }: { agoMs: number; leftMs: number }): EventEnvelope {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString()
    return eventOf('booking.created', { ...facts, expiresAt: at(leftMs) }, { sequence: 1, occurredAt: at(-agoMs) })
  }
  /** Looked for at the next e-mail that is queued, or after five seconds at most. */
  const dueNow = () => notifications.db.run("UPDATE deliveries SET due_at = 1 WHERE template = 'booking-held'")
  const cancelled = (facts: BookingFacts, cause: 'customer' | 'flight_cancelled') =>
    eventOf('booking.cancelled', { ...facts, cancellation: { cause, refund: inr(100), fee: inr(0) } }, { sequence: 5 })

  test('a booking not paid after a tenth of its time — one reminder, with the headers that lead back', async () => {
    const facts = bookingFacts()
    const event = created(facts, { agoMs: 2 * MINUTE_MS, leftMs: 8 * MINUTE_MS })
    await notifications.publish(event, event)
    const [mail] = await arrived(mailbox, 1)
    expect(mail?.subject).toContain(`Booking ${facts.reference}: please pay, `)
    expect(mail?.headers).toMatchObject({
      'message-id': `<${event.eventId}.booking-held@skyhold.example>`,
      'x-skyhold-event-id': event.eventId,
      'x-skyhold-booking': facts.reference,
    })
    await becomes('booking-held', 'sent')
    expect(await mailbox.mails()).toMatchObject({ data: { length: 1 }, duplicates: 0 })
  })

  test('a booking just made — its reminder waits for a tenth of the time', async () => {
    const event = created(bookingFacts(), { agoMs: 0, leftMs: 10 * MINUTE_MS })
    await notifications.publish(event)
    await becomes('booking-held', 'queued')
    const [row] = await notifications.db.rows<{ due_at: number }>('SELECT due_at FROM deliveries')
    expect(Number(row?.due_at)).toBe(Date.parse(event.occurredAt) + MINUTE_MS)
    await dueNow()
    await notifications.publish(eventOf('booking.expired', bookingFacts()))
    await becomes('booking-held', 'sent')
    await arrived(mailbox, 2)
  })

  test.each([
    ['booking-confirmed', (facts: BookingFacts) => eventOf('booking.confirmed', facts, { sequence: 3 })],
    ['booking-expired', (facts: BookingFacts) => eventOf('booking.expired', facts, { sequence: 2 })],
    ['booking-cancelled', (facts: BookingFacts) => cancelled(facts, 'customer')],
    ['flight-cancelled', (facts: BookingFacts) => cancelled(facts, 'flight_cancelled')],
  ] as const)('a reminder — %s before it is due, or before it is known at all — is never sent', async (template, newer) => {
    const facts = bookingFacts()
    await notifications.publish(created(facts, { agoMs: 0, leftMs: 10 * MINUTE_MS }))
    await becomes('booking-held', 'queued')
    await notifications.publish(newer(facts))
    await becomes(template, 'sent')
    await dueNow()
    const other = bookingFacts()
    await notifications.publish(newer(other))
    await becomes('booking-held', 'superseded')
    await arrived(mailbox, 2)

    await notifications.publish(created(other, { agoMs: 5 * MINUTE_MS, leftMs: 5 * MINUTE_MS }))
    await waitFor(async () => (await notifications.statuses()).filter(({ status }) => status === 'superseded').length === 2)
    expect((await subjects()).some((subject) => subject.includes('please pay'))).toBe(false)
  })

  test('a reminder — known only when the time to pay is over — is never sent', async () => {
    await notifications.publish(created(bookingFacts(), { agoMs: 20 * MINUTE_MS, leftMs: -1 }))
    await becomes('booking-held', 'superseded')
    expect(await subjects()).toEqual([])
  })

  test('confirmed delayed past a cancelled flight — only the cancellation is sent', async () => {
    const facts = bookingFacts()
    await notifications.publish(cancelled(facts, 'flight_cancelled'))
    await becomes('flight-cancelled', 'sent')
    await notifications.publish(eventOf('booking.confirmed', facts, { sequence: 3 }), eventOf('booking.expired', facts, { sequence: 2 }))
    await becomes('booking-confirmed', 'superseded')
    await becomes('booking-expired', 'superseded')
    expect(await subjects()).toEqual([expect.stringContaining('is cancelled: booking')])
  })

  /** A refund that has succeeded, and what became of it since; told apart by how many steps it had taken. */
  function refundFacts() {
    const { bookingId, reference, ownerId, contact } = bookingFacts()
    const data = {
      refundId: newId('refund'),
      paymentId: 'pay_1',
      bookingId,
      reference,
      ownerId,
      contact,
      amount: inr(100),
      reason: 'staff note',
    }
    const said = <T extends 'refund.succeeded' | 'refund.needs_attention'>(type: T, sequence: number) => {
      const event = eventOf(type, data as EventData<T>)
      return { ...event, aggregate: { type: 'refund', id: data.refundId, sequence } }
    }
    return { succeeded: said('refund.succeeded', 2), sentBack: said('refund.needs_attention', 3), again: said('refund.succeeded', 5) }
  }
  const refundMails = async () =>
    (await notifications.statuses()).filter(({ template }) => template === 'refund-succeeded').map(({ status }) => status)

  test('a refund — sent back by the bank while its e-mail is put off by the mail server — is not told of, until it has succeeded again', async () => {
    const { succeeded, sentBack, again } = refundFacts()
    await mailbox.control({ rejectRate: 1 })
    await notifications.publish(succeeded)
    const hasBeenTried = async () => (await notifications.statuses()).some(({ status, attempts }) => status === 'queued' && attempts > 0)
    await waitFor(hasBeenTried, { what: 'a first try' })
    await notifications.publish(sentBack)
    await waitFor(async () => (await notifications.db.rows('SELECT event_id FROM noted_facts')).length === 1, { what: 'the news' })
    await mailbox.control({ rejectRate: 0 })
    await waitFor(async () => (await refundMails()).join() === 'superseded', { what: 'the e-mail to be given up', timeoutMs: 15_000 })
    expect(await subjects()).toEqual([])
    await notifications.publish(again)
    await waitFor(async () => (await refundMails()).join() === 'superseded,sent', { what: 'the second e-mail', timeoutMs: 15_000 })
    expect(await subjects()).toHaveLength(1)
  })

  test('a refund — known to have been sent back before its e-mail is queued at all, twice — is not told of; another one is', async () => {
    const { succeeded, sentBack } = refundFacts()
    await notifications.publish(sentBack, sentBack)
    await waitFor(async () => (await notifications.db.rows('SELECT event_id FROM noted_facts')).length === 1, { what: 'the news' })
    await notifications.publish(succeeded, refundFacts().succeeded)
    await waitFor(async () => (await refundMails()).toSorted().join() === 'sent,superseded', { what: 'one e-mail' })
  })

  test('what is noted of refunds — is forgotten after thirty days', async () => {
    const [old, young] = [refundFacts().sentBack, refundFacts().sentBack]
    await notifications.publish(old, young)
    const noted = () => notifications.db.rows<{ id: string }>('SELECT event_id AS id FROM noted_facts')
    await waitFor(async () => (await noted()).length === 2, { what: 'the news' })
    const ago = 31 * 24 * 60 * MINUTE_MS
    await notifications.db.run('UPDATE noted_facts SET noted_at = noted_at - :ago WHERE event_id = :id', { ago, id: old.eventId })
    expect(await new NotedFacts(notifications.db).purge({ batch: 1 })).toBe(1)
    expect(await noted()).toEqual([{ id: young.eventId }])
  })

  test('refund and return of a payment — in any order with the cancellation — are all sent, for money that went back stays so', async () => {
    const { bookingId, reference, ownerId, contact, ...rest } = bookingFacts()
    const money = { paymentId: 'pay_1', bookingId, reference, ownerId, contact, amount: inr(100) }
    await notifications.publish(
      eventOf('refund.succeeded', { ...money, refundId: 'rfd_1', reason: 'staff note' }, { sequence: 2 }),
      eventOf('payment.returned', money, { sequence: 9 }),
      cancelled({ bookingId, reference, ownerId, contact, ...rest }, 'customer'),
    )
    const mails = await arrived(mailbox, 3)
    for (const mail of mails) expect(mail.headers['x-skyhold-booking']).toBe(reference)
    await waitFor(async () => (await notifications.statuses()).every(({ status }) => status === 'sent'))
  })
})

describe.each(databases())('mails of one booking on $name', (kind) => {
  test('cancelled while the confirmation is on its way — the cancellation waits and comes after it', async () => {
    const database = await kind.create()
    const sent: string[] = []
    let isAtServer = false
    const slow = Promise.withResolvers<void>()
    const transport: MailTransport = {
      async send({ subject }) {
        if (subject.includes('confirmed')) {
          isAtServer = true
          await slow.promise
        }
        sent.push(subject)
      },
      close: () => undefined,
    }
    const notifications = await runNotifications({ url: database.url, smtpUrl: 'smtp://127.0.0.1:1', parts: { transport } })
    const statusOf = async (template: string) =>
      (await notifications.statuses()).find((candidate) => candidate.template === template)?.status
    try {
      const [facts, other] = [bookingFacts(), bookingFacts()]
      await notifications.publish(eventOf('booking.confirmed', facts, { sequence: 3 }))
      await waitFor(() => isAtServer)
      await notifications.publish(eventOf('booking.cancelled', facts, { sequence: 5 }), eventOf('booking.expired', other, { sequence: 2 }))
      // Another booking's goes at once, and with it whatever could go.
      await waitFor(async () => (await statusOf('booking-expired')) === 'sent')
      await waitFor(async () => (await statusOf('booking-cancelled')) === 'queued')
      expect(sent).toHaveLength(1)
      slow.resolve()
      await waitFor(async () => (await statusOf('booking-cancelled')) === 'sent')
      expect(sent.slice(1)).toEqual([expect.stringContaining('confirmed'), expect.stringContaining('is cancelled')])
    } finally {
      slow.resolve()
      await notifications.close()
      await database.drop()
    }
  })
})
