import { databases, waitFor } from '@skyhold/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { cancelNow, refundByHand } from '../support/cancelling.ts'
import { checkNow } from '../support/integrity.ts'
import { bookingOf, type Order, pay, payNow, useShop, VISA } from '../support/paying.ts'

const MINUTES_3 = 180_000
/** A charge made past our books. */
const CHARGE = {
  amount: '500',
  currency: 'eur',
  payment_method: VISA,
  confirm: 'true',
  'automatic_payment_methods[enabled]': 'true',
  'automatic_payment_methods[allow_redirects]': 'never',
}

describe.each(databases())('reconciliation with the provider on $name', ({ create }) => {
  const shop = useShop(create, { settings: { INTEGRITY_EVERY_SECONDS: '3600' } })
  const db = () => shop.first.parts.db
  // A webhook that comes later would put right what a test has made wrong.
  beforeAll(() => shop.provider.behave({ webhooksPaused: true }))
  const reconciled = async () => (await checkNow(shop.first)).get('I2.reconciliation')
  /** Nothing of before is on the provider's newest pages any more. */
  const aDayLater = () =>
    db().run(
      `UPDATE integrity_results SET memory = REPLACE(memory, '"untilMs":', '"untilMs":1000000000000000,"was":') WHERE name = 'I2.reconciliation'`,
    )
  const remember = (memory: object) =>
    db().run(`UPDATE integrity_results SET memory = :memory WHERE name = 'I2.reconciliation'`, { memory: JSON.stringify(memory) })
  const fine = { status: 'ok', violations: 0, sample: [] }

  /** A payment whose last change is old enough to be compared. */
  async function paidLongAgo(order: Order): Promise<string> {
    const { id } = await payNow(order)
    await db().run('UPDATE payments SET updated_at = updated_at - :ago WHERE id = :id', { id, ago: MINUTES_3 })
    return id
  }
  const stripe = (path: string, body: Record<string, string>) =>
    fetch(`${shop.provider.url}/v1${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_simulator', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(body),
    })
  const intentOf = async (id: string): Promise<string> => (await shop.first.parts.payments.find(id))?.providerId ?? ''

  test('both books — after a sale and a decline — agree', async () => {
    await paidLongAgo(await shop.order('ada'))
    const declined = await shop.order('bea')
    await pay(declined.client, declined.booking.id, 'pm_card_visa_chargeDeclined')
    expect(await reconciled()).toMatchObject(fine)
  })

  test('a payment — over another amount than the charge — is reported until it is put right', async () => {
    const id = await paidLongAgo(await shop.order('cid'))
    await db().run('UPDATE payments SET amount_minor = amount_minor - 1 WHERE id = :id', { id })
    expect(await reconciled()).toMatchObject({
      violations: 1,
      sample: [expect.stringMatching(/has charged pi_\S+ of 10000 EUR for payment pay_\S+, which is over 9999 EUR/)],
    })
    await db().run('UPDATE payments SET updated_at = updated_at - 90000000 WHERE id = :id', { id })
    await aDayLater()
    expect(await reconciled()).toMatchObject({ violations: 1, sample: [expect.stringContaining(id)] })
    await db().run('UPDATE payments SET amount_minor = amount_minor + 1 WHERE id = :id', { id })
    await reconciled()
    expect(await reconciled()).toMatchObject(fine)
  })

  test('a charge — that we take for a failure — is reported', async () => {
    const order = await shop.order('dot')
    const id = await paidLongAgo(order)
    await db().run(`UPDATE payments SET status = 'failed' WHERE id = :id`, { id })
    expect(await reconciled()).toMatchObject({ violations: 1, sample: [expect.stringMatching(/and payment pay_\S+ is failed/)] })
    await db().run(`UPDATE payments SET status = 'captured' WHERE id = :id`, { id })
    expect(await reconciled()).toMatchObject(fine)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('a payment — that the provider has never charged — is reported', async () => {
    const order = await shop.order('eve')
    await pay(order.client, order.booking.id, 'pm_card_visa_chargeDeclined')
    const [payment] = (await bookingOf(order)).payments
    const change = 'UPDATE payments SET status = :status, updated_at = updated_at - :ago WHERE id = :id'
    await db().run(change, { status: 'captured', ago: MINUTES_3, id: payment?.id ?? '' })
    expect(await reconciled()).toMatchObject({
      violations: 1,
      sample: [expect.stringMatching(/payment pay_\S+ is captured, and the provider has not charged pi_/)],
    })
    await db().run(change, { status: 'failed', ago: 0, id: payment?.id ?? '' })
    expect(await reconciled()).toMatchObject(fine)
  })

  test('a charge — for a payment that we do not know — is reported, and one of another shop is not', async () => {
    expect((await stripe('/payment_intents', CHARGE)).status).toBe(200)
    expect(await reconciled()).toMatchObject(fine)
    expect((await stripe('/payment_intents', { ...CHARGE, 'metadata[paymentId]': 'pay_unknown' })).status).toBe(200)
    expect(await reconciled()).toMatchObject({
      violations: 1,
      sample: [expect.stringContaining('for payment pay_unknown, which we do not know')],
    })
    await db().run(
      `INSERT INTO payments (id, operator_id, booking_id, charge_slot, status, amount_minor, currency, provider_id, key_scope, idem_key, created_at, updated_at, next_check_at, checks)
       SELECT 'pay_unknown', operator_id, booking_id, NULL, 'captured', 500, 'EUR', :intent, key_scope, idem_key, created_at, updated_at, next_check_at, checks FROM payments LIMIT 1`,
      { intent: (await reconciled())?.sample[0]?.match(/pi_\w+/)?.[0] ?? '' },
    )
    expect(await reconciled()).toMatchObject(fine)
  })

  test('a charge for a payment that we do not know — a day later — is reported until it has gone back in full', async () => {
    const answer = await stripe('/payment_intents', { ...CHARGE, 'metadata[paymentId]': 'pay_lost' })
    const { id } = (await answer.json()) as { id: string }
    const reported = { violations: 1, sample: [expect.stringContaining(`${id} of 500 EUR for payment pay_lost, which we do not know`)] }
    expect(await reconciled()).toMatchObject(reported)
    for (let run = 0; run < 2; run += 1) {
      await aDayLater()
      expect(await reconciled()).toMatchObject(reported)
    }
    await stripe('/refunds', { payment_intent: id, amount: '400' })
    expect(await reconciled()).toMatchObject(reported)
    await stripe('/refunds', { payment_intent: id, amount: '100' })
    expect(await reconciled()).toMatchObject(fine)
  })

  /** A refund that stands in both books. */
  async function refundedLongAgo(name: string, paymentMethod = VISA): Promise<{ id: string; providerId: string }> {
    const order = await shop.order(name)
    await payNow(order, paymentMethod)
    await cancelNow(shop.first, order)
    await sendRefunds(shop.first.parts)
    const [refund] = (await bookingOf(order)).refunds
    expect(refund).toMatchObject({ status: 'succeeded' })
    const { id = '' } = refund ?? {}
    await db().run('UPDATE refunds SET created_at = created_at - :ago, updated_at = updated_at - :ago WHERE id = :id', {
      id,
      ago: MINUTES_3,
    })
    return { id, providerId: (await shop.first.parts.refunds.find(id))?.providerId ?? '' }
  }

  test('a refund — over another amount than there, a day later — is reported until it is put right', async () => {
    const { id, providerId } = await refundedLongAgo('gil')
    expect(await reconciled()).toMatchObject(fine)
    await db().run('UPDATE refunds SET amount_minor = amount_minor - 1 WHERE id = :id', { id })
    const reported = {
      violations: 1,
      sample: [`the provider gives back ${providerId} of 10000 EUR for refund ${id}, which is over 9999 EUR`],
    }
    expect(await reconciled()).toMatchObject(reported)
    await aDayLater()
    expect(await reconciled()).toMatchObject(reported)
    await aDayLater()
    await db().run('UPDATE refunds SET amount_minor = amount_minor + 1 WHERE id = :id', { id })
    expect(await reconciled()).toMatchObject(fine)
  })

  test('a refund — that failed there after it had succeeded, a day later — is reported until it is not ours any more', async () => {
    const { id, providerId } = await refundedLongAgo('hal', 'pm_card_refundFail')
    const reported = { violations: 1, sample: [`refund ${id} is succeeded, and the provider says failed of ${providerId} of 10000 EUR`] }
    await waitFor(async () => (await reconciled())?.violations === 1, { what: 'the refund to fail', timeoutMs: 15_000 })
    expect(await reconciled()).toMatchObject(reported)
    await aDayLater()
    expect(await reconciled()).toMatchObject(reported)
    await aDayLater()
    await db().run(`UPDATE refunds SET status = 'needs_attention' WHERE id = :id`, { id })
    expect(await reconciled()).toMatchObject(fine)
  })

  test('a refund — that the provider does not know, a day later — is reported until it does', async () => {
    const { id, providerId } = await refundedLongAgo('ian')
    await db().run(`UPDATE refunds SET provider_id = 're_of_nobody' WHERE id = :id`, { id })
    const reported = {
      violations: 2,
      sample: expect.arrayContaining([
        `refund ${id} is succeeded, and the provider has no re_of_nobody`,
        `refund ${id} is given back twice: re_of_nobody and ${providerId}`,
      ]),
    }
    expect(await reconciled()).toMatchObject(reported)
    await aDayLater()
    expect(await reconciled()).toMatchObject(reported)
    await db().run('UPDATE refunds SET provider_id = :providerId WHERE id = :id', { id, providerId })
    expect(await reconciled()).toMatchObject(fine)
  })

  test('the memory of an older version — ids without their kinds — is read, and a whole day is compared again', async () => {
    const id = await paidLongAgo(await shop.order('jim'))
    await db().run('UPDATE payments SET amount_minor = amount_minor - 1, updated_at = updated_at - 90000000 WHERE id = :id', { id })
    const untilMs = (await db().now()) + 90_000_000
    await remember({ untilMs, suspects: [] })
    expect(await reconciled()).toMatchObject({ violations: 1, sample: [expect.stringContaining(id)] })
    await aDayLater()
    await remember({ untilMs, suspects: [id, 'pay_gone', 'rfd_gone', 're_gone'] })
    expect(await reconciled()).toMatchObject({ sample: expect.arrayContaining([expect.stringContaining(id)]) })
    await db().run('UPDATE payments SET amount_minor = amount_minor + 1 WHERE id = :id', { id })
    expect(await reconciled()).toMatchObject(fine)
  })

  test('money given back — at the provider by hand — is reported, a day later too', async () => {
    const id = await paidLongAgo(await shop.order('fay'))
    await stripe('/refunds', { payment_intent: await intentOf(id), amount: '100' })
    const reported = { violations: 1, sample: [expect.stringMatching(/gives back re_\S+ of 100 EUR, which we have not asked for/)] }
    expect(await reconciled()).toMatchObject(reported)
    for (let run = 0; run < 2; run += 1) {
      await aDayLater()
      expect(await reconciled()).toMatchObject(reported)
    }
  })

  test('a refund — that the provider has given back twice under one of ours — is reported, a day later too', async () => {
    const order = await shop.order('kay')
    const paymentId = await paidLongAgo(order)
    const { id } = (await refundByHand(shop.first, paymentId, 1_000)).body
    const intentId = await intentOf(paymentId)
    const again = await shop.provider.giveBack({ intentId, amountMinor: 1_000, refundId: id })
    const first = (await shop.first.parts.refunds.find(id))?.providerId ?? ''
    const reported = expect.arrayContaining([`refund ${id} is given back twice: ${first} and ${again}`])
    expect((await reconciled())?.sample).toEqual(reported)
    await aDayLater()
    expect((await reconciled())?.sample).toEqual(reported)
    // A try that the provider has made meanwhile may not be known here yet.
    await db().run(`UPDATE refunds SET status = 'pending', updated_at = :now WHERE id = :id`, { id, now: await db().now() })
    await remember({ untilMs: await db().now(), suspects: [], waiting: [] })
    expect((await reconciled())?.sample).not.toEqual(reported)
    await db().run('UPDATE refunds SET updated_at = updated_at - :ago WHERE id = :id', { id, ago: MINUTES_3 })
    expect((await reconciled())?.sample).toEqual(reported)
  })

  test('the provider — away — leaves the check unknown, and its memory', async () => {
    const memory = async () =>
      (await db().rows<{ memory: string }>(`SELECT memory FROM integrity_results WHERE name = 'I2.reconciliation'`))[0]?.memory
    const before = await memory()
    await shop.provider.behave({ down: true })
    expect(await reconciled()).toMatchObject({ status: 'unknown', violations: null })
    await shop.provider.behave({ down: false })
    expect(await memory()).toBe(before)
    await waitFor(async () => (await reconciled())?.status !== 'unknown', { what: 'the provider to be back' })
  })
})
