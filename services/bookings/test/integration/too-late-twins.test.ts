import type { Hold } from '@skyhold/contracts'
import { type Caller, Refusal } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/domain/access.ts'
import { Holds } from '../../src/repositories/holds.ts'
import { applyProviderResult } from '../../src/services/apply-provider-result.ts'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { extendHold } from '../../src/services/manage-holds.ts'
import type { Parts } from '../../src/services/parts.ts'
import { claimStates, letLapse } from '../support/books.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import { bookingOf, type Order, pay, payNow, useShop } from '../support/paying.ts'
import { paymentRow } from '../support/provider-events.ts'
import { holdSeats, takeSeats } from '../support/sales.ts'
import { withClaimsAlone, withConditionAlone, WITHOUT } from '../support/weakened.ts'

// An extension, a sweep and a word of the provider that come too late: each is tried with its guard, and with the guard taken away, when harm must be seen.

describe.each(databases())('what comes too late on $name', ({ create }) => {
  const shop = useShop(create)

  /** Extends a hold that has lapsed, and whose seat another has taken since. What was said, and who says of himself that he has the seat. */
  async function extendLapsed(name: string, weaken: (parts: Parts) => Partial<Parts> = () => ({})) {
    const { parts, addFlight, asUser } = shop.first
    const flight = await addFlight()
    const owner = asUser(name)
    const hold = await holdSeats(owner, flight, ['1A'])
    await letHoldsLapse(shop.first, [hold.id])
    const rival = asUser(`rival-of-${name}`)
    const taken = await holdSeats(rival, flight, ['1A'])
    const caller: Caller = { userId: `usr_${name}`, sessionId: 'ses_1', roles: ['customer'], operatorId: 'opr_1' }
    const actor: Actor = { kind: 'user', caller }
    const extending = extendHold({ holdId: hold.id, actor, requestId: 'late' }, { ...parts, ...weaken(parts) })
    const said = await extending.then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    )
    const read = [await owner.get<Hold>(`/holds/${hold.id}`), await rival.get<Hold>(`/holds/${taken.id}`)]
    return { said, statuses: read.map(({ body }) => body.status) }
  }

  test('an extension — of a hold that has lost its seat — is refused, by the condition of its claims alone', async () => {
    const refused = { said: 'hold_expired', statuses: ['expired', 'active'] }
    expect(await extendLapsed('ada')).toEqual(refused)
    expect(await extendLapsed('abe', withClaimsAlone)).toEqual(refused)
  })

  test('an extension — without its conditions — leaves one seat with two holds', async () => {
    expect(await extendLapsed('amy', WITHOUT.extension)).toEqual({ said: 'active', statuses: ['active', 'active'] })
  })

  /** Has a sweeper look for lapsed holds, and lets something happen to them before it locks what it has found. */
  async function sweep(holds: Holds, meanwhile: () => Promise<unknown>): Promise<void> {
    const list = holds.listLapsedIds.bind(holds)
    holds.listLapsedIds = async (...args) => {
      const found = await list(...args)
      holds.listLapsedIds = list
      await meanwhile()
      return found
    }
    await expireHolds({ ...shop.first.parts, holds })
  }

  /** One hold is extended, and another is paid for, after a sweeper has seen them past their time. */
  async function sweptUnderWay(name: string, holds: Holds): Promise<{ extended: Hold; paid: Order }> {
    const { first } = shop
    const client = first.asUser(name)
    const extended = await holdSeats(client, await first.addFlight(), ['1A'])
    const paid = await shop.order(name)
    await letHoldsLapse(first, [extended.id])
    await letLapse(first, paid)
    await sweep(holds, async () => {
      // As if both had begun in time, and the sweeper had looked before they were through.
      await letHoldsLapse(first, [extended.id], 60_000)
      await letLapse(first, paid, 60_000)
      expect((await client.post(`/holds/${extended.id}/extension`)).status).toBe(200)
      expect((await pay(client, paid.booking.id, 'pm_card_threeDSecure2Required')).status).toBe(202)
    })
    return { extended, paid }
  }
  const takenBy = async (name: string, flight: Order['flight']) => (await takeSeats(shop.first.asUser(name), flight, ['1A'])).status

  test('a sweep — of what has been extended and is being paid for meanwhile — leaves both alone', async () => {
    const { extended, paid } = await sweptUnderWay('bob', new Holds(shop.first.parts.db))
    expect((await shop.first.parts.holds.find(extended.id))?.status).toBe('active')
    expect([await claimStates(shop.first, paid), await takenBy('ben', paid.flight)]).toEqual([['held'], 409])
  })

  test('a sweep — without the second look — expires what was extended, and gives away the seat that a card is charged for', async () => {
    const { extended, paid } = await sweptUnderWay('bea', WITHOUT['sweep-conditions'](shop.first.parts).holds)
    expect((await shop.first.parts.holds.find(extended.id))?.status).toBe('expired')
    expect((await bookingOf(paid)).status).toBe('payment_processing')
    expect([await claimStates(shop.first, paid), await takenBy('bud', paid.flight)]).toEqual([[], 201])
  })

  /** Says no to a payment that has been captured. What was answered, and what the books say then of payment and booking. */
  async function declineAfterCapture(name: string, weaken: (parts: Parts) => Partial<Parts> = () => ({})) {
    const order = await shop.order(name)
    const { id: paymentId } = await payNow(order)
    const parts = { ...shop.first.parts, ...weaken(shop.first.parts) }
    const result = { kind: 'declined', declineCode: 'insufficient_funds' } as const
    const word = { paymentId, result, actor: 'provider', requestId: 'late', ticketNumbers: [] }
    const end = await parts.db.transaction((tx) => applyProviderResult(word, parts, tx)).then(() => 'taken', String)
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
    return { end, payment: (await paymentRow(shop.first, order)).status, booking: (await bookingOf(order)).status }
  }

  test('a no of the provider — after the capture — changes nothing, by the condition of the change alone', async () => {
    const untouched = { payment: 'captured', booking: 'confirmed' }
    expect(await declineAfterCapture('cid')).toEqual({ end: 'taken', ...untouched })
    expect(await declineAfterCapture('cay', withConditionAlone)).toMatchObject({
      end: expect.stringContaining('under its lock'),
      ...untouched,
    })
  })

  test('a no of the provider — without the rule that a payment only goes forward — denies money that the provider has', async () => {
    expect(await declineAfterCapture('cox', WITHOUT['forward-only'])).toEqual({ end: 'taken', payment: 'failed', booking: 'confirmed' })
  })
})
