import type { Payment } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { IntentState } from '../../src/clients/payment-provider.ts'
import { IdempotencyKeys } from '../../src/repositories/idempotency-keys.ts'
import type { ProblemBody } from '../support/api-client.ts'
import { refundByHand } from '../support/cancelling.ts'
import { bookingOf, type Order, pay, type PaymentReply, useShop, VISA } from '../support/paying.ts'

const THREE_DS = 'pm_card_threeDSecure2Required'
const [WELL, SECOND, SILENT, FORGETFUL] = [0, 1, 2, 3]

/** A provider that is silent says its word when this is over. */
let silence = Promise.withResolvers<void>()

/** Dies before it keeps the answer of a confirmation. */
class ForgetfulKeys extends IdempotencyKeys {
  override storeAnswer(...args: Parameters<IdempotencyKeys['storeAnswer']>): Promise<number> {
    return args[0].idemKey.startsWith('forgotten') ? Promise.reject(new Error('the process is dead')) : super.storeAnswer(...args)
  }
}

describe.each(databases())('confirmations of payments on $name', ({ create }) => {
  const shop = useShop(create, {
    replicas: [
      {},
      {},
      {
        replace: ({ provider }) => ({
          provider: {
            ...provider,
            async retrieve(intentId): Promise<IntentState> {
              await silence.promise
              return provider.retrieve(intentId)
            },
          },
        }),
      },
      { replace: ({ db }) => ({ keys: new ForgetfulKeys(db) }) },
    ],
  })

  type Begun = Order & { name: string; payment: Payment }

  /** A payment that waits for an approval; nobody but the client asks what becomes of it. */
  async function begun(name: string): Promise<Begun> {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order(name)
    const reply = await waitFor(
      async () => {
        const { body } = await pay(order.client, order.booking.id, THREE_DS, { key: `pay-${order.booking.id}` })
        return body.status === 'requires_action' ? body : null
      },
      { what: 'the bank to be asked', timeoutMs: 15_000 },
    )
    return { ...order, name, payment: reply }
  }
  const decide = ({ payment }: Begun, what: 'approve' | 'reject') => shop.provider.decide(payment.clientSecret ?? '', what)
  const confirm = ({ name, payment }: Begun, key: string, at = WELL): Promise<PaymentReply> =>
    shop.replica(at).asUser(name).post<Payment & ProblemBody>(`/payments/${payment.id}/confirmation`, undefined, { key })
  const isReplayed = ({ headers }: PaymentReply) => headers.get('idempotency-replayed') === 'true'

  test('a key — used for the confirmations of two payments, or for a payment before — is refused, and the other payment is not touched', async () => {
    const [one, two] = [await begun('ada'), await begun('ada')]
    await decide(one, 'approve')
    await decide(two, 'approve')
    expect(await confirm(one, 'same')).toMatchObject({ status: 201 })
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } }
    expect(await confirm(two, 'same')).toMatchObject(reused)
    expect(await confirm(two, `pay-${two.booking.id}`)).toMatchObject(reused)
    expect((await two.client.get<Payment>(`/payments/${two.payment.id}`)).body.status).toBe('requires_action')
    expect(await confirm(two, 'other')).toMatchObject({ status: 201 })
  })

  test('a confirmation — sent again when the money has gone back — is answered as it was', async () => {
    const order = await begun('bea')
    await decide(order, 'approve')
    const first = await confirm(order, 'bea')
    expect(first).toMatchObject({ status: 201, body: { status: 'captured' } })
    expect(isReplayed(first)).toBe(false)
    expect((await refundByHand(shop.first, order.payment.id)).status).toBe(201)
    const again = await confirm(order, 'bea')
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(isReplayed(again)).toBe(true)
    expect(again.headers.get('location')).toBe(`/api/v1/payments/${order.payment.id}`)
  })

  test('a refusal of the bank — asked for again — is answered as it was', async () => {
    const order = await begun('cid')
    await decide(order, 'reject')
    const first = await confirm(order, 'cid')
    expect(first).toMatchObject({ status: 402, body: { code: 'card_declined' } })
    const again = await confirm(order, 'cid', SECOND)
    expect(again).toMatchObject({ status: 402, body: first.body })
    expect(isReplayed(again)).toBe(true)
  })

  test('what is no end — 202, 503 — is not kept: the same key asks again', async () => {
    const order = await begun('dot')
    const early = await confirm(order, 'dot')
    expect(early).toMatchObject({ status: 202, body: { status: 'requires_action' } })
    await decide(order, 'approve')
    await shop.provider.behave({ failRate: 1, failAs: 'html' })
    const refused = await confirm(order, 'dot')
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(refused.headers.get('retry-after')).toBe('2')
    await shop.provider.behave({ failRate: 0 })
    const last = await confirm(order, 'dot')
    expect(last).toMatchObject({ status: 201, body: { status: 'captured' } })
    expect([early, last].map(isReplayed)).toEqual([false, false])
  })

  test('a process — that dies between the payment’s end and its answer — leaves a repeat the right one, and that is kept', async () => {
    const order = await begun('eva')
    await decide(order, 'approve')
    expect((await confirm(order, 'forgotten', FORGETFUL)).status).toBe(500)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
    const repeat = await confirm(order, 'forgotten')
    expect(repeat).toMatchObject({ status: 201, body: { status: 'captured' } })
    const again = await confirm(order, 'forgotten')
    expect(again.body).toEqual(repeat.body)
    expect(isReplayed(again)).toBe(true)
  })

  test('equal confirmations — at once on two replicas — have one answer', async () => {
    const order = await begun('fay')
    await decide(order, 'reject')
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => confirm(order, 'fay', i % 2)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([402]))
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(replies.filter((reply) => !isReplayed(reply))).toHaveLength(1)
  })

  test('a provider — that is silent — keeps a confirmation no longer than PAYMENT_ANSWER_MS; its word still counts, and the repeat hears it', async () => {
    silence = Promise.withResolvers()
    const order = await begun('gus')
    await decide(order, 'approve')
    const late = await confirm(order, 'gus', SILENT)
    expect(late).toMatchObject({ status: 202, body: { status: 'requires_action' } })
    expect(late.headers.get('retry-after')).toBe('2')
    silence.resolve()
    await waitFor(async () => (await bookingOf(order)).status === 'confirmed', { what: 'the work that went on', timeoutMs: 15_000 })
    expect(await confirm(order, 'gus', SILENT)).toMatchObject({ status: 201, body: { status: 'captured' } })
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
  })

  test('a provider — that is silent — keeps another card no longer than it may wait for the approval that makes way', async () => {
    silence = Promise.withResolvers()
    const order = await begun('hal')
    const startedAtMs = performance.now()
    const other = await pay(shop.replica(SILENT).asUser('hal'), order.booking.id, VISA)
    expect(other).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } })
    // Five seconds, and what a busy machine adds: the provider would have been silent for ever.
    expect(performance.now() - startedAtMs).toBeGreaterThan(4_500)
    silence.resolve()
    const { unfinished } = shop.replica(SILENT).parts
    await waitFor(() => unfinished.size === 0, { what: 'the work that went on', timeoutMs: 15_000 })
    expect(await bookingOf(order)).toMatchObject({ status: 'awaiting_payment', payments: [{ declineCode: 'authentication_abandoned' }] })
  })
})
