import { describe, expect, test, vi } from 'vitest'
import { failureOf, ORDER, sdk, startReceiver, startSimulator } from './support.ts'

describe('charging', () => {
  test('an intent — created, then confirmed with a good card — is charged once and stands in the ledger', async () => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'pay_1:create' })
    expect(intent).toMatchObject({ status: 'requires_payment_method', amount: 1_234_500, currency: 'inr', metadata: ORDER.metadata })
    expect((await ledger()).total).toBe(0)

    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }, { idempotencyKey: 'pay_1:confirm' })
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1_234_500 })
    expect((await ledger()).charges).toMatchObject([
      {
        id: paid.latest_charge,
        paymentIntent: intent.id,
        amountMinor: 1_234_500,
        currency: 'INR',
        refundedMinor: 0,
        metadata: ORDER.metadata,
        status: 'succeeded',
      },
    ])
    const read = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] })
    expect(read.latest_charge).toMatchObject({ id: paid.latest_charge, amount_refunded: 0, paid: true })
  })

  test.each([
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ])('an intent — confirmed with %s — is declined and may be paid with another card', async (method, declineCode) => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER)
    const refused = await failureOf(stripe.paymentIntents.confirm(intent.id, { payment_method: method }))
    expect(refused).toMatchObject({ type: 'StripeCardError', statusCode: 402, code: 'card_declined', decline_code: declineCode })
    expect(refused.payment_intent).toMatchObject({
      id: intent.id,
      status: 'requires_payment_method',
      last_payment_error: { decline_code: declineCode },
    })
    expect((await ledger()).total).toBe(0)

    expect(await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).toMatchObject({ status: 'succeeded' })
    expect((await ledger()).total).toBe(1)
  })

  test('an intent — confirmed a second time after success — is refused and charged once', async () => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create({ ...ORDER, payment_method: 'pm_card_visa', confirm: true })
    const refused = await failureOf(stripe.paymentIntents.confirm(intent.id))
    expect(refused).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state', payment_intent: { status: 'succeeded' } })
    expect((await ledger()).total).toBe(1)
  })

  test('an intent — processing first — succeeds by itself later', async () => {
    const { stripe, ledger } = await startSimulator({ slowMs: 50 })
    const intent = await stripe.paymentIntents.create({ ...ORDER, payment_method: 'pm_sim_processing', confirm: true })
    expect(intent.status).toBe('processing')
    await vi.waitFor(async () => expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded'), 5000)
    expect((await ledger()).total).toBe(1)
  })
})

describe('cancelling fences', () => {
  test('a cancelled intent — confirmed afterwards — is refused and never charged', async () => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER)
    expect(await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    })
    const refused = await failureOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }))
    expect(refused).toMatchObject({ code: 'payment_intent_unexpected_state', payment_intent: { status: 'canceled' } })
    expect((await ledger()).total).toBe(0)
  })

  test('a slow confirmation — overtaken by a cancel — is refused when it arrives', async () => {
    const { stripe, ledger } = await startSimulator({ slowMs: 400 })
    const intent = await stripe.paymentIntents.create(ORDER)
    const confirming = failureOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_sim_slow' }))
    expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled')
    expect(await confirming).toMatchObject({ code: 'payment_intent_unexpected_state' })
    expect((await ledger()).total).toBe(0)
  })

  test('a succeeded intent — cancelled — is refused with the intent inside', async () => {
    const { stripe } = await startSimulator()
    const intent = await stripe.paymentIntents.create({ ...ORDER, payment_method: 'pm_card_visa', confirm: true })
    expect(await failureOf(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { status: 'succeeded' },
    })
  })
})

