import type { Booking } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { ProblemBody } from '../support/api-client.ts'
import { type BookingReply, bookingBody, bookSeats, CONTACT, holdBody, type HoldReply, holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

type List = { data: Booking[]; nextCursor: string | null } & ProblemBody

describe.each(databases())('bookings on $name', ({ create }) => {
  const running = useBookings(create, { settings: { HOLDS_PER_USER_MAX: '20' } })

  test('a booking — of a hold — waits for its payment at the price and until the end of the hold', async () => {
    const bookings = only(running)
    const ada = bookings.asUser('ada')
    const hold = await holdSeats(ada, await bookings.addFlight(), ['1A', '1B'])
    const { status, headers, body }: BookingReply = await ada.post('/bookings', bookingBody(hold, ['Nguyễn', "O'Brien"]))
    expect(status, JSON.stringify(body)).toBe(201)
    expect(headers.get('location')).toBe(`/api/v1/bookings/${body.id}`)
    expect(body).toMatchObject({
      status: 'awaiting_payment',
      holdId: hold.id,
      expiresAt: hold.expiresAt,
      total: hold.total,
      contact: CONTACT,
      payments: [],
      availableActions: ['pay', 'extend', 'cancel'],
    })
    expect(body.reference).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ23456789]{6}$/)
    expect(body.passengers.map(({ familyName, seats }) => [familyName, seats])).toEqual([
      ['Nguyễn', ['1A']],
      ["O'Brien", ['1B']],
    ])
    const read = await ada.get<Booking>(`/bookings/${body.id}`)
    expect([read.body, read.headers.get('etag')]).toEqual([body, '"1"'])
  })

  test('a booking — with the same key ten times at once — is one, and the others are replays', async () => {
    const bookings = only(running)
    const bea = bookings.asUser('bea')
    const hold = await holdSeats(bea, await bookings.addFlight(), ['1A'])
    const replies: BookingReply[] = await Promise.all(
      Array.from({ length: 10 }, () => bea.post<BookingReply['body']>('/bookings', bookingBody(hold), { key: 'ten' })),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201))
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(9)
    const [events] = await bookings.parts.db.rows<{ count: number }>(
      `SELECT COUNT(*) AS count FROM outbox WHERE aggregate_id = :id AND type = 'booking.created'`,
      { id: replies[0]?.body.id ?? '' },
    )
    expect(Number(events?.count)).toBe(1)
  })

  test('a hold — booked with ten keys at once — has one booking, which the others are told of', async () => {
    const bookings = only(running)
    const cid = bookings.asUser('cid')
    const hold = await holdSeats(cid, await bookings.addFlight(), ['1A'])
    const replies: BookingReply[] = await Promise.all(
      Array.from({ length: 10 }, () => cid.post<BookingReply['body']>('/bookings', bookingBody(hold))),
    )
    const [booked, ...more] = replies.filter(({ status }) => status === 201)
    expect(more).toEqual([])
    const refused = replies.filter(({ status }) => status === 409).map(({ body }) => [body.code, body.bookingId])
    expect(refused).toEqual(Array.from({ length: 9 }, () => ['hold_consumed', booked?.body.id]))
  })

  test('a hold — released, unknown or of another — cannot be booked', async () => {
    const bookings = only(running)
    const [dot, eva] = [bookings.asUser('dot'), bookings.asUser('eva')]
    const hold = await holdSeats(dot, await bookings.addFlight(), ['1A'])
    expect(await eva.post('/bookings', bookingBody(hold))).toMatchObject({ status: 404, body: { code: 'hold_not_found' } })
    expect(await eva.post('/bookings', { ...bookingBody(hold), holdId: 'hld_none' })).toMatchObject({ status: 404 })
    await dot.call('DELETE', `/holds/${hold.id}`)
    expect(await dot.post('/bookings', bookingBody(hold))).toMatchObject({ status: 409, body: { code: 'hold_expired' } })
  })

  test('a lap infant — with an adult — is booked without a seat over two flights', async () => {
    const bookings = only(running)
    const fay = bookings.asUser('fay')
    const [out, back] = [await bookings.addFlight(), await bookings.addFlight()]
    const both = { flights: [...holdBody(out, ['1A']).flights, ...holdBody(back, ['2B']).flights] }
    const { body: hold }: HoldReply = await fay.post('/holds', both)
    const { passengers, ...rest } = bookingBody(hold)
    const infant = { type: 'infant', givenNames: 'Liv', familyName: 'Berg', bornOn: '2026-02-01' }
    const { body }: BookingReply = await fay.post('/bookings', { ...rest, passengers: [...passengers, infant] })
    expect(body.passengers.map(({ type, seats }) => [type, seats])).toEqual([
      ['adult', ['1A', '2B']],
      ['infant', []],
    ])
  })

  test.each([
    ['an infant with a seat', { type: 'infant', seats: ['1A'] }, '/passengers/0/seats'],
    ['a seat of nobody', { seats: ['9F'] }, '/passengers/0/seats/0'],
    ['no seat', { seats: undefined }, '/passengers/0/seats'],
    ['an unborn', { bornOn: '2999-01-01' }, '/passengers/0/bornOn'],
    ['no such day', { bornOn: '2001-02-30' }, '/passengers/0/bornOn'],
    ['a name of digits', { familyName: 'R2D2' }, '/passengers/0/familyName'],
    ['an unknown type', { type: 'cat' }, '/passengers/0/type'],
  ])('passengers — with %s — are 400 at the place', async (_what, change, pointer) => {
    const bookings = only(running)
    const gus = bookings.asUser('gus')
    const hold = await holdSeats(gus, await bookings.addFlight(), ['1A', '1B'])
    const { passengers, ...rest } = bookingBody(hold)
    const reply = await gus.post('/bookings', { ...rest, passengers: [{ ...passengers[0], ...change }, passengers[1]] })
    expect([reply.status, reply.body.code], JSON.stringify(reply.body)).toEqual([400, 'invalid_request'])
    expect(reply.body.errors?.map((error) => error.pointer)).toContain(pointer)
    await gus.call('DELETE', `/holds/${hold.id}`)
  })

  test('passengers — fewer than seats — are 400, and the key is free for the repaired request', async () => {
    const bookings = only(running)
    const hal = bookings.asUser('hal')
    const hold = await holdSeats(hal, await bookings.addFlight(), ['1A', '1B'])
    const body = bookingBody(hold)
    const short = await hal.post('/bookings', { ...body, passengers: body.passengers.slice(0, 1) }, { key: 'short' })
    expect(short.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/passengers' }] })
    expect((await hal.post('/bookings', body, { key: 'short' })).status).toBe(201)
  })
})

