import { describe, expect, test, vi } from 'vitest'
import { failureOf, ORDER, startReceiver, startSimulator } from './support.ts'

const paid = async (method = 'pm_card_visa', webhookUrl?: string) => {
  const simulator = await startSimulator({ slowMs: 50, ...(webhookUrl ? { webhookUrl } : {}) })
  const intent = await simulator.stripe.paymentIntents.create({ ...ORDER, amount: 1000, payment_method: method, confirm: true })
  return { ...simulator, intent }
}

describe('refunds', () => {
  test('in parts — add up, and more than what is left is refused', async () => {
    const { stripe, ledger, intent } = await paid()
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 300,
      reason: 'requested_by_customer',
      metadata: { refundId: 'rfd_1' },
    })
    expect(part).toMatchObject({
      status: 'succeeded',
      amount: 300,
      payment_intent: intent.id,
      charge: intent.latest_charge,
      metadata: { refundId: 'rfd_1' },
    })
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id, amount: 701 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
    })
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 700 })
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({ code: 'charge_already_refunded' })
    expect((await ledger()).charges).toMatchObject([{ amountMinor: 1000, refundedMinor: 1000, status: 'succeeded' }])
    expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ id: part.id })
    const listed = await stripe.refunds.list({ payment_intent: intent.id })
    expect(listed.data.map((refund) => refund.amount)).toEqual([700, 300])
  })

  test('many at once — never pass the charge', async () => {
    const { stripe, ledger, intent } = await paid()
    await Promise.allSettled(Array.from({ length: 10 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 300 })))
    expect((await ledger()).charges).toMatchObject([{ refundedMinor: 900 }])
  })

  test('of an unpaid or unknown intent — are refused', async () => {
    const { stripe } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER)
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({ statusCode: 400 })
    expect(await failureOf(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({ code: 'resource_missing' })
  })

  test('pending first — succeed later, with a webhook', async () => {
    const receiver = await startReceiver()
    const { stripe, intent } = await paid('pm_card_pendingRefund', receiver.url)
    const refund = await stripe.refunds.create({ payment_intent: intent.id })
    expect(refund.status).toBe('pending')
    await vi.waitFor(() => expect(receiver.of('refund.updated')).toHaveLength(1), 5000)
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
  })

  test('failing later — give the amount back to be refunded again, with a webhook', async () => {
    const receiver = await startReceiver()
    const { stripe, ledger, intent } = await paid('pm_card_refundFail', receiver.url)
    const refund = await stripe.refunds.create({ payment_intent: intent.id })
    expect(refund.status).toBe('succeeded')
    await vi.waitFor(() => expect(receiver.of('refund.failed')).toHaveLength(1), 5000)
    expect((await ledger()).charges).toMatchObject([{ refundedMinor: 0 }])
  })
})

describe('refunds under an order of the control door', () => {
  const order = (url: string, change: Record<string, unknown>) =>
    fetch(`${url}/_control`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) })

  test('failed — are made, have failed, and leave the whole charge to be refunded', async () => {
    const { stripe, ledger, intent, url } = await paid()
    await order(url, { refunds: 'failed' })
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ status: 'failed', amount: 1000 })
    expect((await ledger()).charges).toMatchObject([{ refundedMinor: 0 }])
    await order(url, { refunds: 'none' })
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ status: 'succeeded' })
  })

  test.each([
    ['error_stored', 1000],
    ['error_stored_unrefunded', 0],
  ])('%s — answer 500 under their key for good, and %i has gone back', async (refunds, refundedMinor) => {
    const { stripe, ledger, intent, url } = await paid()
    await order(url, { refunds })
    const refund = () => stripe.refunds.create({ payment_intent: intent.id }, { idempotencyKey: `key-of-${refunds}` })
    expect(await failureOf(refund())).toMatchObject({ statusCode: 500 })
    await order(url, { refunds: 'none' })
    expect(await failureOf(refund())).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } })
    expect((await ledger()).charges).toMatchObject([{ refundedMinor }])
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(refundedMinor === 0 ? 0 : 1)
  })

  test('drop_answer — are made once, and a repeat under the key gets the answer', async () => {
    const { stripe, ledger, intent, url } = await paid()
    await order(url, { refunds: 'drop_answer' })
    expect(await stripe.refunds.create({ payment_intent: intent.id }, { idempotencyKey: 'dropped' })).toMatchObject({ status: 'succeeded' })
    expect((await ledger()).charges).toMatchObject([{ refundedMinor: 1000 }])
  })
})

describe('lists', () => {
  test('events and intents — come newest first, in pages that the SDK walks through', async () => {
    const { stripe } = await startSimulator()
    for (let n = 1; n <= 5; n += 1)
      await stripe.paymentIntents.create({ ...ORDER, amount: n, payment_method: 'pm_card_visa', confirm: true })
    const amounts: number[] = []
    for await (const intent of stripe.paymentIntents.list({ limit: 2 })) amounts.push(intent.amount)
    expect(amounts).toEqual([5, 4, 3, 2, 1])
    const events = await stripe.events.list({ type: 'payment_intent.succeeded', limit: 3 })
    expect(events.data).toHaveLength(3)
    expect(events.has_more).toBe(true)
    expect((await stripe.charges.list({ created: { gte: Math.floor(Date.now() / 1000) + 60 } })).data).toEqual([])
  })

  test('the ledger — comes in pages when asked, whole otherwise', async () => {
    const { stripe, url } = await startSimulator()
    for (let n = 1; n <= 3; n += 1)
      await stripe.paymentIntents.create({ ...ORDER, amount: n, payment_method: 'pm_card_visa', confirm: true })
    const page = async (query: string) =>
      (await (await fetch(`${url}/ledger${query}`)).json()) as {
        charges: { amountMinor: number }[]
        nextCursor: string | null
        total: number
      }
    const first = await page('?limit=2')
    expect(first).toMatchObject({ charges: [{ amountMinor: 1 }, { amountMinor: 2 }], total: 3 })
    expect(await page(`?limit=2&cursor=${first.nextCursor}`)).toMatchObject({ charges: [{ amountMinor: 3 }], nextCursor: null })
    expect((await page('')).charges).toHaveLength(3)
  })
})