describe('failures that only retrieving resolves', () => {
  test('the connection — cut after the charge — is repeated by the SDK and charged once', async () => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER)
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_sim_charge_then_drop' }, { idempotencyKey: 'k' })
    expect(paid.status).toBe('succeeded')
    expect((await ledger()).total).toBe(1)
  })

  test('503 before execution — twice — is not kept, and the third try pays', async () => {
    const { stripe, url, ledger } = await startSimulator()
    const single = sdk(url, 0)
    const intent = await stripe.paymentIntents.create(ORDER)
    const confirm = () => single.paymentIntents.confirm(intent.id, { payment_method: 'pm_sim_error_then_ok' }, { idempotencyKey: 'same' })
    expect(await failureOf(confirm())).toMatchObject({ statusCode: 503 })
    expect(await failureOf(confirm())).toMatchObject({ statusCode: 503 })
    expect(await confirm()).toMatchObject({ status: 'succeeded' })
    expect((await ledger()).total).toBe(1)
  })

  test.each([
    ['pm_sim_error_stored', 'succeeded', 1],
    ['pm_sim_error_stored_uncharged', 'requires_payment_method', 0],
  ])('%s — repeated with its key — stays 500, and retrieving tells: %s', async (method, status, charges) => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER)
    const confirm = () => failureOf(stripe.paymentIntents.confirm(intent.id, { payment_method: method }, { idempotencyKey: 'k' }))
    expect(await confirm()).toMatchObject({ statusCode: 500 })
    expect(await confirm()).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } })
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status)
    expect((await ledger()).total).toBe(charges)
  })

  test('webhook first — the answer comes after the receiver has the event', async () => {
    const receiver = await startReceiver()
    const { stripe } = await startSimulator({ webhookUrl: receiver.url })
    const intent = await stripe.paymentIntents.create(ORDER)
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_sim_webhook_first' })
    expect(receiver.of('payment_intent.succeeded')).toHaveLength(1)
  })
})

describe('3-D Secure', () => {
  const begin = async (returnUrl?: string) => {
    const simulator = await startSimulator()
    const intent = await simulator.stripe.paymentIntents.create(ORDER)
    const waiting = await simulator.stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_threeDSecure2Required',
      ...(returnUrl ? { return_url: returnUrl } : {}),
    })
    expect(waiting.status).toBe('requires_action')
    const address = waiting.next_action?.redirect_to_url?.url ?? ''
    const decide = (decision: string) => fetch(address, { method: 'POST', body: new URLSearchParams({ decision }), redirect: 'manual' })
    return { ...simulator, intent, address, decide }
  }

  test('approved — the intent succeeds and the browser goes back to the shop', async () => {
    const { stripe, ledger, intent, address, decide } = await begin('https://shop.example/pay?step=2')
    const page = await (await fetch(address)).text()
    expect(page).toContain('INR 12,345.00')
    const answer = await decide('approve')
    expect(answer.status).toBe(303)
    const back = new URL(answer.headers.get('location') ?? '')
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ step: '2', payment_intent: intent.id, redirect_status: 'succeeded' })
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
    await decide('approve')
    expect((await ledger()).total).toBe(1)
  })

  test('failed — the intent waits for another card and nothing is charged', async () => {
    const { stripe, ledger, intent, decide } = await begin()
    await decide('fail')
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    })
    expect((await ledger()).total).toBe(0)
  })

  test('approved after a cancel — nothing is charged', async () => {
    const { stripe, ledger, intent, decide } = await begin()
    await stripe.paymentIntents.cancel(intent.id)
    await decide('approve')
    expect((await ledger()).total).toBe(0)
  })

  test('an unknown secret — 404', async () => {
    const { url, intent } = await begin()
    expect((await fetch(`${url}/3ds/${intent.id}_secret_0`)).status).toBe(404)
  })

  test('manual confirmation — approved — is charged when the server confirms', async () => {
    const { stripe, ledger } = await startSimulator()
    const intent = await stripe.paymentIntents.create({
      ...ORDER,
      confirmation_method: 'manual',
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
    })
    const address = intent.next_action?.redirect_to_url?.url ?? ''
    await fetch(address, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }), redirect: 'manual' })
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation')
    expect((await ledger()).total).toBe(0)
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('succeeded')
  })
})
