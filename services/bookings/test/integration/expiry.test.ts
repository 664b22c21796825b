import type { Booking, Hold } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { keepFlight } from '../../src/services/keep-flights.ts'
import { notesAbout } from '../support/books.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import type { RunningBookings } from '../support/running-bookings.ts'
import { bookingBody, bookSeats, holdSeats, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

const rowsOf = ({ parts }: RunningBookings, sql: string, id: string) => parts.db.rows<{ found: string }>(sql, { id })

describe.each(databases())('the time of a hold on $name', ({ create }) => {
  const running = useBookings(create, { settings: { HOLD_TTL_SECONDS: '1' } })

  test('a seat — whose hold ends while others ask for it and no sweeper runs — is had by another', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('ada'), flight, ['1A'])
    const bea = bookings.asUser('bea')
    const taken = await waitFor(
      async () => {
        const { status, headers, body } = await takeSeats(bea, flight, ['1A'])
        if (status === 201) return body
        expect([body.code, headers.get('retry-after')]).toEqual(['seat_unavailable', '1'])
        return null
      },
      { what: 'the hold to end', timeoutMs: 10_000 },
    )
    // What is left of the first is the sweeper's; nobody has waited for him.
    expect((await bookings.parts.holds.find(hold.id))?.status).toBe('active')
    expect((await bookings.asUser('ada').get(`/holds/${hold.id}`)).body).toMatchObject({ status: 'expired', expiresInSeconds: 0 })
    expect(Date.parse(taken.expiresAt)).toBeGreaterThanOrEqual(Date.parse(hold.expiresAt) + 1000)
  })
})

describe.each(databases())('extensions on $name', ({ create }) => {
  const running = useBookings(create, { settings: { HOLD_LIFE_MAX_SECONDS: '601' } })

  test('a hold — extended to its cap — ends there, claims and all, and is refused another extension', async () => {
    const bookings = only(running)
    const eva = bookings.asUser('eva')
    const hold = await holdSeats(eva, await bookings.addFlight(), ['1A'])
    const cap = Date.parse(hold.expiresAt) + 1000
    const extended = await waitFor(
      async () => {
        const { status, body } = await eva.post<Hold>(`/holds/${hold.id}/extension`)
        expect(status).toBe(200)
        return Date.parse(body.expiresAt) === cap ? body : null
      },
      { what: 'the extension to reach the cap', timeoutMs: 10_000 },
    )
    expect(extended).toMatchObject({ id: hold.id, status: 'active' })
    expect((await notesAbout(bookings, hold.id)).at(-1)).toBe(`extended to ${new Date(cap).toISOString()}`)
    expect(await eva.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 422, body: { code: 'hold_extension_limit' } })
    const [claim] = await bookings.parts.claims.listOfFlights(hold.flights.map(({ flightId }) => flightId))
    expect(claim?.expiresAtMs).toBe(cap)
  })
})

describe.each(databases())('a flight that is moved on $name', ({ create }) => {
  const running = useBookings(create)

  test('a hold — whose flight leaves so early now that sales close before its end — is not extended', async () => {
    const { addFlight, asUser, parts } = only(running)
    const flight = await addFlight()
    const fay = asUser('fay')
    const hold = await holdSeats(fay, flight, ['1A'])
    expect((await fay.post(`/holds/${hold.id}/extension`)).status).toBe(200)
    const departsAtUtc = new Date(Date.parse(hold.expiresAt) + parts.holdRules.salesCloseMs - 1).toISOString()
    await keepFlight({ state: { ...flight, departsAtUtc }, sequence: 1_000 }, parts)
    expect(await fay.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 422, body: { code: 'hold_extension_limit' } })
  })
})

