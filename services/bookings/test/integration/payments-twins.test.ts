import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { letLapse } from '../support/books.ts'
import { bookingOf, pay, useShop, VISA } from '../support/paying.ts'
import { deliver, eventOf, paymentRow } from '../support/provider-events.ts'
import { withSlotAlone, WITHOUT } from '../support/weakened.ts'

// Each guard of the payments is taken away here, one at a time: money must then be seen to go wrong. A test that sees no harm proves nothing.

describe.each(databases())('payments on $name without the lock, the pin and the charge slot', ({ create }) => {
  const shop = useShop(create, { replace: WITHOUT['charge-slot'] })

  test('one booking — paid five times with five keys — is charged more than once', async () => {
    const order = await shop.order('ada')
    await Promise.all(Array.from({ length: 5 }, (_, i) => pay(order.client, order.booking.id, VISA, { key: `key-${i}` })))
    expect((await shop.provider.chargesOf(order.booking.id)).length).toBeGreaterThan(1)
  })
})

describe.each(databases())('payments on $name without the lock and the pin, but with the charge slot', ({ create }) => {
  const shop = useShop(create, { replace: withSlotAlone })

  test('one booking — paid five times with five keys — is charged once: what its twin above has lost is the slot', async () => {
    const order = await shop.order('abe')
    await Promise.all(Array.from({ length: 5 }, (_, i) => pay(order.client, order.booking.id, VISA, { key: `key-${i}` })))
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
  })
})

describe.each(databases())('payments on $name without the conditions of the pin', ({ create }) => {
  const shop = useShop(create, { replace: WITHOUT['hold-conditions'] })

  test('a booking past its time — paid all the same — is charged for nothing', async () => {
    const late = await shop.order('bob')
    await letLapse(shop.first, late)
    expect((await pay(late.client, late.booking.id, VISA)).status).not.toBe(409)
    await waitFor(async () => (await shop.provider.chargesOf(late.booking.id)).length === 1, { what: 'the charge' })
  })
})

describe.each(databases())('payments on $name without the key of the charge', ({ create }) => {
  const shop = useShop(create, { replace: WITHOUT['charge-key'] })

  test('a charge — whose answer was an error — is charged twice', async () => {
    const order = await shop.order('bea')
    await pay(order.client, order.booking.id, 'pm_sim_error_stored')
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(2)
  })
})

describe.each(databases())('webhooks on $name without the check of the signature', ({ create }) => {
  const shop = useShop(create, {
    replace: ({ provider }) => ({ provider: { ...provider, isSigned: () => true } }),
  })

  test('a forged event — confirms a booking that nobody has paid', async () => {
    const order = await shop.order('cid')
    await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')
    expect(await deliver(shop.first, eventOf(await paymentRow(shop.first, order)), 'forged')).toMatchObject({ status: 200 })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
  })
})
