import type { Hold } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { forgetHolds, HOLD_KEPT_MS } from '../../src/services/forget-holds.ts'
import { checkNow } from '../support/integrity.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import { bookSeats, holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

describe.each(databases())('holds of a month ago on $name', ({ create }) => {
  const running = useBookings(create, { settings: { INTEGRITY_EVERY_SECONDS: '3600' } })
  const held = async (name: string): Promise<Hold> => holdSeats(only(running).asUser(name), await only(running).addFlight(), ['1A'])
  /** As if so much time had gone by since. */
  const age = async ({ id }: Hold, ms: number) =>
    only(running).parts.db.run('UPDATE holds SET created_at = created_at - :ms, expires_at = expires_at - :ms WHERE id = :id', { id, ms })
  const countOf = async (sql: string, id: string) => (await only(running).parts.db.rows(sql, { id })).length
  const hasHold = ({ id }: Hold) => countOf('SELECT id FROM holds WHERE id = :id', id)
  const hasQuota = (name: string) => countOf('SELECT user_id FROM hold_quotas WHERE user_id = :id', `usr_${name}`)

  test('a hold — expired or released, and never booked — is gone with its trail and its user’s quota; what is newer, booked or live stays', async () => {
    const bookings = only(running)
    const [expired, released, newer, booked, live] = [
      await held('ada'),
      await held('bea'),
      await held('cid'),
      await held('dot'),
      await held('eve'),
    ]
    await bookSeats(bookings.asUser('dot'), booked)
    await letHoldsLapse(bookings, [expired.id, newer.id, booked.id])
    await expireHolds(bookings.parts)
    await bookings.asUser('bea').call('DELETE', `/holds/${released.id}`)
    for (const hold of [expired, released, booked]) await age(hold, HOLD_KEPT_MS + 3_600_000)
    await age(newer, HOLD_KEPT_MS - 3_600_000)

    expect(await forgetHolds(bookings.parts)).toBe(2)
    expect(await Promise.all([expired, released, newer, booked, live].map(hasHold))).toEqual([0, 0, 1, 1, 1])
    expect(await countOf('SELECT id FROM audit WHERE aggregate_id = :id', expired.id)).toBe(0)
    expect(await countOf('SELECT id FROM audit WHERE aggregate_id = :id', booked.id)).toBe(2)
    expect(await Promise.all(['ada', 'bea', 'cid', 'eve'].map(hasQuota))).toEqual([0, 0, 1, 1])
    expect((await checkNow(bookings)).get('I7.audit-trails')).toMatchObject({ status: 'ok' })
    // Who comes back is counted as before.
    await held('ada')
    expect(await hasQuota('ada')).toBe(1)
    expect(await forgetHolds(bookings.parts)).toBe(0)
  })

  test('tokens — that have run out — are deleted so many at a time, and those in time stay', async () => {
    const { bookingTokens } = only(running).parts
    for (let i = 0; i < 3; i += 1) await bookingTokens.issue('bkg_1', 1_000)
    const token = await bookingTokens.issue('bkg_1', 3_000)
    expect(await bookingTokens.purge(2_000, 2)).toBe(2)
    expect(await bookingTokens.purge(2_000, 2)).toBe(1)
    expect(await bookingTokens.findBookingId(token, 2_000)).toBe('bkg_1')
  })
})