describe.each(databases())('lapsed holds on $name', ({ create }) => {
  const running = useBookings(create, {}, 2)

  test('a lapsed hold — that no sweeper has seen — leaves its seat to another, and its booking reads expired', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const [ada, bea] = [bookings.asUser('ada'), bookings.asUser('bea')]
    const hold = await holdSeats(ada, flight, ['1A'])
    const booking = await bookSeats(ada, hold)
    await letHoldsLapse(bookings, [hold.id])
    await holdSeats(bea, flight, ['1A'])
    expect((await ada.get<Booking>(`/bookings/${booking.id}`)).body).toMatchObject({ status: 'expired', availableActions: [] })
  })

  test('a lapsed hold — extended, booked or released — is never revived', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const cid = bookings.asUser('cid')
    const hold = await holdSeats(cid, flight, ['1A'])
    await letHoldsLapse(bookings, [hold.id])
    expect(await cid.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
    expect(await cid.post('/bookings', bookingBody(hold))).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
    expect((await cid.call('DELETE', `/holds/${hold.id}`)).status).toBe(204)
    expect((await cid.get(`/holds/${hold.id}`)).body).toMatchObject({ status: 'expired' })
    await holdSeats(bookings.asUser('dot'), flight, ['1A'])
    expect(await cid.post(`/holds/${hold.id}/extension`)).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
  })

  test('a hold — extended after it was booked — makes what was read of its booking stale', async () => {
    const bookings = only(running)
    const fritz = bookings.asUser('fritz')
    const hold = await holdSeats(fritz, await bookings.addFlight(), ['1A'])
    const booking = await bookSeats(fritz, hold)
    const before = await fritz.get<Booking>(`/bookings/${booking.id}`)
    await letHoldsLapse(bookings, [hold.id], 60_000)
    expect((await fritz.post(`/holds/${hold.id}/extension`)).status).toBe(200)
    const change = (read: { headers: Headers }) =>
      fritz.call('PATCH', `/bookings/${booking.id}`, {
        body: { contact: { email: 'other@example.com' } },
        headers: { 'if-match': read.headers.get('etag') ?? '' },
      })
    expect(await change(before)).toMatchObject({
      status: 412,
      body: { code: 'stale_version' },
    })
    const after = await fritz.get<Booking>(`/bookings/${booking.id}`)
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    expect((await change(after)).status).toBe(200)
  })

  test('a lapsed hold — extended by twenty while twenty want its seat — is never revived, and one has the seat', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const owner = bookings.asUser('owner')
    const hold = await holdSeats(owner, flight, ['1A'])
    await letHoldsLapse(bookings, [hold.id])
    const [extended, taken] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => owner.post(`/holds/${hold.id}/extension`))),
      Promise.all(Array.from({ length: 20 }, (_, i) => takeSeats(bookings.asUser(`want${i}`), flight, ['1A']))),
    ])
    expect(new Set(extended.map(({ body }) => body.code))).toEqual(new Set(['hold_expired']))
    expect(taken.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  test('lapsed holds — with four sweepers at once on two replicas — are expired once, with their bookings and one event each', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const holds = await Promise.all(Array.from({ length: 12 }, (_, i) => holdSeats(bookings.asUser(`sweep${i}`), flight, [`${i + 1}A`])))
    const booked = await Promise.all(holds.slice(0, 6).map((hold, i) => bookSeats(bookings.asUser(`sweep${i}`), hold)))
    await letHoldsLapse(
      bookings,
      holds.map(({ id }) => id),
    )
    await waitFor(
      async () => {
        await Promise.all(running.flatMap(({ parts }) => [expireHolds(parts), expireHolds(parts)]))
        return (await bookings.parts.holds.listLapsedIds(await bookings.parts.db.now(), 100)).length === 0
      },
      { what: 'the sweepers to be through' },
    )
    for (const { id } of holds) {
      expect((await bookings.parts.holds.find(id))?.status).toBe('expired')
      const trail = await rowsOf(bookings, `SELECT to_status AS found FROM audit WHERE aggregate_id = :id ORDER BY id`, id)
      expect(trail.map(({ found }) => found)).toEqual(['active', 'expired'])
    }
    for (const { id } of booked) {
      expect((await bookings.parts.bookings.find(id))?.status).toBe('expired')
      const events = await rowsOf(bookings, `SELECT type AS found FROM outbox WHERE aggregate_id = :id ORDER BY id`, id)
      expect(events.map(({ found }) => found)).toEqual(['booking.created', 'booking.expired'])
    }
    expect(await bookings.parts.claims.listOfFlights([flight.id])).toEqual([])
  })

  test('a lapsed hold — whose booking cannot be told of — keeps no other from expiring, and expires when it can', async () => {
    const { addFlight, asUser, parts } = only(running)
    const [lost, flight] = [await addFlight(), await addFlight()]
    const hal = asUser('hal')
    // The older first: it is the one that a sweeper meets first.
    const [bad, good] = [await holdSeats(hal, lost, ['1A']), await holdSeats(hal, flight, ['1A'])]
    for (const hold of [bad, good]) await bookSeats(hal, hold)
    await letHoldsLapse(only(running), [bad.id], -1_000)
    await letHoldsLapse(only(running), [good.id])
    const statusOf = async ({ id }: Hold) => (await parts.holds.find(id))?.status
    await parts.db.run('DELETE FROM flights WHERE id = :id', { id: lost.id })
    await expireHolds(parts)
    expect([await statusOf(bad), await statusOf(good)]).toEqual(['active', 'expired'])
    await keepFlight({ state: lost, sequence: 1_000 }, parts)
    await expireHolds(parts)
    expect(await statusOf(bad)).toBe('expired')
  })

  test('a lapsed hold — swept after another took one of its seats — leaves that seat alone', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('fay'), flight, ['1A', '1B'])
    await letHoldsLapse(bookings, [hold.id])
    const taken = await holdSeats(bookings.asUser('gus'), flight, ['1B'])
    await expireHolds(bookings.parts)
    const claims = await bookings.parts.claims.listOfFlights([flight.id])
    expect(claims.map(({ holdId, seat }) => [holdId, seat])).toEqual([[taken.id, '1B']])
  })
})
