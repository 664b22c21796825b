import type Stripe from 'stripe'
import { newId } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { PaymentProvider } from '../../src/clients/payment-provider.ts'
import { defineModels } from '../../src/models/index.ts'
import { Bookings, type LockedBooking } from '../../src/repositories/bookings.ts'
import { Claims } from '../../src/repositories/claims.ts'
import { Holds, type HoldRow } from '../../src/repositories/holds.ts'
import { type PaymentRow, Payments } from '../../src/repositories/payments.ts'
import { bookingOf, pay, useShop, VISA } from '../support/paying.ts'
import { deliver, eventOf, paymentRow } from '../support/provider-events.ts'

// Each guard of the payments is taken away here, one at a time: money must then be seen to go wrong. A test that sees no harm proves nothing.

/** Lets any number of payments of one booking live. */
class SlotlessPayments extends Payments {
  override insert(payment: PaymentRow, tx: Parameters<Payments['insert']>[1]): Promise<void> {
    return super.insert({ ...payment, chargeSlot: null }, tx)
  }
}

/** Says that whatever is asked for has been pinned. */
class TrustingClaims extends Claims {
  override async pin(...[holdId, nowMs, tx]: Parameters<Claims['pin']>): Promise<number> {
    await super.pin(holdId, nowMs, tx)
    return (await this.listOfHold(holdId, tx)).length
  }
}

class AlwaysActiveHolds extends Holds {
  override async lock(...args: Parameters<Holds['lock']>): Promise<HoldRow | null> {
    const hold = await super.lock(...args)
    return hold ? { ...hold, status: 'active' } : null
  }
}

/** Sees the booking as it was before another payment changed it. */
class StaleBookings extends Bookings {
  override async lock(...args: Parameters<Bookings['lock']>): Promise<LockedBooking | null> {
    const booking = await super.lock(...args)
    return booking ? { ...booking, status: 'awaiting_payment' } : null
  }
}

/** Takes an answer that says nothing for a no, and sends the charge again under new keys. */
function impatient(provider: PaymentProvider): PaymentProvider {
  const orders = new Map<string, Parameters<PaymentProvider['createIntent']>[0]>()
  return {
    ...provider,
    createIntent(order) {
      orders.set(order.paymentId, order)
      return provider.createIntent(order)
    },
    async confirm(intentId, { paymentId, paymentMethod }) {
      const first = await provider.confirm(intentId, { paymentId, paymentMethod })
      const order = orders.get(paymentId)
      if (first.kind !== 'unknown' || !order) return first
      const again = { ...order, paymentId: newId('payment') }
      return provider.confirm((await provider.createIntent(again)).id, { paymentId: again.paymentId, paymentMethod })
    },
  }
}

describe.each(databases())('payments on $name without the lock, the pin and the charge slot', ({ create }) => {
  const shop = useShop(create, {
    replace: (parts) => ({
      payments: new SlotlessPayments(parts.db),
      claims: new TrustingClaims(parts.db),
      holds: new AlwaysActiveHolds(parts.db),
      bookings: new StaleBookings(parts.db, defineModels(parts.db.sequelize)),
    }),
  })

  test('one booking — paid five times with five keys — is charged more than once', async () => {
    const order = await shop.order('ada')
    await Promise.all(Array.from({ length: 5 }, (_, i) => pay(order.client, order.booking.id, VISA, { key: `key-${i}` })))
    expect((await shop.provider.chargesOf(order.booking.id)).length).toBeGreaterThan(1)
  })
})

describe.each(databases())('payments on $name without the key of the charge', ({ create }) => {
  const shop = useShop(create, { replace: ({ provider }) => ({ provider: impatient(provider) }) })

  test('a charge — whose answer was an error — is charged twice', async () => {
    const order = await shop.order('bea')
    await pay(order.client, order.booking.id, 'pm_sim_error_stored')
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(2)
  })
})

describe.each(databases())('webhooks on $name without the check of the signature', ({ create }) => {
  const shop = useShop(create, {
    replace: ({ provider }) => ({ provider: { ...provider, readEvent: (payload) => JSON.parse(payload) as Stripe.Event } }),
  })

  test('a forged event — confirms a booking that nobody has paid', async () => {
    const order = await shop.order('cid')
    await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')
    expect(await deliver(shop.first, eventOf(await paymentRow(shop.first, order)), 'forged')).toMatchObject({ status: 200 })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
    expect(await shop.provider.chargesOf(order.booking.id)).toEqual([])
  })
})
