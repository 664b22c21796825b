import type { Payment } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { recoverPayments } from '../../src/services/recover-payments.ts'
import { claimStates, eventsAbout, expectDeclaredPaths, letLapse, makeDue } from '../support/books.ts'
import { becomes, bookingOf, comeBack, type Order, pay, payNow, useShop } from '../support/paying.ts'
import { holdSeats } from '../support/sales.ts'

const PIN_MAX_SECONDS = 60

describe.each(databases())('payments on $name with a provider in trouble', ({ create }) => {
  const shop = useShop(create, {
    settings: { PAYMENT_ANSWER_MS: '300', PAYMENT_TIMEOUT_MS: '6000', PIN_MAX_SECONDS: String(PIN_MAX_SECONDS) },
  })

  /** Pays with a card whose bank wants to be asked, until it is the bank's turn. */
  async function payUntilAsked({ client, booking }: Order): Promise<Payment> {
    const { status, body } = await pay(client, booking.id, 'pm_card_threeDSecure2Required')
    expect(status, JSON.stringify(body)).toBe(202)
    return becomes(client, body, 'requires_action')
  }

  /** Charged and confirmed once, whatever happened on the way. */
  async function expectPaidOnce(order: Order): Promise<void> {
    const paid = await waitFor(
      async () => {
        const booking = await bookingOf(order)
        return booking.status === 'confirmed' ? booking : null
      },
      { what: 'the booking to be confirmed', timeoutMs: 15_000 },
    )
    expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: 0 }])
    expect(await claimStates(shop.first, order)).toEqual(['sold'])
    const ids = paid.payments.map(({ id }) => id)
    expect(await eventsAbout(shop.first, ids)).toEqual(['payment.captured'])
    await expectDeclaredPaths(shop.first, [order.booking.id, paid.holdId, ...ids])
  }

  test('a slow provider — slower than the answer may be — is answered 202 and the payment is captured later', async () => {
    const order = await shop.order('ada')
    const key = 'slow'
    const { status, headers, body } = await pay(order.client, order.booking.id, 'pm_sim_slow', { key })
    expect(status, JSON.stringify(body)).toBe(202)
    expect(body).toMatchObject({ status: 'processing' })
    expect(headers.get('location')).toBe(`/api/v1/payments/${body.id}`)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await pay(order.client, order.booking.id, 'pm_sim_slow', { key })).toMatchObject({ status: 202, body: { id: body.id } })
    await waitFor(async () => (await order.client.get<Payment>(`/payments/${body.id}`)).body.status === 'captured', { timeoutMs: 15_000 })
    expect(await pay(order.client, order.booking.id, 'pm_sim_slow', { key })).toMatchObject({ status: 201, body: { id: body.id } })
    await expectPaidOnce(order)
  })

  test.each(['pm_sim_charge_then_drop', 'pm_sim_error_then_ok', 'pm_sim_webhook_first', 'pm_sim_webhook_dup'])(
    '%s — is charged once and confirmed',
    async (method) => {
      const order = await shop.order('bea')
      expect([201, 202]).toContain((await pay(order.client, order.booking.id, method)).status)
      await expectPaidOnce(order)
    },
  )

  test.each([
    { method: 'pm_sim_error_stored', becomes: 'confirmed', charges: 1 },
    { method: 'pm_sim_error_stored_uncharged', becomes: 'awaiting_payment', charges: 0 },
  ])('$method — without webhooks — is not known until recovery asks: $becomes', async ({ method, becomes, charges }) => {
    await shop.provider.behave({ webhooksPaused: true })
    try {
      const order = await shop.order('cid')
      const key = `unknown-${method}`
      const begun = await pay(order.client, order.booking.id, method, { key })
      expect(begun.status).toBe(202)
      // Whoever paid must be through with it: recovery is for payments that nobody works on.
      await waitFor(() => shop.first.parts.unfinished.size === 0, { timeoutMs: 15_000 })
      expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing', payments: [{ status: 'unknown' }] })
      // Whoever pays is told that it goes on; only who reads the payment learns that nobody knows.
      expect(await pay(order.client, order.booking.id, method, { key })).toMatchObject({ status: 202, body: { status: 'processing' } })
      expect((await order.client.get<Payment>(`/payments/${begun.body.id}`)).body).toMatchObject({ status: 'unknown' })
      await makeDue(shop.first, order)
      expect(await recoverPayments(shop.first.parts)).toBe(1)
      expect(await bookingOf(order)).toMatchObject({ status: becomes })
      await expectDeclaredPaths(shop.first, [order.booking.id, order.booking.holdId, begun.body.id])
      expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(charges)
      if (charges === 0) await payNow(order)
    } finally {
      await shop.provider.behave({ webhooksPaused: false })
    }
  })

  test('3-D Secure — approved — is 202 with a client secret, then 201 on confirmation', async () => {
    const order = await shop.order('eva')
    const begun = await payUntilAsked(order)
    const early = await order.client.post(`/payments/${begun.id}/confirmation`)
    expect([early.status, early.headers.get('location'), early.headers.get('retry-after')]).toEqual([
      202,
      `/api/v1/payments/${begun.id}`,
      '2',
    ])
    await shop.provider.decide(begun.clientSecret ?? '', 'approve')
    const approved = await comeBack(order, begun)
    expect(approved).toMatchObject({ status: 201, body: { status: 'captured' } })
    expect(approved.headers.get('location')).toBe(`/api/v1/payments/${begun.id}`)
    await expectPaidOnce(order)
  })

  test('3-D Secure — rejected by the bank — is 402 and leaves time for another card', async () => {
    const order = await shop.order('fay')
    const begun = await payUntilAsked(order)
    await shop.provider.decide(begun.clientSecret ?? '', 'reject')
    expect(await comeBack(order, begun)).toMatchObject({
      status: 402,
      body: { code: 'card_declined' },
    })
    await payNow(order)
  })

  test('3-D Secure — abandoned — is cancelled by recovery and can no longer be approved', async () => {
    const order = await shop.order('gus')
    const begun = await payUntilAsked(order)
    await makeDue(shop.first, order)
    expect(await recoverPayments(shop.first.parts)).toBe(0)
    expect(await bookingOf(order)).toMatchObject({ status: 'payment_processing', payments: [{ status: 'requires_action' }] })
    await makeDue(shop.first, order, PIN_MAX_SECONDS)
    expect(await recoverPayments(shop.first.parts)).toBe(1)
    expect(await bookingOf(order)).toMatchObject({ payments: [{ status: 'failed', declineCode: 'authentication_abandoned' }] })
    await shop.provider.decide(begun.clientSecret ?? '', 'approve')
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
  })

  test('3-D Secure — abandoned until the hold’s time is over — ends the booking, frees the seats, and the approval that comes after all charges nothing', async () => {
    const order = await shop.order('hal')
    const begun = await payUntilAsked(order)
    await letLapse(shop.first, order)
    await makeDue(shop.first, order, PIN_MAX_SECONDS)
    expect(await recoverPayments(shop.first.parts)).toBe(1)
    expect(await bookingOf(order)).toMatchObject({ status: 'expired', payments: [{ status: 'failed' }] })
    await holdSeats(shop.first.asUser('ida'), order.flight, ['1A'])
    await shop.provider.decide(begun.clientSecret ?? '', 'approve')
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
    await expectDeclaredPaths(shop.first, [order.booking.id, order.booking.holdId, begun.id])
  })

  test('3-D Secure — approved, with no webhook and nobody who comes back — has its seats within the two minutes', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    try {
      const order = await shop.order('kai')
      const begun = await payUntilAsked(order)
      await shop.provider.decide(begun.clientSecret ?? '', 'approve')
      const [row] = await shop.first.parts.db.rows<{ dueAtMs: number }>('SELECT next_check_at AS dueAtMs FROM payments WHERE id = :id', {
        id: begun.id,
      })
      expect((row?.dueAtMs ?? 0) - (await shop.first.parts.db.now())).toBeLessThan(60_000)
      await makeDue(shop.first, order)
      expect(await recoverPayments(shop.first.parts)).toBe(1)
      await expectPaidOnce(order)
    } finally {
      await shop.provider.behave({ webhooksPaused: false })
    }
  })

  test('3-D Secure — left for another card — makes way: the other is charged, and the first approval charges nothing', async () => {
    const order = await shop.order('lea')
    const begun = await payUntilAsked(order)
    await payNow(order)
    await shop.provider.decide(begun.clientSecret ?? '', 'approve')
    const { payments } = await bookingOf(order)
    expect(payments).toMatchObject([{ id: begun.id, status: 'failed', declineCode: 'authentication_abandoned' }, { status: 'captured' }])
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    await expectDeclaredPaths(shop.first, [order.booking.id, order.booking.holdId, ...payments.map(({ id }) => id)])
  })

  test('3-D Secure — approved, and another card sent without waiting — has paid, and the other is refused', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('mia')
    const begun = await payUntilAsked(order)
    await shop.provider.decide(begun.clientSecret ?? '', 'approve')
    const other = await pay(order.client, order.booking.id, 'pm_card_visa')
    await shop.provider.behave({ webhooksPaused: false })
    expect(other).toMatchObject({ status: 409, body: { code: 'already_paid' } })
    await expectPaidOnce(order)
  })

  test('3-D Secure — left for another card while the provider is away — decides still', async () => {
    const order = await shop.order('noa')
    const begun = await payUntilAsked(order)
    await shop.provider.behave({ failRate: 1 })
    const other = await pay(order.client, order.booking.id, 'pm_card_visa')
    await shop.provider.behave({ failRate: 0 })
    expect(other).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } })
    await shop.provider.decide(begun.clientSecret ?? '', 'approve')
    expect(await comeBack(order, begun)).toMatchObject({ status: 201 })
    await expectPaidOnce(order)
  })
})
