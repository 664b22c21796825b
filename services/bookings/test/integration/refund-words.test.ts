import type { Refund } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { applyRefundResult } from '../../src/services/apply-refund-result.ts'
import { eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { cancelNow, type RefundedOrder, refundedOrder, sendUntil, sentBackOrder } from '../support/cancelling.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, payNow, useShop } from '../support/paying.ts'
import { deliverRefund, type RefundWord } from '../support/provider-events.ts'

/** Every order in which so many can come. */
const ordersOf = <T>(items: readonly T[]): T[][] =>
  items.length === 0 ? [[]] : items.flatMap((item, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

const WORDS = ['pending', 'succeeded', 'failed'] as const
const typeOf = (status: string) => (status === 'failed' ? 'refund.failed' : 'refund.updated')

describe.each(databases())('words of the provider about refunds on $name', ({ create }) => {
  const shop = useShop(create, { slowMs: 50 })
  // What the provider says, and when, is said here.
  beforeEach(() => shop.provider.behave({ webhooksPaused: true, down: false }))

  const say = (word: RefundWord) => deliverRefund(shop.first, word)
  const retry = ({ refund: { id } }: RefundedOrder) => shop.first.asUser('boss', ['admin']).post<Refund>(`/refunds/${id}/retry`)
  const rowOf = ({ refund: { id } }: RefundedOrder) => shop.first.parts.refunds.find(id)
  const parked = () => metricOf(shop.first, 'provider_events_parked')
  const expectOwed = async (order: RefundedOrder) =>
    expect(await bookingOf(order)).toMatchObject({
      status: 'cancelled',
      refunds: [{ status: 'needs_attention' }],
      payments: [{ status: 'captured' }],
    })

  /** The numbers by which consumers tell which of two facts about it is the newer one. */
  async function sequencesOf({ refund: { id } }: RefundedOrder): Promise<number[]> {
    const rows = await shop.first.parts.db.rows<{ payload: string }>('SELECT payload FROM outbox WHERE aggregate_id = :id ORDER BY id', {
      id,
    })
    return rows.map(({ payload }) => (JSON.parse(payload) as { aggregate: { sequence: number } }).aggregate.sequence)
  }

  test('an older success — that comes again after the refund has failed — is noted and changes nothing', async () => {
    const order = await sentBackOrder(shop, 'ada')
    const before = await parked()
    await say({ ...order, id: 'evt_older', status: 'succeeded' })
    await expectOwed(order)
    expect(await eventsAbout(shop.first, [order.refund.id])).toEqual(['refund.succeeded', 'refund.needs_attention'])
    const note = `${order.providerId} of refund ${order.refund.id} has failed since it succeeded`
    expect(await shop.first.parts.providerEvents.find('evt_older')).toMatchObject({ state: 'ignored', note, payload: '{}' })
    expect(await parked()).toBe(before)
  })

  test('an older success — that comes while the refund is tried again — does not end the try, which then ends by itself', async () => {
    const order = await sentBackOrder(shop, 'bea')
    await shop.provider.behave({ down: true })
    expect(await retry(order)).toMatchObject({ status: 202 })
    await say({ ...order, status: 'succeeded' })
    expect(['pending', 'unknown']).toContain((await rowOf(order))?.status)
    await shop.provider.behave({ down: false })
    const [shown] = (await bookingOf(order)).refunds
    if (!shown) throw new Error('the booking has no refund')
    await sendUntil(shop.first, shown, 'succeeded')
    expect((await rowOf(order))?.providerId).not.toBe(order.providerId)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    await expectDeclaredPaths(shop.first, [order.refund.id, order.booking.id])
  })

  test('a sender — stopped between its answer and its word, until the refund has failed — changes nothing either', async () => {
    const order = await sentBackOrder(shop, 'cid')
    const result = { kind: 'succeeded', providerId: order.providerId } as const
    const { contradiction } = await applyRefundResult({ refundId: order.refund.id, tries: 0, result, actor: 'refund' }, shop.first.parts)
    expect(contradiction).toMatchObject({ kind: 'outdated' })
    await expectOwed(order)
  })

  test('a failure of a try that is over — is remembered, so that its older success is none', async () => {
    const order = await sentBackOrder(shop, 'dot')
    await shop.provider.behave({ down: true })
    await retry(order)
    await say({ ...order, providerId: 're_of_before', type: 'refund.failed', status: 'failed' })
    await say({ ...order, providerId: 're_of_before', status: 'succeeded' })
    expect(['pending', 'unknown']).toContain((await rowOf(order))?.status)
  })

  test('a refund made by hand at the provider — for one that waits for a person — books ours as succeeded', async () => {
    const order = await sentBackOrder(shop, 'eve')
    await say({ ...order, providerId: 're_by_hand', status: 'succeeded' })
    expect(await rowOf(order)).toMatchObject({ status: 'succeeded', providerId: 're_by_hand' })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await eventsAbout(shop.first, [order.refund.id])).toEqual(['refund.succeeded', 'refund.needs_attention', 'refund.succeeded'])
    const sequences = await sequencesOf(order)
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b))
    await say({ ...order, status: 'succeeded' })
    expect(await rowOf(order)).toMatchObject({ status: 'succeeded', providerId: 're_by_hand' })
    await expectDeclaredPaths(shop.first, [order.refund.id, order.booking.id])
  })

  test('a second refund of the provider’s — that succeeds beside the one that stands for ours — is parked, and nothing is booked', async () => {
    const order = await refundedOrder(shop, 'fay')
    const before = (await parked()) ?? 0
    await say({ ...order, id: 'evt_second', providerId: 're_second', status: 'succeeded' })
    expect(await parked()).toBe(before + 1)
    const note = `refund ${order.refund.id} is given back twice: ${order.providerId} and re_second`
    expect(await shop.first.parts.providerEvents.find('evt_second')).toMatchObject({ state: 'parked', note })
    expect(await rowOf(order)).toMatchObject({ status: 'succeeded', providerId: order.providerId })
    expect(await eventsAbout(shop.first, [order.refund.id])).toEqual(['refund.succeeded'])
  })

  test.each(ordersOf(WORDS).map((order) => [order.join(', '), order] as const))(
    'a refund that has failed — told of as %s, each twice — waits for a person, whose try is all that ends it',
    async (_order, words) => {
      const order = await refundedOrder(shop, 'gus')
      for (const status of [...words, ...words]) await say({ ...order, type: typeOf(status), status })
      await expectOwed(order)
      // Answered 202 where the provider is slow.
      expect([200, 202]).toContain((await retry(order)).status)
      await waitFor(() => shop.first.parts.unfinished.size === 0, { what: 'the try to be through', timeoutMs: 15_000 })
      for (const status of words) await say({ ...order, type: typeOf(status), status })
      expect(await bookingOf(order)).toMatchObject({ refunds: [{ status: 'succeeded' }], payments: [{ status: 'refunded' }] })
      expect(await eventsAbout(shop.first, [order.refund.id])).toEqual(['refund.succeeded', 'refund.needs_attention', 'refund.succeeded'])
      await expectDeclaredPaths(shop.first, [order.refund.id, order.booking.id])
    },
  )

  test.each(ordersOf(WORDS).map((order) => [order.join(', '), order] as const))(
    'a refund that the provider had pending and that failed — told of as %s — waits for a person',
    async (_order, words) => {
      const order = await shop.order('hal')
      const { id: paymentId } = await payNow(order)
      await cancelNow(shop.first, order)
      const [refund] = await shop.first.parts.refunds.listOfPayment(paymentId)
      if (!refund) throw new Error('the cancellation has no refund')
      for (const status of words) await say({ refund, providerId: `re_of_${refund.id}`, type: typeOf(status), status })
      expect(await bookingOf(order)).toMatchObject({ refunds: [{ status: 'needs_attention' }], payments: [{ status: 'captured' }] })
      expect((await eventsAbout(shop.first, [refund.id])).at(-1)).toBe('refund.needs_attention')
      await expectDeclaredPaths(shop.first, [refund.id, order.booking.id, paymentId])
    },
  )

  test('a word — of another payment than the refund’s — is parked; one of its own, in an older version of the API, is taken', async () => {
    const order = await refundedOrder(shop, 'ida')
    const failed = { ...order, status: 'failed' }
    await say({ ...failed, id: 'evt_elsewhere', type: 'refund.failed', intentId: 'pi_of_somebody_else' })
    expect(await shop.first.parts.providerEvents.find('evt_elsewhere')).toMatchObject({
      state: 'parked',
      note: `of another payment than refund ${order.refund.id}`,
    })
    expect(await rowOf(order)).toMatchObject({ status: 'succeeded' })
    await say({ ...failed, type: 'charge.refund.updated' })
    await expectOwed(order)
  })
})
