import type { SeatMap } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { letHoldsLapse } from '../support/lapse.ts'
import { BUSINESS, ECONOMY, sampleFlight } from '../support/sample-flights.ts'
import { holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

const statusOf = (map: SeatMap, designator: string) =>
  map.cabins.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats)).find((seat) => seat.designator === designator)?.status

describe.each(databases())('the seat map on $name', ({ create }) => {
  const running = useBookings(create)
  const mapOf = async (flightId: string) => (await only(running).asNobody().get<SeatMap>(`/flights/${flightId}/seat-map`)).body

  test('a flight — with two cabins — is shown row by row with features and surcharges', async () => {
    const flight = await only(running).addFlight({
      layout: { cabins: [BUSINESS, { ...ECONOMY, firstRow: 10, skippedRows: [13], missingSeats: ['30F'] }] },
      surcharges: [{ feature: 'window', amountMinor: 500 }],
    })
    const map = await mapOf(flight.id)
    expect(map.cabins.map(({ cabin, layout }) => [cabin, layout])).toEqual([
      ['business', 'AC DF'],
      ['economy', 'ABC DEF'],
    ])
    const rows = map.cabins[1]?.rows ?? []
    expect(rows.map(({ row }) => row)).not.toContain(13)
    expect(rows.at(-1)?.seats.map(({ designator }) => designator)).toEqual(['30A', '30B', '30C', '30D', '30E'])
    expect(rows[0]?.seats[0]).toEqual({
      designator: '10A',
      status: 'available',
      features: ['window'],
      surcharge: { amountMinor: 500, currency: 'EUR' },
    })
  })

  test('a seat — held, sold or blocked — says so, never by whom, and a lapsed hold leaves it available', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('ada'), flight, ['1A'])
    await bookings.parts.db.run(
      `INSERT INTO claims (flight_id, leg, seat, hold_id, operator_id, state, expires_at) VALUES
       (:flightId, 1, '1B', 'hld_sold', 'opr_1', 'sold', NULL), (:flightId, 1, '1C', 'hld_blocked', 'opr_1', 'blocked', NULL)`,
      { flightId: flight.id },
    )
    const map = await mapOf(flight.id)
    expect(['1A', '1B', '1C', '1D'].map((seat) => statusOf(map, seat))).toEqual(['held', 'sold', 'blocked', 'available'])
    expect(JSON.stringify(map)).not.toContain(hold.id)
    await letHoldsLapse(bookings, [hold.id])
    expect(statusOf(await mapOf(flight.id), '1A')).toBe('available')
    expect((await bookings.parts.holds.find(hold.id))?.status).toBe('active')
  })

  test('a seat map — read again with its ETag — is 304 until a seat or the flight changes', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const nobody = bookings.asNobody()
    const read = (etag: string) => nobody.get(`/flights/${flight.id}/seat-map`, { headers: { 'if-none-match': etag } })
    const etag = (await read('"none"')).headers.get('etag') ?? ''
    expect(await read(etag)).toMatchObject({ status: 304, body: null })
    expect((await read(`W/${etag}, "other"`)).status).toBe(304)
    await holdSeats(bookings.asUser('bea'), flight, ['5F'])
    const held = await read(etag)
    expect(held.status).toBe(200)
    const surcharged = sampleFlight({ ...flight, surcharges: [{ feature: 'window', amountMinor: 900 }] })
    await bookings.parts.db.transaction((tx) => bookings.parts.flights.keep([{ state: surcharged, sequence: 1000 }], tx))
    expect((await read(held.headers.get('etag') ?? '')).status).toBe(200)
  })

  test('a seat map — of no flight — is 404', async () => {
    expect(await only(running).asNobody().get('/flights/flt_none/seat-map')).toMatchObject({
      status: 404,
      body: { code: 'flight_not_found' },
    })
  })
})
