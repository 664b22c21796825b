import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { refundByHand, type RefundReply, sendUntil, sentBackOrder } from '../support/cancelling.ts'
import { payNow, type Shop, useShop } from '../support/paying.ts'
import { deliverRefund } from '../support/provider-events.ts'
import { WITHOUT } from '../support/weakened.ts'

// Each guard of the refunds is taken away here, one at a time: more must then be promised, or go back, than was asked for. A test that sees no harm proves nothing.

const SETTINGS = { PAYMENT_ANSWER_MS: '1000', PAYMENT_TIMEOUT_MS: '2000' }
const AT_ONCE = 20
/** Of the 100.00 that were paid, three times this much may go back. */
const AMOUNT_MINOR = 3_000
const FIT = 3

/** Paid at the replica that is well, refunded at the weakened one. */
async function refundAtOnce(shop: Shop, name = 'ada'): Promise<RefundReply[]> {
  const { id } = await payNow(await shop.order(name))
  return Promise.all(Array.from({ length: AT_ONCE }, () => refundByHand(shop.replica(1), id, AMOUNT_MINOR)))
}
const accepted = (replies: readonly RefundReply[]) => replies.filter(({ status }) => status === 201 || status === 202)

describe.each(databases())('refunds on $name without the sum', ({ create }) => {
  const shop = useShop(create, { settings: SETTINGS, replicas: [{}, { replace: WITHOUT['refund-sum'] }] })

  test('twenty refunds at once — are all promised, although the money is there for three', async () => {
    expect(accepted(await refundAtOnce(shop))).toHaveLength(AT_ONCE)
  })
})

describe.each(databases().filter(({ name }) => name !== 'sqlite'))('refunds on $name without the locks under the sum', ({ create }) => {
  const shop = useShop(create, { settings: SETTINGS, replicas: [{}, { replace: WITHOUT['refund-locks'] }] })

  test('twenty refunds at once — promise more than was paid', async () => {
    let round = 0
    // On a busy machine the twenty may come one after the other by chance.
    const isOversold = async () => accepted(await refundAtOnce(shop, `ada${(round += 1)}`)).length > FIT
    await waitFor(isOversold, { what: 'a race without locks to be lost', timeoutMs: 45_000 })
  })
})

describe.each(databases())('refunds on $name without the look at what the provider has', ({ create }) => {
  const shop = useShop(create, { settings: SETTINGS, replace: WITHOUT['refund-search'] })

  test('a refund — made, but answered with an error — is made twice', async () => {
    const order = await shop.order('bea')
    const { id } = await payNow(order)
    // The provider would tell by a webhook what nobody looks for.
    await shop.provider.behave({ refunds: 'error_stored', webhooksPaused: true })
    const { body } = await refundByHand(shop.first, id, 2_000)
    await shop.provider.behave({ refunds: 'none' })
    await sendUntil(shop.first, body, 'succeeded')
    const refunded = async () => (await shop.provider.chargesOf(order.booking.id))[0]?.refundedMinor
    await waitFor(async () => (await refunded()) === 4_000, { what: 'the money to go back twice' })
  })
})

describe.each(databases())('refunds on $name without the memory of those that failed', ({ create }) => {
  const shop = useShop(create, { settings: SETTINGS, replace: WITHOUT['refund-failures'] })

  test('a refund that is tried again — while an older word of success comes late — is taken for done, and never sent', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await sentBackOrder(shop, 'cid')
    await shop.provider.behave({ down: true })
    await shop.first.asUser('boss', ['admin']).post(`/refunds/${order.refund.id}/retry`)
    await deliverRefund(shop.first, { ...order, status: 'succeeded' })
    expect(await shop.first.parts.refunds.find(order.refund.id)).toMatchObject({ status: 'succeeded', providerId: order.providerId })
  })
})
