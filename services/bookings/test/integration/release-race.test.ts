import type { Booking, Hold } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { LockedBooking } from '../../src/repositories/bookings.ts'
import { expireHolds } from '../../src/services/expire-holds.ts'
import type { Parts } from '../../src/services/parts.ts'
import type { Client } from '../support/api-client.ts'
import { checkNow } from '../support/integrity.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import { type BookingReply, bookingBody, bookSeats, holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'
import { WITHOUT } from '../support/weakened.ts'

/** Lets something happen after a hold has been found to have no booking, and before the hold is locked. */
class Gate {
  #now: (() => Promise<unknown>) | null = null

  next(now: () => Promise<unknown>): void {
    this.#now = now
  }

  readonly stand = (parts: Parts): Partial<Parts> => {
    const { bookings } = parts
    const lockByHold = bookings.lockByHold.bind(bookings)
    bookings.lockByHold = async (...args): Promise<LockedBooking | null> => {
      const found = await lockByHold(...args)
      const now = this.#now
      this.#now = null
      await now?.()
      return found
    }
    return { bookings }
  }
}

// SQLite has one writer: nobody books between two statements of another.
const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('a hold that is booked while its owner gives it back, on $name', ({ create }) => {
  const gate = new Gate()
  const running = useBookings(create, { replace: gate.stand })

  async function bookedMeanwhile(client: Client): Promise<{ hold: Hold; booked: Promise<Booking> }> {
    const hold = await holdSeats(client, await only(running).addFlight(), ['1A'])
    const booked = Promise.withResolvers<Booking>()
    gate.next(async () => booked.resolve(await bookSeats(client, hold)))
    return { hold, booked: booked.promise }
  }

  test('its release — between the two looks for a booking — is refused, and the booking can be paid and expires', async () => {
    const ada = only(running).asUser('ada')
    const { hold, booked } = await bookedMeanwhile(ada)
    const released = await ada.call('DELETE', `/holds/${hold.id}`)
    const { id } = await booked
    expect(released).toMatchObject({ status: 409, body: { code: 'hold_consumed', bookingId: id } })
    expect((await ada.get<Booking>(`/bookings/${id}`)).body.availableActions).toContain('pay')
    expect((await checkNow(only(running))).get('I9.convergence')).toMatchObject({ status: 'ok' })
    await letHoldsLapse(only(running), [hold.id])
    await expireHolds(only(running).parts)
    expect((await only(running).parts.bookings.find(id))?.status).toBe('expired')
  })

  test('its extension — between the two looks for a booking — says which booking it has', async () => {
    const bea = only(running).asUser('bea')
    const { hold, booked } = await bookedMeanwhile(bea)
    const extended = await bea.post<Hold>(`/holds/${hold.id}/extension`)
    expect(extended).toMatchObject({ status: 200, body: { bookingId: (await booked).id } })
  })
})

describe.each(servers)('the same on $name without the second look for a booking', ({ create }) => {
  const gate = new Gate()
  const running = useBookings(create, { replace: (parts) => gate.stand({ ...parts, ...WITHOUT['booking-of-hold'](parts) }) })

  test('its release — leaves a booking that nobody can pay or expire, which the integrity check sees', async () => {
    const cid = only(running).asUser('cid')
    const hold = await holdSeats(cid, await only(running).addFlight(), ['1A'])
    let booked: BookingReply | null = null
    gate.next(async () => (booked = await cid.post('/bookings', bookingBody(hold))))
    expect((await cid.call('DELETE', `/holds/${hold.id}`)).status).toBe(204)
    expect(booked).toMatchObject({ status: 201, body: { status: 'awaiting_payment' } })
    expect((await checkNow(only(running))).get('I9.convergence')).toMatchObject({
      status: 'violated',
      sample: [expect.stringContaining('a booking that waits to be paid and whose hold is over')],
    })
  })
})
