import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { Claims, type ClaimRow } from '../../src/repositories/claims.ts'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { letLapse } from '../support/books.ts'
import { bringEvidence, chargeAndGiveUp, LATE_REPLICAS } from '../support/late-money.ts'
import { bookingOf, useShop } from '../support/paying.ts'
import { holdSeats } from '../support/sales.ts'

// The check of the owners is taken away here: the seats must then be seen with two people. A test that sees no harm proves nothing.

/** Takes whoever asked last for the owner of all that he asked for. */
class BelievedClaims extends Claims {
  #believed: { holdId: string; count: number } = { holdId: '', count: 0 }

  override async takeOver(...[claims, nowMs, tx]: Parameters<Claims['takeOver']>): Promise<void> {
    this.#believed = { holdId: claims[0]?.holdId ?? '', count: claims.length }
    await super.takeOver(claims, nowMs, tx)
  }

  override async find(...[keys, tx]: Parameters<Claims['find']>): Promise<ClaimRow[]> {
    const rows = await super.find(keys, tx)
    return rows.map((row) => ({ ...row, holdId: this.#believed.holdId }))
  }

  override async pin(...[holdId, nowMs, tx]: Parameters<Claims['pin']>): Promise<number> {
    const pinned = await super.pin(holdId, nowMs, tx)
    return holdId === this.#believed.holdId ? this.#believed.count : pinned
  }

  override async sell(...[holdId, tx]: Parameters<Claims['sell']>): Promise<number> {
    const sold = await super.sell(holdId, tx)
    return holdId === this.#believed.holdId ? this.#believed.count : sold
  }
}

describe.each(databases())('late money on $name without the look at the owners of its seats', ({ create }) => {
  const [, ...others] = LATE_REPLICAS
  const shop = useShop(create, {
    settings: { PAYMENT_TIMEOUT_MS: '3000' },
    replicas: [{ replace: ({ db }) => ({ claims: new BelievedClaims(db) }) }, ...others],
  })

  test('an expired booking — one of whose seats is somebody else’s — is confirmed for it all the same', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('ada', { seats: ['1A', '1B'] })
    const { evidence } = await chargeAndGiveUp(shop, order)
    await letLapse(shop.first, order)
    await expireHolds(shop.first.parts)
    // At a replica that is well: the rival has the seat by every rule.
    const rival = await holdSeats(shop.replica(1).asUser('rival'), order.flight, ['1A'])
    await bringEvidence(shop, evidence)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', passengers: [{ seats: ['1A'] }, { seats: ['1B'] }] })
    const [claim] = await shop.first.parts.db.rows<{ holdId: string }>(
      "SELECT hold_id AS holdId FROM claims WHERE flight_id = :flightId AND seat = '1A'",
      { flightId: order.flight.id },
    )
    expect(claim?.holdId).toBe(rival.id)
  })
})
