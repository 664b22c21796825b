import type { AuditItem, Refund } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallOptions } from '../support/api-client.ts'
import { claimStates, eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { confirm, quote, refundByHand, type RefundReply, sendUntil, sentBackOrder } from '../support/cancelling.ts'
import { checkNow } from '../support/integrity.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, type Order, payNow, useShop } from '../support/paying.ts'
import { deliverRefund, paymentRow } from '../support/provider-events.ts'

const NOTE = 'The account of the card is closed; paid by bank transfer.'
const MINUTES_3 = 180_000

describe.each(databases())('refunds given back in another way on $name', ({ create }) => {
  const shop = useShop(create, {
    slowMs: 50,
    settings: { INTEGRITY_EVERY_SECONDS: '3600' },
  })
  beforeAll(() => shop.provider.behave({ webhooksPaused: true }))

  const settle = ({ id }: { id: string }, body: object = { note: NOTE }, options?: CallOptions): Promise<RefundReply> =>
    shop.first.asUser('boss', ['admin']).post(`/refunds/${id}/settlement`, body, options)
  const waiting = async () => (await metricOf(shop.first, 'refunds_needing_attention')) ?? Number.NaN
  const factsOf = async ({ id }: { id: string }): Promise<unknown> => {
    const [row] = await shop.first.parts.db.rows<{ payload: string }>(
      `SELECT payload FROM outbox WHERE aggregate_id = :id AND type = 'refund.succeeded' ORDER BY id DESC LIMIT 1`,
      { id },
    )
    return (JSON.parse(row?.payload ?? '{}') as { data?: unknown }).data
  }

  /** A cancelled booking whose refund the provider does not take. */
  async function failedOrder(name: string): Promise<{ order: Order; failed: Refund }> {
    const order = await shop.order(name)
    await payNow(order)
    const offer = await quote(order)
    await shop.provider.behave({ refunds: 'failed' })
    await confirm(order, offer)
    const [refund] = (await bookingOf(order)).refunds
    if (!refund) throw new Error('the cancellation has no refund')
    await sendUntil(shop.first, refund, 'needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    return { order, failed: refund }
  }

  test('a refund that the provider does not take — given back by bank transfer — has succeeded, and its cancellation is through', async () => {
    const { order, failed } = await failedOrder('ada')
    const before = await waiting()
    const answer = await settle(failed, { note: NOTE, reference: 'SKYHOLD-2026-0117' }, { key: 'settled' })
    expect(answer).toMatchObject({ status: 200, body: { id: failed.id, status: 'succeeded', amount: failed.amount } })
    expect(await bookingOf(order)).toMatchObject({
      status: 'cancelled',
      payments: [{ status: 'refunded' }],
      refunds: [{ status: 'succeeded' }],
    })
    expect(await waiting()).toBe(before - 1)
    expect((await shop.provider.chargesOf(order.booking.id)).map(({ refundedMinor }) => refundedMinor)).toEqual([0])
    expect(await eventsAbout(shop.first, [failed.id])).toEqual(['refund.needs_attention', 'refund.succeeded'])
    expect(await factsOf(failed)).toMatchObject({ refundId: failed.id, settlement: { reference: 'SKYHOLD-2026-0117' } })
    const { data } = (await shop.first.asUser('boss', ['admin']).get<{ data: AuditItem[] }>(`/bookings/${order.booking.id}/audit`)).body
    expect(data.find(({ action }) => action === 'refund.succeeded')).toMatchObject({
      actorId: 'usr_boss',
      after: { status: 'succeeded', note: `SKYHOLD-2026-0117: ${NOTE}` },
    })
    const [row] = await shop.first.parts.db.rows<Record<string, unknown>>(
      'SELECT settlement_note AS note, settlement_reference AS reference, provider_id AS providerId FROM refunds WHERE id = :id',
      { id: failed.id },
    )
    expect(row).toEqual({ note: NOTE, reference: 'SKYHOLD-2026-0117', providerId: null })
    await expectDeclaredPaths(shop.first, [failed.id, order.booking.id])

    const again = await settle(failed, { note: NOTE, reference: 'SKYHOLD-2026-0117' }, { key: 'settled' })
    expect(again).toMatchObject({ status: 200, body: answer.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await settle(failed)).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await eventsAbout(shop.first, [failed.id])).toEqual(['refund.needs_attention', 'refund.succeeded'])
  })

  test('two settlements and a retry at once — one of them is done', async () => {
    const { order, failed } = await failedOrder('bea')
    const retried = shop.first.asUser('boss', ['admin']).post<Refund>(`/refunds/${failed.id}/retry`)
    const replies = await Promise.all([settle(failed), settle(failed), retried])
    expect(replies.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    await expectDeclaredPaths(shop.first, [failed.id, order.booking.id])
  })

  test('the last money of a confirmed booking — given back in another way — cancels it', async () => {
    const order = await shop.order('cid')
    const { id: paymentId } = await payNow(order)
    await shop.provider.behave({ refunds: 'failed' })
    const failed = (await refundByHand(shop.first, paymentId, 9_900)).body
    await sendUntil(shop.first, failed, 'needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    expect((await refundByHand(shop.first, paymentId, 100)).status).toBe(201)
    expect(await settle(failed)).toMatchObject({ status: 200 })
    expect(await bookingOf(order)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded' }] })
    expect(await claimStates(shop.first, order)).toEqual([])
    expect(await factsOf(failed)).toMatchObject({ settlement: {} })
  })

  test('a refund by hand — whose money has gone back otherwise since it failed — is refused', async () => {
    const order = await shop.order('dot')
    const { id: paymentId } = await payNow(order)
    await shop.provider.behave({ refunds: 'failed' })
    const failed = (await refundByHand(shop.first, paymentId, 6_000)).body
    await sendUntil(shop.first, failed, 'needs_attention')
    await shop.provider.behave({ refunds: 'none' })
    expect((await refundByHand(shop.first, paymentId, 9_000)).status).toBe(201)
    expect(await settle(failed)).toMatchObject({ status: 422, body: { code: 'refund_exceeds_captured' } })
  })

  test('a settlement — by an agent or the customer, of nothing, with more or less than it takes — is refused', async () => {
    const { order, failed } = await failedOrder('eve')
    const path = `/refunds/${failed.id}/settlement`
    expect(await order.client.post(path, { note: NOTE })).toMatchObject({ status: 403 })
    expect(await shop.first.asUser('agent', ['agent']).post(path, { note: NOTE })).toMatchObject({ status: 403 })
    expect(await settle({ id: 'rfd_none0000000000000000' })).toMatchObject({ status: 404, body: { code: 'refund_not_found' } })
    const wrong = [{}, { note: '' }, { note: 'x'.repeat(201) }, { note: NOTE, reference: '' }, { note: NOTE, reference: 'x'.repeat(36) }]
    for (const body of [...wrong, { note: NOTE, reference: 'é' }, { note: NOTE, amountMinor: 1 }])
      expect(await settle(failed, body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    const done = (await refundByHand(shop.first, (await payNow(await shop.order('fay'))).id, 100)).body
    expect(await settle(done)).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await bookingOf(order)).toMatchObject({ refunds: [{ status: 'needs_attention' }] })
  })

  test('the provider — whose refund has failed — is not expected to know of it, and is named and parked when it gives the money back too', async () => {
    const order = await sentBackOrder(shop, 'gil')
    expect((await settle(order.refund)).status).toBe(200)
    // What failed there says so again, and what it had said before.
    await deliverRefund(shop.first, { ...order, type: 'refund.failed', status: 'failed' })
    await deliverRefund(shop.first, { ...order, status: 'succeeded' })
    expect(await bookingOf(order)).toMatchObject({ refunds: [{ status: 'succeeded' }], payments: [{ status: 'refunded' }] })

    const other = await failedOrder('hal')
    expect((await settle(other.failed)).status).toBe(200)
    for (const table of ['refunds', 'payments'])
      await shop.first.parts.db.run(`UPDATE ${table} SET created_at = created_at - :ago, updated_at = updated_at - :ago`, {
        ago: MINUTES_3,
      })
    const reconciled = async () => (await checkNow(shop.first)).get('I2.reconciliation')
    expect(await reconciled()).toMatchObject({ status: 'ok', violations: 0 })

    const refund = { id: other.failed.id, amountMinor: other.failed.amount.amountMinor }
    const { intentId } = await paymentRow(shop.first, other.order)
    const providerId = await shop.provider.giveBack({ intentId, amountMinor: refund.amountMinor, refundId: refund.id })
    const note = `refund ${refund.id} is given back twice: in another way, and ${providerId}`
    expect(await reconciled()).toMatchObject({ violations: 1, sample: [note] })
    await deliverRefund(shop.first, { refund, id: 'evt_twice', providerId, intentId, status: 'succeeded' })
    expect(await shop.first.parts.providerEvents.find('evt_twice')).toMatchObject({ state: 'parked', note })
  })
})
