import type { AuditItem } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { ProblemBody } from '../support/api-client.ts'
import { refundByHand } from '../support/cancelling.ts'
import { type Order, payNow, useShop } from '../support/paying.ts'

type AuditReply = { data: AuditItem[]; nextCursor: string | null } & ProblemBody

describe.each(databases())('the audit of a booking on $name', ({ create }) => {
  const shop = useShop(create, { settings: { PAYMENT_ANSWER_MS: '1000', PAYMENT_TIMEOUT_MS: '2000' } })
  const admin = () => shop.first.asUser('boss', ['admin'])
  const read = ({ booking }: Order, query = '') => admin().get<AuditReply>(`/bookings/${booking.id}/audit${query}`)

  test('held, booked, paid and refunded in part — tells each step with who took it and the status before and after', async () => {
    const order = await shop.order('ada')
    const other = await shop.order('bea')
    const payment = await payNow(order)
    const refund = (await refundByHand(shop.first, payment.id, 3_000)).body
    await payNow(other)

    const { status, body } = await read(order)
    expect(status).toBe(200)
    const subjects = new Set(body.data.map(({ subject }) => subject.id))
    const tickets = body.data.filter(({ subject }) => subject.type === 'ticket').map(({ subject }) => subject.id)
    expect(subjects).toEqual(new Set([order.booking.id, order.booking.holdId, payment.id, refund.id, ...tickets]))
    expect(tickets).toHaveLength(order.booking.passengers.length)
    const path = (type: string) =>
      body.data
        .filter(({ subject }) => subject.type === type)
        .toReversed()
        .map(({ action, before, after }) => [action, before, (after as { status: string }).status])
    expect(path('booking')).toEqual([
      ['booking.awaiting_payment', null, 'awaiting_payment'],
      ['booking.payment_processing', { status: 'awaiting_payment' }, 'payment_processing'],
      ['booking.confirmed', { status: 'payment_processing' }, 'confirmed'],
    ])
    expect(path('payment').at(-1)).toEqual(['payment.partially_refunded', { status: 'captured' }, 'partially_refunded'])
    expect(path('refund')[0]?.slice(0, 2)).toEqual(['refund.pending', null])
    const asked = body.data.find(({ action }) => action === 'refund.pending')
    expect(asked).toMatchObject({ actorId: 'usr_boss', after: { note: expect.stringContaining('3000 EUR (minor units): ') as string } })
    for (const { id, at, requestId, actorId } of body.data) {
      expect(id).toMatch(/^aud_\d+$/)
      expect(Date.parse(at)).toBeGreaterThan(0)
      expect(actorId).not.toBe('')
      expect(requestId, JSON.stringify(actorId)).toBeTypeOf('string')
    }
  })

  test('a contact — changed by an agent — is noted with who did it and what, and without the address', async () => {
    const order = await shop.order('fay')
    const contact = { ...order.booking.contact, email: 'somebody.else@example.com' }
    const agent = shop.first.asUser('agent', ['agent'])
    const patch = () => agent.call('PATCH', `/bookings/${order.booking.id}`, { body: { contact }, headers: { 'if-match': '"1"' } })
    const changed = await patch()
    expect(changed.status).toBe(200)
    const { body } = await read(order)
    expect(body.data[0]).toMatchObject({
      actorId: 'usr_agent',
      action: 'booking.noted',
      subject: { type: 'booking', id: order.booking.id },
      before: null,
      after: { note: 'contact changed: e-mail' },
    })
    expect(JSON.stringify(body)).not.toContain('somebody.else')
    expect((await patch()).status).toBe(412)
    expect((await read(order)).body.data).toHaveLength(body.data.length)
  })

  test('page by page — is the same, newest first, and a cursor is good for its booking only', async () => {
    const [order, other] = [await shop.order('cid'), await shop.order('dot')]
    await payNow(order)
    const whole = (await read(order)).body.data
    const ids = whole.map(({ id }) => Number(id.slice(4)))
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    const paged: AuditItem[] = []
    let cursor: string | null = null
    do {
      const { body }: { body: AuditReply } = await read(order, `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
      expect(body.data.length).toBeLessThanOrEqual(2)
      paged.push(...body.data)
      cursor = body.nextCursor
      if (cursor) expect(await read(other, `?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    } while (cursor)
    expect(paged).toEqual(whole)
  })

  test('its owner, an agent, and a booking that is not there — are refused', async () => {
    const order = await shop.order('eva')
    const path = `/bookings/${order.booking.id}/audit`
    expect(await order.client.get(path)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect(await shop.first.asUser('agent', ['agent']).get(path)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect(await admin().get('/bookings/bkg_0/audit')).toMatchObject({ status: 404, body: { code: 'booking_not_found' } })
  })
})
