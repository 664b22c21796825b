import { describe, expect, test } from 'vitest'
import { failureOf, ORDER, sdk, startSimulator, tempDir } from './support.ts'

describe('Idempotency-Key', () => {
  test('the same key and parameters — give the first answer again, marked as a replay', async () => {
    const { stripe, ledger } = await startSimulator()
    const order = { ...ORDER, payment_method: 'pm_card_visa', confirm: true }
    const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'k1' })
    const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'k1' })
    expect(second).toEqual(first)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect((await ledger()).total).toBe(1)
  })

  test('a key with other parameters, or for another call — is an idempotency error', async () => {
    const { stripe } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k1' })
    expect(await failureOf(stripe.paymentIntents.create({ ...ORDER, amount: 2 }, { idempotencyKey: 'k1' }))).toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
    })
    expect(await failureOf(stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'k1' }))).toMatchObject({
      type: 'StripeIdempotencyError',
    })
  })

  test('two at once with one key — the second is refused with 409 and one is charged', async () => {
    const { stripe, url, ledger } = await startSimulator({ slowMs: 400 })
    const single = sdk(url, 0)
    const intent = await stripe.paymentIntents.create(ORDER)
    const confirm = (client = single) =>
      client.paymentIntents.confirm(intent.id, { payment_method: 'pm_sim_slow' }, { idempotencyKey: 'k' })
    const [first, second] = await Promise.allSettled([confirm(), confirm()])
    const rejected = [first, second].filter((result) => result.status === 'rejected')
    expect(rejected).toHaveLength(1)
    expect(rejected[0]?.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    expect((await ledger()).total).toBe(1)
    expect((await confirm()).status).toBe('succeeded')
  })

  test('a decline — is kept under its key', async () => {
    const { stripe } = await startSimulator()
    const intent = await stripe.paymentIntents.create(ORDER)
    const confirm = () =>
      failureOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }, { idempotencyKey: 'k' }))
    expect((await confirm()).headers).not.toHaveProperty('idempotent-replayed')
    expect((await confirm()).headers).toHaveProperty('idempotent-replayed', 'true')
  })

  test('a validation error — is not kept, so that the key may be used again', async () => {
    const { stripe } = await startSimulator()
    expect(
      await failureOf(stripe.paymentIntents.create({ ...ORDER, payment_method: 'pm_nothing' }, { idempotencyKey: 'k' })),
    ).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    })
    expect(await stripe.paymentIntents.create(ORDER, { idempotencyKey: 'k' })).toMatchObject({ amount: ORDER.amount })
  })

  test('a restart — keeps charges, ledger and keys', async () => {
    const folder = tempDir()
    const before = await startSimulator({ folder })
    const order = { ...ORDER, payment_method: 'pm_card_visa', confirm: true }
    const first = await before.stripe.paymentIntents.create(order, { idempotencyKey: 'k' })
    const ledger = await before.ledger()
    await before.close()

    const after = await startSimulator({ folder })
    expect(await after.ledger()).toEqual(ledger)
    expect(await after.stripe.paymentIntents.create(order, { idempotencyKey: 'k' })).toEqual(first)
    expect((await after.ledger()).total).toBe(1)
  })
})

describe('the door', () => {
  test('no key, a live key, an unknown address, an unknown parameter — are refused as Stripe refuses them', async () => {
    const { url, stripe } = await startSimulator()
    const anonymous = await fetch(`${url}/v1/payment_intents/pi_1`)
    expect(anonymous.status).toBe(401)
    expect(await anonymous.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    expect((await fetch(`${url}/v1/payment_intents/pi_1`, { headers: { authorization: 'Bearer sk_live_1' } })).status).toBe(401)
    expect(await failureOf(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({ statusCode: 404, code: 'resource_missing' })
    expect(await failureOf(stripe.customers.create({ email: 'a@b.example' }))).toMatchObject({ statusCode: 404 })
    const unknown = await fetch(`${url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('sk_test_1:').toString('base64')}` },
      body: new URLSearchParams({ amount: '1', currency: 'inr', amonut: '2' }),
    })
    expect(await unknown.json()).toMatchObject({ error: { code: 'parameter_unknown', param: 'amonut' } })
  })

  test('metadata with hostile names — is data like any other', async () => {
    const { stripe, ledger } = await startSimulator()
    const metadata = JSON.parse('{"__proto__":"x","bookingId":"<b>O\'Brien & 機</b>"}') as Record<string, string>
    await stripe.paymentIntents.create({ ...ORDER, metadata, payment_method: 'pm_card_visa', confirm: true })
    const [line] = (await ledger()).charges
    expect(Object.entries(line?.metadata ?? {})).toEqual(Object.entries(metadata))
  })
})
