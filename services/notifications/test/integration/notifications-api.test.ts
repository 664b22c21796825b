import type { Notification, Problem } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { arrived, auditOf, type RunningMailbox, type RunningNotifications } from '../support/running-notifications.ts'
import { bookingFacts, eventOf } from '../support/sample-events.ts'
import { useNotifications } from '../support/shared-notifications.ts'

interface Page {
  data: Notification[]
  nextCursor: string | null
}

describe.each(databases())('the API on $name', (kind) => {
  let mailbox: RunningMailbox
  let notifications: RunningNotifications
  useNotifications(kind, (shared) => ({ mailbox, notifications } = shared))

  const list = async (as: string, query = '') => (await notifications.call<Page>('GET', `/api/v1/notifications${query}`, as)).body
  const allSent = () => waitFor(async () => (await notifications.statuses()).every(({ status }) => status === 'sent'))

  /** Two e-mails of one customer, one of another. */
  async function mailsOfTwo() {
    const [mine, theirs] = [bookingFacts({ ownerId: 'usr_mine' }), bookingFacts({ ownerId: 'usr_theirs' })]
    await notifications.publish(
      eventOf('booking.expired', mine),
      eventOf('booking.expired', theirs),
      eventOf('user.registered', { userId: 'usr_mine', email: 'me@example.com', givenNames: 'M', familyName: 'E' }),
    )
    await arrived(mailbox, 3)
    await allSent()
    return { mine, theirs }
  }

  test('list — a customer — sees what was sent to them and nothing else, by booking too', async () => {
    const { mine, theirs } = await mailsOfTwo()
    const own = await list('customer~usr_mine')
    expect(own.data.map(({ template }) => template).sort()).toEqual(['booking-expired', 'welcome'])
    expect((await list('customer~usr_mine', `?bookingId=${mine.bookingId}`)).data).toHaveLength(1)
    expect((await list('customer~usr_mine', `?bookingId=${theirs.bookingId}`)).data).toEqual([])
  })

  test('list — an agent — sees everybody’s, and one booking’s when asked', async () => {
    const { theirs } = await mailsOfTwo()
    expect((await list('agent')).data).toHaveLength(3)
    const [only, ...rest] = (await list('agent', `?bookingId=${theirs.bookingId}`)).data
    expect(only).toMatchObject({
      template: 'booking-expired',
      to: 'sean@example.com',
      status: 'sent',
      bookingId: theirs.bookingId,
      attempts: 1,
    })
    expect(only?.sentAt).toMatch(/^\d{4}-.*Z$/)
    expect(rest).toEqual([])
  })

  test('list — in pages of two — comes whole, newest first, and a changed cursor is 400', async () => {
    await mailsOfTwo()
    const first = await list('admin', '?limit=2')
    const second = await list('admin', `?limit=2&cursor=${first.nextCursor}`)
    const ids = [...first.data, ...second.data].map(({ id }) => id)
    expect(ids).toEqual([...ids].sort().reverse())
    expect([ids.length, second.nextCursor]).toEqual([3, null])
    const forged = await notifications.call<Problem>('GET', `/api/v1/notifications?cursor=${first.nextCursor}x`, 'admin')
    expect(forged).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test.each(['?limit=0', '?limit=101', '?bookingId=x', '?unknown=1'])('list — with %s — is 400', async (query) => {
    expect((await notifications.call('GET', `/api/v1/notifications${query}`, 'admin')).status).toBe(400)
  })

  test('one notification — of another customer — is as absent as one that never was', async () => {
    const { theirs } = await mailsOfTwo()
    const [other] = (await list('admin', `?bookingId=${theirs.bookingId}`)).data
    const foreign = await notifications.call<Problem>('GET', `/api/v1/notifications/${other?.id}`, 'customer~usr_mine')
    const absent = await notifications.call<Problem>('GET', '/api/v1/notifications/ntf_none', 'customer~usr_mine')
    expect([foreign.status, absent.status]).toEqual([404, 404])
    expect(foreign.body.detail).toBe(absent.body.detail)
    expect((await notifications.call('GET', `/api/v1/notifications/${other?.id}`, 'customer~usr_theirs')).status).toBe(200)
  })

  test('resend — of a sent e-mail, twice in a row — sends one further copy under a Message-ID of its own', async () => {
    const event = eventOf('booking.confirmed', bookingFacts())
    await notifications.publish(event)
    await arrived(mailbox, 1)
    await allSent()
    const [original] = (await list('agent')).data
    await mailbox.control({ down: true })
    const [first, second] = [
      await notifications.call('POST', `/api/v1/notifications/${original?.id}/resend`, 'agent'),
      await notifications.call('POST', `/api/v1/notifications/${original?.id}/resend`, 'agent'),
    ]
    expect([first.status, second.status]).toEqual([202, 202])
    expect(second.body.id).toBe(first.body.id)
    expect(first.body.id).not.toBe(original?.id)
    await mailbox.control({ down: false })
    const [copy] = await arrived(mailbox, 2)
    expect(copy?.headers).toMatchObject({
      'message-id': `<${event.eventId}.booking-confirmed.1@skyhold.example>`,
      'x-skyhold-copy': '1',
      'x-skyhold-event-id': event.eventId,
    })
    const [row] = await notifications.db.rows<{ by: string }>('SELECT requested_by AS `by` FROM deliveries WHERE copy = 1')
    expect(row?.by).toBe('usr_agent')
    expect(await auditOf(notifications, 'notifications', original?.id)).toEqual([
      {
        action: 'notification.resent',
        actorId: 'usr_agent',
        before: { id: original?.id, copy: 0, status: 'sent' },
        after: { id: first.body.id, copy: 1, status: 'queued' },
      },
    ])
  })

  test('resend — of one that failed — queues the same one again', async () => {
    await notifications.publish(eventOf('user.registered', { userId: 'usr_1', email: 'no address', givenNames: 'A', familyName: 'B' }))
    await waitFor(async () => (await notifications.statuses())[0]?.status === 'failed')
    const [failed] = (await list('admin')).data
    const answer = await notifications.call('POST', `/api/v1/notifications/${failed?.id}/resend`, 'admin')
    expect(answer).toMatchObject({ status: 202, body: { id: failed?.id, status: 'queued' } })
    const resent = { id: failed?.id, copy: 0 }
    expect(await auditOf(notifications, 'notifications', failed?.id)).toEqual([
      {
        action: 'notification.resent',
        actorId: 'usr_admin',
        before: { ...resent, status: 'failed' },
        after: { ...resent, status: 'queued' },
      },
    ])
  })

  test('resend — of what is no longer true — is refused', async () => {
    const facts = bookingFacts()
    await notifications.publish(eventOf('booking.confirmed', facts, { sequence: 3 }))
    await arrived(mailbox, 1)
    await notifications.publish(eventOf('booking.cancelled', facts, { sequence: 5 }))
    await arrived(mailbox, 2)
    await allSent()
    const confirmed = (await list('admin')).data.find(({ template }) => template === 'booking-confirmed')
    const answer = await notifications.call<Problem>('POST', `/api/v1/notifications/${confirmed?.id}/resend`, 'admin')
    expect(answer).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await auditOf(notifications, 'notifications', confirmed?.id)).toEqual([])
  })

  test('resend — by a customer, by nobody, of nothing — is 403, 401, 404', async () => {
    await mailsOfTwo()
    const [own] = (await list('customer~usr_mine')).data
    const resend = (id: string | undefined, as: string) => notifications.call('POST', `/api/v1/notifications/${id}/resend`, as)
    expect((await resend(own?.id, 'customer~usr_mine')).status).toBe(403)
    expect((await resend(own?.id, '')).status).toBe(401)
    expect((await resend('ntf_none', 'admin')).status).toBe(404)
  })

  test('list — without a token — is 401', async () => {
    expect((await notifications.call('GET', '/api/v1/notifications', '')).status).toBe(401)
  })
})
