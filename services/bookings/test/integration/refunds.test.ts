import type { Refund } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { applyRefundResult } from '../../src/services/apply-refund-result.ts'
import type { CallOptions } from '../support/api-client.ts'
import { claimStates, eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { cancelledInFull, confirm, quote, refundByHand, type RefundReply, sendUntil } from '../support/cancelling.ts'
import { bookingOf, type Order, payNow, useShop } from '../support/paying.ts'

type PaidOrder = Order & { paymentId: string }

describe.each(databases())('refunds on $name', ({ create }) => {
  const shop = useShop(create, { settings: { PAYMENT_ANSWER_MS: '1000', PAYMENT_TIMEOUT_MS: '2000' } })
  const admin = () => shop.first.asUser('boss', ['admin'])

  async function paidOrder(name: string): Promise<PaidOrder> {
    const order = await shop.order(name)
    return { ...order, paymentId: (await payNow(order)).id }
  }
  const refund = ({ paymentId }: PaidOrder, amountMinor?: number, options?: CallOptions): Promise<RefundReply> =>
    refundByHand(shop.first, paymentId, amountMinor, options)
  const retry = ({ id }: Refund): Promise<RefundReply> => admin().post(`/refunds/${id}/retry`)
  const refundedOf = async ({ booking }: Order) => (await shop.provider.chargesOf(booking.id)).map(({ refundedMinor }) => refundedMinor)

  /** A paid booking of which a little has gone back by hand, after a refund of all the rest had failed. */
  async function withFailedRest(name: string): Promise<{ order: PaidOrder; failed: Refund }> {
    const order = await paidOrder(name)
    await shop.provider.behave({ refunds: 'failed' })
    const failed = (await refund(order, 9_900)).body
    await sendUntil(shop.first, failed, 'needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    expect(await refund(order, 100)).toMatchObject({ status: 201 })
    return { order, failed }
  }

  /** Nothing of it is left, in any book. */
  async function expectCancelledByRefund(order: PaidOrder, refundIds: string[]): Promise<void> {
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await claimStates(shop.first, order)).toEqual([])
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.confirmed', 'booking.cancelled'])
    await expectDeclaredPaths(shop.first, [order.booking.id, order.paymentId, ...refundIds])
  }

  test('a part — refunded by an administrator — leaves the booking as it is', async () => {
    const order = await paidOrder('ada')
    const { status, headers, body } = await refund(order, 3_000)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ paymentId: order.paymentId, amount: { amountMinor: 3_000, currency: 'EUR' }, status: 'succeeded' })
    expect(headers.get('location')).toBe(`/api/v1/refunds/${body.id}`)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'partially_refunded' }] })
    expect(await refundedOf(order)).toEqual([3_000])
    expect((await order.client.get<Refund>(`/refunds/${body.id}`)).body).toEqual(body)
    expect((await order.client.get<{ data: Refund[] }>(`/payments/${order.paymentId}/refunds`)).body.data).toEqual([body])
    await refund(order, 1_000)
    expect(await eventsAbout(shop.first, [body.id])).toEqual(['refund.succeeded'])
    await expectDeclaredPaths(shop.first, [order.paymentId, body.id, order.booking.id])
  })

  test('all of it — refunded by an administrator — cancels the booking and frees its seats', async () => {
    const order = await paidOrder('bea')
    await refund(order, 4_000)
    const { status, body } = await refund(order)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ amount: { amountMinor: 6_000 } })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await claimStates(shop.first, order)).toEqual([])
    expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.confirmed', 'booking.cancelled'])
    expect(await refund(order)).toMatchObject({ status: 409, body: { code: 'not_refundable' } })
    expect(await refund(order, 1)).toMatchObject({ status: 422, body: { code: 'refund_exceeds_captured' } })
    await expectDeclaredPaths(shop.first, [order.paymentId, order.booking.id])
  })

  test('twenty refunds at once — together more than was captured — stop at what was captured', async () => {
    const order = await paidOrder('cid')
    const replies = await Promise.all(Array.from({ length: 20 }, () => refund(order, 900)))
    expect(replies.filter(({ status }) => status === 201 || status === 202)).toHaveLength(11)
    expect(replies.filter(({ body }) => body.code === 'refund_exceeds_captured')).toHaveLength(9)
    await waitFor(async () => (await refundedOf(order))[0] === 9_900, { what: 'the refunds to be back', timeoutMs: 10_000 })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'partially_refunded' }] })
  })

  test('one key — sent ten times at once — is one refund, and another amount under it is refused', async () => {
    const order = await paidOrder('dot')
    const replies = await Promise.all(Array.from({ length: 10 }, () => refund(order, 500, { key: 'one' })))
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect(replies.map(({ status }) => status).every((status) => status === 201 || status === 202)).toBe(true)
    await waitFor(async () => (await refund(order, 500, { key: 'one' })).status === 201, { what: 'the refund to be back' })
    expect(await refund(order, 600, { key: 'one' })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
    expect(await refundedOf(order)).toEqual([500])
  })

  test('cancelling and refunding everything at once — gives the money back once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const order = await paidOrder(`eva${round}`)
      const offer = await quote(order)
      const [cancelled, refunded] = await Promise.all([confirm(order, offer), refund(order)])
      expect(
        [cancelled.status, refunded.status].filter((status) => status < 300),
        JSON.stringify([cancelled, refunded]),
      ).toHaveLength(1)
      await cancelledInFull(order)
      expect(await refundedOf(order)).toEqual([10_000])
      expect((await bookingOf(order)).refunds).toHaveLength(1)
    }
  })

  test.each(['error_stored', 'error_stored_unrefunded'])(
    'a refund — answered %s — is unknown, and found or sent again until it is back, once',
    async (fault) => {
      const order = await paidOrder('fay')
      // The provider's webhook would tell at once what has to be found out here.
      await shop.provider.behave({ refunds: fault, webhooksPaused: true })
      const { status, headers, body } = await refund(order, 2_000)
      await shop.provider.behave({ refunds: 'none' })
      expect(status, JSON.stringify(body)).toBe(202)
      expect(body.status).toBe('unknown')
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      await sendUntil(shop.first, body, 'succeeded')
      expect(await refundedOf(order)).toEqual([2_000])
      expect(await bookingOf(order)).toMatchObject({ payments: [{ status: 'partially_refunded' }], refunds: [{ status: 'succeeded' }] })
      await expectDeclaredPaths(shop.first, [body.id, order.paymentId])
      await shop.provider.behave({ webhooksPaused: false })
    },
  )

  test('the provider — away when a booking is cancelled — pays back when it is there again', async () => {
    const order = await paidOrder('gus')
    const offer = await quote(order)
    await shop.provider.behave({ down: true })
    expect((await confirm(order, offer)).body).toMatchObject({ status: 'cancellation_pending' })
    await waitFor(() => shop.first.parts.unfinished.size === 0, { what: 'the first sending to fail', timeoutMs: 10_000 })
    const [pending] = (await bookingOf(order)).refunds
    if (!pending) throw new Error('the cancellation has no refund')
    expect(pending.status).toBe('unknown')
    await shop.provider.behave({ down: false })
    await sendUntil(shop.first, pending, 'succeeded')
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('a refund — late at the provider — is answered 202, and its key tells the end', async () => {
    const order = await paidOrder('hal')
    await shop.provider.behave({ latencyMs: 1_300 })
    const { status, body } = await refund(order, 700, { key: 'late' })
    await shop.provider.behave({ latencyMs: 0 })
    expect(status, JSON.stringify(body)).toBe(202)
    await waitFor(async () => (await refund(order, 700, { key: 'late' })).status === 201, {
      what: 'the refund to be back',
      timeoutMs: 10_000,
    })
    expect(await refundedOf(order)).toEqual([700])
  })

  test('a refund — pending at the provider — is asked for until it is back', async () => {
    const order = await shop.order('ida')
    const { id: paymentId } = await payNow(order, 'pm_card_pendingRefund')
    const { status, body } = await refund({ ...order, paymentId }, 800)
    expect(status).toBe(202)
    expect(body.status).toBe('pending')
    await sendUntil(shop.first, body, 'succeeded')
    expect(await refundedOf(order)).toEqual([800])
  })

  test('a refund — failed at the provider — waits for a person, whose retry is another try of the same refund', async () => {
    const order = await paidOrder('joe')
    const offer = await quote(order)
    await shop.provider.behave({ refunds: 'failed' })
    await confirm(order, offer)
    await waitFor(async () => (await bookingOf(order)).refunds[0]?.status === 'needs_attention', { what: 'the refund to fail' })
    const [failed] = (await bookingOf(order)).refunds
    if (!failed) throw new Error('the cancellation has no refund')
    expect((await retry(failed)).body.status).toBe('needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancellation_pending', payments: [{ status: 'captured' }] })
    expect(await retry(failed)).toMatchObject({ status: 200, body: { id: failed.id, status: 'succeeded' } })
    expect(await retry(failed)).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await refundedOf(order)).toEqual([10_000])
    expect(await eventsAbout(shop.first, [failed.id])).toEqual(['refund.needs_attention', 'refund.needs_attention', 'refund.succeeded'])
    await expectDeclaredPaths(shop.first, [failed.id, order.paymentId, order.booking.id])
  })

  test('a failed refund of a cancellation — while it waits for a person — keeps its money from refunds by hand, so that it can be made in the end', async () => {
    const order = await paidOrder('kim')
    const offer = await quote(order)
    await shop.provider.behave({ refunds: 'failed' })
    await confirm(order, offer)
    await waitFor(async () => (await bookingOf(order)).refunds[0]?.status === 'needs_attention', { what: 'the refund to fail' })
    await shop.provider.behave({ refunds: 'none' })
    const [failed] = (await bookingOf(order)).refunds
    expect(await refund(order, 1)).toMatchObject({ status: 422, body: { code: 'refund_exceeds_captured' } })
    expect(failed && (await retry(failed))).toMatchObject({ status: 200 })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('a refund by hand of all the money — that failed — keeps it too, because it has cancelled the booking', async () => {
    const order = await paidOrder('ned')
    await shop.provider.behave({ refunds: 'failed' })
    const failed = (await refund(order, 10_000)).body
    await sendUntil(shop.first, failed, 'needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    expect(await refund(order, 1)).toMatchObject({ status: 422, body: { code: 'refund_exceeds_captured' } })
    expect(await retry(failed)).toMatchObject({ status: 200, body: { id: failed.id, status: 'succeeded' } })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await refundedOf(order)).toEqual([10_000])
  })

  test('a refund by hand — that failed — leaves its money to another one, and is then not sent again', async () => {
    const order = await paidOrder('meg')
    await shop.provider.behave({ refunds: 'failed' })
    const failed = (await refund(order, 6_000)).body
    await sendUntil(shop.first, failed, 'needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    expect(await refund(order, 9_000)).toMatchObject({ status: 201 })
    expect(await retry(failed)).toMatchObject({ status: 422, body: { code: 'refund_exceeds_captured' } })
    expect(await refundedOf(order)).toEqual([9_000])
  })

  test('a refund by hand — that failed, and is the last money when it is tried again — cancels the booking', async () => {
    const { order, failed } = await withFailedRest('ora')
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
    expect(await retry(failed)).toMatchObject({ status: 200, body: { status: 'succeeded' } })
    await expectCancelledByRefund(order, [failed.id])
  })

  test('a refund by hand — that failed, and comes through at the provider after all as the last money — cancels the booking', async () => {
    const { order, failed } = await withFailedRest('pia')
    const result = { kind: 'succeeded', providerId: 're_after_all' } as const
    await applyRefundResult({ refundId: failed.id, tries: 0, result, actor: 'provider' }, shop.first.parts)
    await expectCancelledByRefund(order, [failed.id])
  })

  test('a refund — sent back by the card’s bank after it had succeeded — is owed again, waits for a person, and can be tried again', async () => {
    const order = await shop.order('quy')
    const paymentId = (await payNow(order, 'pm_card_refundFail')).id
    const cancelled = await confirm(order, await quote(order))
    expect(cancelled.status).toBe(200)
    const sentBack = await waitFor(async () => (await bookingOf(order)).refunds.find(({ status }) => status === 'needs_attention'), {
      what: 'the refund to be sent back',
    })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'captured' }] })
    expect(await eventsAbout(shop.first, [sentBack.id])).toEqual(['refund.succeeded', 'refund.needs_attention'])
    expect(await refundByHand(shop.first, paymentId, 1)).toMatchObject({ status: 422, body: { code: 'refund_exceeds_captured' } })
    expect(await retry(sentBack)).toMatchObject({ status: 200, body: { status: 'succeeded' } })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    await expectDeclaredPaths(shop.first, [sentBack.id, paymentId, order.booking.id])
  })

  test('a refund by hand — sent back by the card’s bank after its key had heard that it is done — is told as then under that key', async () => {
    const order = await paidOrder('sam')
    const done = await refund(order, 2_000, { key: 'done' })
    expect(done).toMatchObject({ status: 201, body: { status: 'succeeded' } })
    const { id } = done.body
    const result = { kind: 'failed', providerId: (await shop.first.parts.refunds.find(id))?.providerId ?? '' } as const
    await applyRefundResult({ refundId: id, tries: 0, result, actor: 'provider' }, shop.first.parts)
    expect((await order.client.get<Refund>(`/refunds/${id}`)).body.status).toBe('needs_attention')
    const again = await refund(order, 2_000, { key: 'done' })
    expect(again).toMatchObject({ status: 201, body: done.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('location')).toBe(`/api/v1/refunds/${id}`)
  })

  test('a part that was refunded — sent back by the card’s bank — leaves what else went back', async () => {
    const order = await paidOrder('rex')
    const { id } = (await refund(order, 3_000)).body
    await refund(order, 1_000)
    const found = await shop.first.parts.refunds.find(id)
    const result = { kind: 'failed', providerId: found?.providerId ?? '' } as const
    for (let n = 0; n < 2; n += 1) await applyRefundResult({ refundId: id, tries: 0, result, actor: 'provider' }, shop.first.parts)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'partially_refunded' }] })
    expect((await order.client.get<Refund>(`/refunds/${id}`)).body.status).toBe('needs_attention')
    await expectDeclaredPaths(shop.first, [id, order.paymentId])
  })

  test('refunds — asked for by others than an administrator, or of nothing — are refused', async () => {
    const order = await paidOrder('lea')
    const body = { reason: 'Please.' }
    expect((await order.client.post(`/payments/${order.paymentId}/refunds`, body)).status).toBe(403)
    expect((await shop.first.asUser('agent', ['agent']).post(`/payments/${order.paymentId}/refunds`, body)).status).toBe(403)
    const made = (await refund(order, 100)).body
    const stranger = shop.first.asUser('stranger')
    expect(await stranger.get(`/refunds/${made.id}`)).toMatchObject({ status: 404, body: { code: 'refund_not_found' } })
    expect(await stranger.get(`/payments/${order.paymentId}/refunds`)).toMatchObject({ status: 404, body: { code: 'payment_not_found' } })
    expect(await refund({ ...order, paymentId: 'pay_none0000000000000000' })).toMatchObject({ status: 404 })
    for (const amountMinor of [0, -1, 1.5])
      expect(await refund(order, amountMinor)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    const unpaid = await shop.order('max')
    const declined = await unpaid.client.post<{ paymentId: string }>(`/bookings/${unpaid.booking.id}/payments`, {
      paymentMethod: 'pm_card_visa_chargeDeclined',
    })
    expect(await refund({ ...unpaid, paymentId: declined.body.paymentId })).toMatchObject({ status: 409, body: { code: 'not_refundable' } })
  })
})
