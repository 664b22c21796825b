import Stripe from 'stripe'
import { describe, expect, test, vi } from 'vitest'
import { failureOf, ORDER, sdk, startReceiver, startSimulator, tempDir, WEBHOOK_SECRET } from './support.ts'

const pay = { ...ORDER, payment_method: 'pm_card_visa', confirm: true }

describe('webhooks', () => {
  test('a payment — is announced with a signature that the SDK verifies and a tampered body fails', async () => {
    const receiver = await startReceiver()
    const { stripe } = await startSimulator({ webhookUrl: receiver.url })
    const intent = await stripe.paymentIntents.create(pay, { idempotencyKey: 'k' })
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), 5000)
    const [{ body, signature } = { body: '', signature: '' }] = receiver.received
    const event = stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET)
    expect(event).toMatchObject({
      type: 'payment_intent.succeeded',
      data: { object: { id: intent.id, metadata: ORDER.metadata } },
      request: { idempotency_key: 'k' },
    })
    expect(() => stripe.webhooks.constructEvent(`${body} `, signature, WEBHOOK_SECRET)).toThrow(
      Stripe.errors.StripeSignatureVerificationError,
    )
    expect((await stripe.events.retrieve(event.id)).id).toBe(event.id)
  })

  test('each kind of change — has its event', async () => {
    const receiver = await startReceiver()
    const { stripe } = await startSimulator({ webhookUrl: receiver.url })
    const paid = await stripe.paymentIntents.create(pay)
    await stripe.refunds.create({ payment_intent: paid.id })
    const other = await stripe.paymentIntents.create(ORDER)
    await failureOf(stripe.paymentIntents.confirm(other.id, { payment_method: 'pm_card_visa_chargeDeclined' }))
    await stripe.paymentIntents.cancel(other.id)
    await vi.waitFor(() => expect(receiver.received).toHaveLength(5), 5000)
    expect(receiver.received.map((one) => one.type).toSorted()).toEqual([
      'charge.refunded',
      'payment_intent.canceled',
      'payment_intent.payment_failed',
      'payment_intent.succeeded',
      'refund.updated',
    ])
  })

  test('a dispute — raised and lost — is announced at each step, and its charge is marked', async () => {
    const receiver = await startReceiver()
    const { stripe, url } = await startSimulator({ webhookUrl: receiver.url })
    const intent = await stripe.paymentIntents.create(pay)
    const post = async (path: string, body: object) => {
      const response = await fetch(`${url}/_control/disputes${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as { id: string; amount: number } }
    }
    const raised = await post('', { paymentIntent: intent.id, reason: 'product_not_received' })
    expect(raised).toMatchObject({ status: 200, body: { amount: ORDER.amount } })
    await post(`/${raised.body.id}`, { status: 'under_review' })
    await post(`/${raised.body.id}`, { status: 'lost' })
    await vi.waitFor(() => expect(receiver.received).toHaveLength(4), 5000)
    const [closed] = receiver.of('charge.dispute.closed')
    expect(stripe.webhooks.constructEvent(closed?.body ?? '', closed?.signature ?? '', WEBHOOK_SECRET).data.object).toMatchObject({
      object: 'dispute',
      status: 'lost',
      reason: 'product_not_received',
      payment_intent: intent.id,
    })
    expect((await stripe.charges.list({ payment_intent: intent.id })).data).toMatchObject([{ disputed: true }])
    expect((await post('', { paymentIntent: 'pi_of_nobody' })).status).toBe(404)
  })

  test('a receiver that answers 500 — gets the same event again until it takes it', async () => {
    const receiver = await startReceiver()
    receiver.answer = 500
    const { stripe } = await startSimulator({ webhookUrl: receiver.url })
    await stripe.paymentIntents.create(pay)
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2), 8000)
    receiver.answer = 200
    const refused = receiver.received.length
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(refused), 8000)
    expect(new Set(receiver.received.map((one) => JSON.parse(one.body).id)).size).toBe(1)
  }, 20_000)

  test('a restart — sends what was not delivered', async () => {
    const receiver = await startReceiver()
    const folder = tempDir()
    const before = await startSimulator({ folder, webhookUrl: receiver.url })
    await before.control({ webhooksPaused: true })
    await before.stripe.paymentIntents.create(pay)
    await before.close()
    expect(receiver.received).toHaveLength(0)
    await startSimulator({ folder, webhookUrl: receiver.url })
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), 5000)
  })

  test('pm_sim_webhook_dup — has each of its webhooks sent three times', async () => {
    const receiver = await startReceiver()
    const { stripe } = await startSimulator({ webhookUrl: receiver.url })
    const intent = await stripe.paymentIntents.create({ ...pay, payment_method: 'pm_sim_webhook_dup' })
    await stripe.refunds.create({ payment_intent: intent.id })
    await vi.waitFor(() => expect(receiver.received).toHaveLength(9), 5000)
    expect(receiver.of('payment_intent.succeeded')).toHaveLength(3)
  })
})

describe('the control door', () => {
  test('down — every connection is cut, and a repeat after it is charged once', async () => {
    const { stripe, url, control, ledger } = await startSimulator()
    await control({ down: true })
    expect(await failureOf(sdk(url, 0).paymentIntents.create(pay, { idempotencyKey: 'k' }))).toMatchObject({
      type: 'StripeConnectionError',
    })
    await control({ down: false })
    await stripe.paymentIntents.create(pay, { idempotencyKey: 'k' })
    expect((await ledger()).total).toBe(1)
  })

  test.each([
    ['unavailable', { statusCode: 503 }],
    ['reset', { type: 'StripeConnectionError' }],
    ['html', { type: 'StripeAPIError' }],
  ])('failRate 1 as %s — fails every call before it is executed', async (failAs, failure) => {
    const { url, control, ledger } = await startSimulator()
    await control({ failRate: 1, failAs })
    expect(await failureOf(sdk(url, 0).paymentIntents.create(pay))).toMatchObject(failure)
    expect((await ledger()).total).toBe(0)
  })

  test('an unknown member or a wrong value — is refused, and DELETE makes it normal again', async () => {
    const { url, control } = await startSimulator()
    await expect(control({ latency: 5 })).rejects.toThrow('invalid_request')
    await expect(control({ failRate: 2 })).rejects.toThrow('invalid_request')
    await control({ latencyMs: 5, duplicateWebhooks: 2 })
    expect(await (await fetch(`${url}/_control`)).json()).toMatchObject({ latencyMs: 5, duplicateWebhooks: 2, down: false })
    expect(await (await fetch(`${url}/_control`, { method: 'DELETE' })).json()).toMatchObject({ latencyMs: 0, duplicateWebhooks: 1 })
  })

  test('the page for people — shows the charges, escaped, and loads nothing', async () => {
    const { stripe, url } = await startSimulator()
    await stripe.paymentIntents.create({ ...pay, metadata: { bookingId: '<script>alert(1)</script>' } })
    const response = await fetch(url)
    const text = await response.text()
    expect(text).toContain('INR 12,345.00')
    expect(text).not.toContain('<script>')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})
