import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { BUSINESS, ECONOMY, fareOf } from '../support/sample-flights.ts'
import { bookSeats, holdBody, type HoldReply, holdSeats, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

describe.each(databases())('holds on $name', ({ create }) => {
  const running = useBookings(create)

  test('a hold — of free seats — says where it is, until when and what each seat costs', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight({
      surcharges: [
        { feature: 'window', amountMinor: 500 },
        { feature: 'aisle', amountMinor: 300 },
      ],
    })
    const ada = bookings.asUser('ada')
    const { status, headers, body } = await takeSeats(ada, flight, ['12A', '12B', '12C'])
    expect(status, JSON.stringify(body)).toBe(201)
    expect(headers.get('location')).toBe(`/api/v1/holds/${body.id}`)
    expect(body).toMatchObject({ status: 'active', expiresInSeconds: 600, total: { amountMinor: 30_800, currency: 'EUR' } })
    expect(body.flights[0]?.seats.map(({ designator, price }) => [designator, price.amountMinor])).toEqual([
      ['12A', 10_500],
      ['12B', 10_000],
      ['12C', 10_300],
    ])
    expect((await ada.get<HoldReply['body']>(`/holds/${body.id}`)).body).toMatchObject({ id: body.id, expiresAt: body.expiresAt })
  })

  test('a hold — of five seats of which one is taken — keeps none of them', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    await holdSeats(bookings.asUser('bea'), flight, ['3C'])
    const late = await takeSeats(bookings.asUser('cid'), flight, ['3A', '3B', '3C', '3D', '3E'])
    expect(late).toMatchObject({ status: 409, body: { code: 'seat_unavailable' } })
    expect(late.body.seats).toMatchObject([{ flightId: flight.id, designator: '3C', status: 'held' }])
    await holdSeats(bookings.asUser('dot'), flight, ['3A', '3B', '3D', '3E'])
  })

  test('a hold — over two flights of which one is taken — keeps nothing on either', async () => {
    const bookings = only(running)
    const [out, back] = [await bookings.addFlight(), await bookings.addFlight({ departsInHours: 96 })]
    await holdSeats(bookings.asUser('eva'), back, ['1A'])
    const both = { flights: [...holdBody(out, ['1A']).flights, ...holdBody(back, ['1A']).flights] }
    expect((await bookings.asUser('fay').post('/holds', both)).body).toMatchObject({ code: 'seat_unavailable' })
    await holdSeats(bookings.asUser('gus'), out, ['1A'])
  })

  test('a released hold — released again — is 204 both times and its seats are free', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hal = bookings.asUser('hal')
    const hold = await holdSeats(hal, flight, ['1A'])
    expect((await hal.call('DELETE', `/holds/${hold.id}`)).status).toBe(204)
    expect((await hal.call('DELETE', `/holds/${hold.id}`)).status).toBe(204)
    expect((await hal.get(`/holds/${hold.id}`)).body).toMatchObject({ status: 'released' })
    await holdSeats(bookings.asUser('ian'), flight, ['1A'])
  })

  test("another's hold — read, extended or released — is not there", async () => {
    const bookings = only(running)
    const hold = await holdSeats(bookings.asUser('jon'), await bookings.addFlight(), ['1A'])
    const kim = bookings.asUser('kim')
    const calls = [kim.get(`/holds/${hold.id}`), kim.post(`/holds/${hold.id}/extension`), kim.call('DELETE', `/holds/${hold.id}`)]
    for (const { status, body } of await Promise.all(calls)) expect([status, body.code]).toEqual([404, 'hold_not_found'])
    expect((await bookings.asUser('agent', ['agent']).get(`/holds/${hold.id}`)).status).toBe(200)
  })

  test('a hold with a booking — released — is refused as consumed and keeps its seats', async () => {
    const bookings = only(running)
    const lea = bookings.asUser('lea')
    const hold = await holdSeats(lea, await bookings.addFlight(), ['1A'])
    const booking = await bookSeats(lea, hold)
    expect(await lea.call('DELETE', `/holds/${hold.id}`)).toMatchObject({
      status: 409,
      body: { code: 'hold_consumed', bookingId: booking.id },
    })
    expect((await lea.get<HoldReply['body']>(`/holds/${hold.id}`)).body).toMatchObject({ status: 'active', bookingId: booking.id })
  })

  test('seats left to us — beside a named one — lie next to it', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('mia'), flight, [null, '20E', null])
    expect(hold.flights[0]?.seats.map(({ designator }) => designator)).toEqual(['20D', '20E', '20F'])
  })

  test('seats left to us — in a cabin with too few — are refused as sold out', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight({ layout: { cabins: [{ ...ECONOMY, lastRow: 1 }] } })
    await holdSeats(bookings.asUser('ned'), flight, ['1A', '1B'])
    expect(
      await takeSeats(
        bookings.asUser('oda'),
        flight,
        Array.from({ length: 5 }, () => null),
      ),
    ).toMatchObject({
      status: 409,
      body: { code: 'fare_sold_out' },
    })
  })

  test('a fare of a cabin — with free choice — is given seats of that cabin', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight({
      layout: { cabins: [BUSINESS, { ...ECONOMY, firstRow: 4 }] },
      fares: [fareOf(), fareOf({ code: 'BIZ', cabin: 'business', price: { amountMinor: 90_000, currency: 'EUR' } })],
    })
    const { body } = await takeSeats(bookings.asUser('pam'), flight, [null, null])
    expect(body.flights[0]?.seats.map(({ designator }) => designator)).toEqual(['4A', '4B'])
    const business: HoldReply = await bookings.asUser('pam').post('/holds', holdBody(flight, [null, null], 'BIZ'))
    expect(business.body.flights[0]?.seats.map(({ designator }) => designator)).toEqual(['1A', '1C'])
  })
})
