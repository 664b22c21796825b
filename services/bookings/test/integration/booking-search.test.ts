import { AsyncLocalStorage } from 'node:async_hooks'
import { type Booking, DEFAULT_OPERATOR_ID, type FlightState } from '@skyhold/contracts'
import { columnsFor, createCursors } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { up } from '../../migrations/0008-booking-search.ts'
import { up as addEmailSearch } from '../../migrations/0011-email-search.ts'
import { listBookings } from '../../src/services/read-bookings.ts'
import { letHoldsLapse } from '../support/lapse.ts'
import type { RunningBookings } from '../support/running-bookings.ts'
import { bookingBody, bookSeats, holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

interface List {
  data: Booking[]
  nextCursor: string | null
}

/** What one call reads, and nothing that runs beside it. */
async function statementsOf({ parts: { db } }: RunningBookings, call: () => Promise<unknown>): Promise<string[]> {
  const mine = new AsyncLocalStorage<string[]>()
  const statements: string[] = []
  const read = db.rows.bind(db)
  const reading = vi.spyOn(db, 'rows').mockImplementation((sql, ...others) => {
    mine.getStore()?.push(sql)
    return read(sql, ...others)
  })
  try {
    await mine.run(statements, call)
  } finally {
    reading.mockRestore()
  }
  return statements
}

describe.each(databases())('searching bookings on $name', ({ create }) => {
  const running = useBookings(create, { settings: { HOLDS_PER_USER_MAX: '50' } })

  async function bookFor(name: string, { familyName = 'Berg', flight }: { familyName?: string; flight?: FlightState } = {}) {
    const bookings = only(running)
    const user = bookings.asUser(name)
    return bookSeats(user, await holdSeats(user, flight ?? (await bookings.addFlight()), [null]), [familyName])
  }

  const search = async (query: string): Promise<List> =>
    (await only(running).asUser('agent', ['agent']).get<List>(`/bookings?${query}`)).body
  const idsOf = ({ data }: List) => data.map(({ id }) => id)

  test('a name — among many newer bookings of others — is on the first page, whole pages at a time', async () => {
    const first = await bookFor('ada', { familyName: 'Nguyễn-Łoś' })
    const second = await bookFor('bea', { familyName: 'nguyen los' })
    for (let i = 0; i < 5; i += 1) await bookFor('crowd', { familyName: 'Dahl' })
    expect(idsOf(await search(`limit=5&familyName=${encodeURIComponent('NGUYEN  ŁOS')}`))).toEqual([second.id, first.id])
    const page = await search('limit=1&familyName=Nguyenlos')
    expect(idsOf(page)).toEqual([second.id])
    const next = await search(`limit=1&familyName=Nguyenlos&cursor=${encodeURIComponent(page.nextCursor ?? '')}`)
    expect([idsOf(next), next.nextCursor]).toEqual([[first.id], null])
    expect(idsOf(await search('familyName=Nguyen'))).toEqual([])
  })

  test('a flight — with bookings among those of other flights — lists its own', async () => {
    const flight = await only(running).addFlight()
    const mine = [await bookFor('ada', { flight }), await bookFor('bea', { flight })]
    await bookFor('cid')
    expect(idsOf(await search(`flightId=${flight.id}`))).toEqual(mine.map(({ id }) => id).toReversed())
    expect(idsOf(await search(`flightId=${flight.id}&familyName=Dahl`))).toEqual([])
  })

  test('an unpaid booking — whose hold has lapsed and that nobody has swept — is found as expired and not as unpaid', async () => {
    const flight = await only(running).addFlight()
    const [lapsed, open] = [await bookFor('ada', { flight }), await bookFor('bea', { flight })]
    await letHoldsLapse(only(running), [lapsed.holdId])
    const [row] = await only(running).parts.db.rows<{ status: string }>('SELECT status FROM bookings WHERE id = :id', { id: lapsed.id })
    expect(row?.status).toBe('awaiting_payment')
    const expired = await search(`flightId=${flight.id}&status=expired`)
    expect(expired.data.map(({ id, status }) => [id, status])).toEqual([[lapsed.id, 'expired']])
    expect(idsOf(await search(`flightId=${flight.id}&status=awaiting_payment`))).toEqual([open.id])
    expect(idsOf(await search(`flightId=${flight.id}&status=confirmed`))).toEqual([])
  })

  test('a page — of one booking or of eight on eight flights — is read with the same number of queries', async () => {
    const bookings = only(running)
    for (let i = 0; i < 8; i += 1) await bookFor('gus')
    const caller = { userId: 'usr_gus', sessionId: 'ses_test', roles: ['customer' as const], operatorId: DEFAULT_OPERATOR_ID }
    const read = (limit: number) => listBookings({ caller, limit }, bookings.parts, createCursors('secret', 'bookings'))
    // Once before, so that the flights are in memory.
    expect((await read(8)).data).toHaveLength(8)
    const one = await statementsOf(bookings, () => read(1))
    const eight = await statementsOf(bookings, () => read(8))
    expect(one.length).toBeGreaterThan(0)
    expect(eight.length, eight.join('\n')).toBe(one.length)
  })

  test('what is searched for — with a NUL in it — is found nowhere or refused, and is no failure', async () => {
    const agent = only(running).asUser('agent', ['agent'])
    for (const query of ['familyName=B%00erg', 'reference=A%00', 'email=a%00@example.com'])
      expect((await agent.get(`/bookings?${query}`)).status, query).toBeLessThan(500)
    expect((await agent.post('/bookings/lookup', { reference: 'A\0', familyName: 'B\0' })).status).toBe(404)
  })

  test('an e-mail address — typed in another case than it was given, or changed by the version before — finds its booking', async () => {
    const bookings = only(running)
    const asha = bookings.asUser('asha')
    const hold = await holdSeats(asha, await bookings.addFlight(), ['1A'])
    const body = { ...bookingBody(hold), contact: { email: 'Asha.Rao@Example.com' } }
    const { id } = (await asha.post<Booking>('/bookings', body)).body
    expect(idsOf(await search('email=asha.rao@example.com'))).toEqual([id])
    expect(idsOf(await search('email=ASHA.RAO@EXAMPLE.COM'))).toEqual([id])
    await bookings.parts.db.run(`UPDATE bookings SET contact_email = 'Rao@Example.org' WHERE id = :id`, { id })
    expect(idsOf(await search('email=asha.rao@example.com'))).toEqual([])
    expect(idsOf(await search('email=rao@example.org'))).toEqual([id])
  })

  test('the migration of the addresses — that runs again — finds its work done', async () => {
    const { db } = only(running).parts
    const queryInterface = db.sequelize.getQueryInterface()
    await expect(addEmailSearch({ db, queryInterface, columns: columnsFor(queryInterface) })).resolves.toBeUndefined()
  })

  test('a booking — of the version before — is found once the migration has run', async () => {
    const { db } = only(running).parts
    const flight = await only(running).addFlight()
    const booking = await bookFor('old', { flight, familyName: 'Ørsted' })
    await db.run('DELETE FROM booking_flights WHERE booking_id = :id', { id: booking.id })
    await db.run(`UPDATE passengers SET comparable_name = '' WHERE booking_id = :id`, { id: booking.id })
    expect(idsOf(await search(`flightId=${flight.id}`))).toEqual([])
    const queryInterface = db.sequelize.getQueryInterface()
    await up({ db, queryInterface, columns: columnsFor(queryInterface) })
    expect(idsOf(await search(`flightId=${flight.id}&familyName=orsted`))).toEqual([booking.id])
  })
})
