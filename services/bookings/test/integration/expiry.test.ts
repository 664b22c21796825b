import type { Booking, Hold } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { expireHolds } from '../../src/services/expire-holds.ts'
import type { Client } from '../support/api-client.ts'
import type { RunningBookings } from '../support/running-bookings.ts'
import { bookingBody, bookSeats, holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

const QUICK = { settings: { HOLD_TTL_SECONDS: '1', HOLD_LIFE_MAX_SECONDS: '2' } }

const lapsed = (client: Client, holdId: string): Promise<unknown> =>
  waitFor(async () => (await client.get<Hold>(`/holds/${holdId}`)).body.status === 'expired', {
    what: 'the hold to lapse',
    timeoutMs: 10_000,
  })

describe.each(databases())('lapsed holds on $name', ({ create }) => {
  const running = useBookings(create, QUICK, 2)
  const rowsOf = (bookings: RunningBookings, sql: string, id: string) => bookings.parts.db.rows<{ found: string }>(sql, { id })

  test('a lapsed hold — that no sweeper has seen — leaves its seat to another, and its booking reads expired', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const [ada, bea] = [bookings.asUser('ada'), bookings.asUser('bea')]
    const hold = await holdSeats(ada, flight, ['1A'])
    const booking = await bookSeats(ada, hold)
    await lapsed(ada, hold.id)
    await holdSeats(bea, flight, ['1A'])
    expect((await bookings.parts.holds.find(hold.id))?.status).toBe('active')
    expect((await ada.get<Booking>(`/bookings/${booking.id}`)).body).toMatchObject({ status: 'expired', availableActions: [] })
  })

  test('a lapsed hold — extended, booked or released — is never revived', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const cid = bookings.asUser('cid')
    const hold = await holdSeats(cid, flight, ['1A'])
    await lapsed(cid, hold.id)
    expect(await cid.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
    expect(await cid.post('/bookings', bookingBody(hold))).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
    expect((await cid.call('DELETE', `/holds/${hold.id}`)).status).toBe(204)
    expect((await cid.get(`/holds/${hold.id}`)).body).toMatchObject({ status: 'expired' })
    await holdSeats(bookings.asUser('dot'), flight, ['1A'])
    expect(await cid.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
  })

  test('a hold — extended to its cap — ends there and is refused another extension', async () => {
    const bookings = only(running)
    const eva = bookings.asUser('eva')
    const hold = await holdSeats(eva, await bookings.addFlight(), ['1A'])
    const cap = Date.parse(hold.expiresAt) + 1000
    const extended = await waitFor(
      async () => {
        const { body } = await eva.post<Hold>(`/holds/${hold.id}/extension`)
        return Date.parse(body.expiresAt) === cap ? body : null
      },
      { what: 'the extension to reach the cap' },
    )
    expect(Date.parse(extended.expiresAt)).toBe(cap)
    expect(await eva.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 422, body: { code: 'hold_extension_limit' } })
    const [claim] = await bookings.parts.claims.listOfFlights(hold.flights.map(({ flightId }) => flightId))
    expect(claim?.expiresAtMs).toBe(cap)
  })

  test('lapsed holds — with two sweepers at once — are expired once, with their bookings and one event each', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const holds = await Promise.all(Array.from({ length: 12 }, (_, i) => holdSeats(bookings.asUser(`sweep${i}`), flight, [`${i + 1}A`])))
    const booked = await Promise.all(holds.slice(0, 6).map((hold, i) => bookSeats(bookings.asUser(`sweep${i}`), hold)))
    await Promise.all(holds.map((hold, i) => lapsed(bookings.asUser(`sweep${i}`), hold.id)))
    await waitFor(
      async () => {
        await Promise.all(running.flatMap(({ parts }) => [expireHolds(parts), expireHolds(parts)]))
        return (await bookings.parts.holds.listLapsedIds(await bookings.parts.db.now(), 100)).length === 0
      },
      { what: 'the sweepers to be through' },
    )
    for (const hold of holds) {
      expect((await bookings.parts.holds.find(hold.id))?.status).toBe('expired')
      expect(
        await rowsOf(bookings, `SELECT to_status AS found FROM audit WHERE aggregate_id = :id AND to_status = 'expired'`, hold.id),
      ).toHaveLength(1)
    }
    for (const { id } of booked) {
      expect((await bookings.parts.bookings.find(id))?.status).toBe('expired')
      expect(
        await rowsOf(bookings, `SELECT type AS found FROM outbox WHERE aggregate_id = :id AND type = 'booking.expired'`, id),
      ).toHaveLength(1)
    }
    expect(await bookings.parts.claims.listOfFlights([flight.id])).toEqual([])
  })

  test('a lapsed hold — swept after another took its seat — leaves that seat alone', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const [fay, gus] = [bookings.asUser('fay'), bookings.asUser('gus')]
    const hold = await holdSeats(fay, flight, ['1A', '1B'])
    await lapsed(fay, hold.id)
    const taken = await holdSeats(gus, flight, ['1B'])
    await expireHolds(bookings.parts)
    const claims = await bookings.parts.claims.listOfFlights([flight.id])
    expect(claims.map(({ holdId, seat }) => [holdId, seat])).toEqual([[taken.id, '1B']])
  })
})
