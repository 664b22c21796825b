import { databases } from '@skyhold/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { Claims } from '../../src/repositories/claims.ts'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import { holdSeats, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

// The clock of a database server that has just taken over may be ahead: what has lapsed by it is left to its owner for CLOCK_SKEW_MAX_MS.
describe.each(databases())('lapsed holds after a change of database server on $name', ({ create }) => {
  let isClockTrusted = true
  const running = useBookings(create, { replace: ({ db }) => ({ claims: new Claims(db, { isClockTrusted: () => isClockTrusted }) }) })
  beforeEach(() => {
    isClockTrusted = true
  })

  test('a named seat — asked for in the pause — is refused with a time to come back, and had after it', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('ada'), flight, ['1A'])
    await letHoldsLapse(bookings, [hold.id])
    isClockTrusted = false
    const { status, body, headers } = await takeSeats(bookings.asUser('bea'), flight, ['1A'])
    expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'seat_unavailable', '1'])
    isClockTrusted = true
    expect((await takeSeats(bookings.asUser('bea'), flight, ['1A'])).status).toBe(201)
  })

  test('a seat of our choice — in the pause — is one that nobody has had', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const held = await holdSeats(bookings.asUser('cid'), flight, [null])
    await letHoldsLapse(bookings, [held.id])
    isClockTrusted = false
    const other = await holdSeats(bookings.asUser('dot'), flight, [null])
    expect(other.flights[0]?.seats[0]?.designator).not.toBe(held.flights[0]?.seats[0]?.designator)
  })

  test('the sweeper — in the pause — leaves the seats to their owner', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('eva'), flight, ['2A'])
    await letHoldsLapse(bookings, [hold.id])
    isClockTrusted = false
    expect(await expireHolds(bookings.parts)).toBe(0)
    isClockTrusted = true
    expect(await expireHolds(bookings.parts)).toBeGreaterThan(0)
  })
})