describe.each(databases())('finding bookings on $name', ({ create }) => {
  const running = useBookings(create, { settings: { HOLDS_PER_USER_MAX: '20' } })

  async function bookFor(name: string, familyName = 'Berg'): Promise<Booking> {
    const bookings = only(running)
    const user = bookings.asUser(name)
    return bookSeats(user, await holdSeats(user, await bookings.addFlight(), [null]), [familyName])
  }

  test("a user's bookings — page by page — come newest first, each once", async () => {
    const made: string[] = []
    for (let i = 0; i < 5; i += 1) made.push((await bookFor('ada')).id)
    await bookFor('somebody')
    const ada = only(running).asUser('ada')
    const seen: string[] = []
    let query = ''
    do {
      const { body } = await ada.get<List>(`/bookings?limit=2${query}`)
      expect(body.data.length).toBeLessThanOrEqual(2)
      seen.push(...body.data.map(({ id }) => id))
      query = body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(body.nextCursor)}`
    } while (query)
    expect(seen).toEqual(made.toReversed())
    expect(await ada.get('/bookings?cursor=forged')).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test('a booking — asked for in every way by another customer — is not there, and an agent finds it', async () => {
    const bookings = only(running)
    const booking = await bookFor('bea', 'Canary')
    const mallory = bookings.asUser('mallory')
    const body = { contact: { email: 'mallory@example.com' } }
    const replies = await Promise.all([
      mallory.get(`/bookings/${booking.id}`),
      mallory.call('PATCH', `/bookings/${booking.id}`, { body, headers: { 'if-match': '"1"' } }),
      mallory.post(`/bookings/${booking.id}/payments`, {}),
      mallory.get(`/bookings/${booking.id}/payments`),
    ])
    for (const reply of replies) {
      expect([reply.status, reply.body.code]).toEqual([404, 'booking_not_found'])
      expect(JSON.stringify(reply.body)).not.toContain('Canary')
    }
    for (const filter of ['', `reference=${booking.reference}`, `email=${CONTACT.email}`, 'familyName=Canary'])
      expect((await mallory.get<List>(`/bookings?${filter}`)).body.data).toEqual([])
    const agent = bookings.asUser('agent', ['agent'])
    expect((await agent.get<List>(`/bookings?reference=${booking.reference.toLowerCase()}`)).body.data.map(({ id }) => id)).toEqual([
      booking.id,
    ])
    expect((await agent.get(`/bookings/${booking.id}`)).status).toBe(200)
  })

  test.each(['Nguyễn-Łoś', 'NGUYEN LOS', 'nguyễn łoś'])(
    'a look-up — by %s — opens the booking with a token for it alone',
    async (familyName) => {
      const bookings = only(running)
      const booking = await bookFor(`cid${familyName.length}${familyName.charCodeAt(1)}`, 'Nguyễn-Łoś')
      const nobody = bookings.asNobody()
      const look = { reference: ` ${booking.reference.toLowerCase()} `, familyName }
      const { status, body } = await nobody.post<{ booking: Booking; accessToken: string } & ProblemBody>('/bookings/lookup', look)
      expect(status, JSON.stringify(body)).toBe(200)
      const headers = { authorization: `Bearer ${body.accessToken}` }
      const read = await nobody.get<Booking>(`/bookings/${booking.id}`, { headers })
      expect(read.status).toBe(200)
      // All but where its owner is reached.
      const { contact, ...rest } = booking
      expect(contact).toBeDefined()
      for (const seen of [body.booking, read.body]) expect(seen).toEqual({ ...rest, availableActions: expect.any(Array) as unknown })
      const other = await bookFor('other')
      expect((await nobody.get(`/bookings/${other.id}`, { headers })).status).toBe(404)
      expect((await nobody.get('/bookings', { headers })).status).toBe(401)
    },
  )

  test('a look-up — with a wrong name or a wrong reference — is refused in the same words', async () => {
    const booking = await bookFor('dot', 'Berg')
    const nobody = only(running).asNobody()
    const replies = await Promise.all([
      nobody.post('/bookings/lookup', { reference: booking.reference, familyName: 'Dahl' }),
      nobody.post('/bookings/lookup', { reference: 'ZZZZZZ', familyName: 'Berg' }),
      nobody.post('/bookings/lookup', { reference: booking.reference, familyName: '-' }),
    ])
    expect(replies.map(({ status, body }) => [status, body.code, body.detail])).toEqual(
      replies.map(() => [404, 'booking_not_found', 'There is no booking with this reference and name.']),
    )
  })

  test('a contact — changed with an ETag that is stale — stays as it is', async () => {
    const booking = await bookFor('eva')
    const eva = only(running).asUser('eva')
    const body = { contact: { email: 'new@example.com' } }
    const patch = (etag: string) =>
      eva.call<Booking & ProblemBody>('PATCH', `/bookings/${booking.id}`, { body, headers: { 'if-match': etag } })
    expect((await eva.call('PATCH', `/bookings/${booking.id}`, { body })).status).toBe(428)
    const changed = await patch('"1"')
    expect([changed.status, changed.body.contact, changed.headers.get('etag')]).toEqual([200, body.contact, '"2"'])
    expect(await patch('"1"')).toMatchObject({ status: 412, body: { code: 'stale_version' } })
  })
})
