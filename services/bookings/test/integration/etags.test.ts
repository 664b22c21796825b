import type { Booking } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { cancelNow } from '../support/cancelling.ts'
import { payNow, useShop } from '../support/paying.ts'
import { holdSeats } from '../support/sales.ts'

describe.each(databases())('ETags on $name', ({ create }) => {
  const shop = useShop(create)

  test('a payment — as long as nothing becomes of it — has one tag', async () => {
    const order = await shop.order('ada')
    const { id } = await payNow(order)
    const tagOf = async () => (await order.client.get(`/payments/${id}`)).headers.get('etag')
    const tag = await tagOf()
    expect(tag).toMatch(/^".+"$/)
    expect(await tagOf()).toBe(tag)
    await cancelNow(shop.first, order)
    await sendRefunds(shop.first.parts)
    expect(await tagOf()).not.toBe(tag)
  })

  test('a hold — that has ended — has another tag', async () => {
    const client = shop.first.asUser('bea')
    const hold = await holdSeats(client, await shop.first.addFlight(), ['1A'])
    const tagOf = async () => (await client.get(`/holds/${hold.id}`)).headers.get('etag')
    const tag = await tagOf()
    expect(tag).toMatch(/^".+"$/)
    await client.call('DELETE', `/holds/${hold.id}`)
    expect(await tagOf()).not.toBe(tag)
  })

  test.each([
    ['the tag of the booking', (tag: string) => tag, 200],
    ['one of several tags', (tag: string) => `"7000", ${tag}`, 200],
    ['any', () => '*', 200],
    ['a weak tag, which is never the same', (tag: string) => `W/${tag}`, 412],
    ['the tag of something else', () => '"1.-5"', 412],
    ['none', () => '', 428],
  ])('a change of the contact — if it is %s — is answered as a change of a flight is', async (_what, ifMatch, status) => {
    const { client, booking } = await shop.order('cid')
    const tag = (await client.get<Booking>(`/bookings/${booking.id}`)).headers.get('etag') ?? ''
    const headers = ifMatch(tag) === '' ? {} : { 'if-match': ifMatch(tag) }
    const changed = await client.call('PATCH', `/bookings/${booking.id}`, { body: { contact: { email: 'cid@example.com' } }, headers })
    expect(changed.status).toBe(status)
  })
})
