import { type Booking, type BookingStatus, may } from '@skyhold/contracts'
import { type Cursors, type Page, pageOf, Refusal, type Transaction, type Caller } from '@skyhold/platform'
import { type Actor, maySee } from '../domain/access.ts'
import { comparableName } from '../domain/passengers.ts'
import { typedReference } from '../domain/reference.ts'
import type { WholeBooking } from '../models/index.ts'
import { type BookingParts, bookingView, bookingViewFor } from '../views/booking.ts'
import type { Parts } from './parts.ts'

/** What a look-up opens is good for an hour: long enough to pay, short enough to forget. */
const LOOKUP_TOKEN_MS = 3_600_000

/** The booking with its hold and flights. Refusals: `booking_not_found`. */
export async function loadBooking(bookingId: string, parts: Parts, tx?: Transaction): Promise<BookingParts> {
  const booking = await parts.bookings.find(bookingId, tx)
  if (!booking) throw new Refusal('booking_not_found', { detail: `There is no booking ${bookingId}.` })
  return withHold(booking, parts, tx)
}

/** The same for many bookings, in as many queries as for one. */
export async function loadBookings(bookingIds: readonly string[], nowMs: number, parts: Parts, tx: Transaction): Promise<BookingParts[]> {
  return withHolds(await parts.bookings.findMany(bookingIds, tx), nowMs, parts, tx)
}

async function withHold(booking: WholeBooking, parts: Parts, tx?: Transaction): Promise<BookingParts> {
  const hold = await parts.holds.find(booking.holdId, tx)
  if (!hold) throw new Error(`booking ${booking.id} has no hold`)
  const flights = await parts.catalog.load(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  return { booking, hold, flights, nowMs: await parts.db.now(tx) }
}

/** Refusals: `booking_not_found`, for another's booking too. */
export async function getBooking(
  { bookingId, actor }: { bookingId: string; actor: Actor },
  parts: Parts,
): Promise<{ view: Booking; version: number }> {
  const loaded = await loadBooking(bookingId, parts)
  if (!maySee(actor, { userId: loaded.booking.userId, bookingId }))
    throw new Refusal('booking_not_found', { detail: `There is no booking ${bookingId}.` })
  return { view: bookingViewFor(actor, loaded), version: loaded.booking.version }
}

export interface ListBookings {
  caller: Caller
  limit: number
  cursor?: string | undefined
  reference?: string | undefined
  familyName?: string | undefined
  email?: string | undefined
  flightId?: string | undefined
  status?: BookingStatus | undefined
}

/** A customer's own bookings, newest first; agents and administrators find everybody's. */
export async function listBookings(query: ListBookings, parts: Parts, cursors: Cursors): Promise<Page<Booking>> {
  const [createdAtMs, id] = query.cursor ? cursors.decode(query.cursor) : []
  const before = typeof createdAtMs === 'number' && typeof id === 'string' ? { createdAtMs, id } : undefined
  const userId = may(query.caller.roles, 'bookings.all') ? undefined : query.caller.userId
  const { reference, familyName, email, flightId, status, limit } = query
  const nowMs = await parts.db.now()
  const filter = {
    userId,
    reference: reference === undefined ? undefined : typedReference(reference),
    email,
    flightId,
    comparableName: familyName === undefined ? undefined : comparableName(familyName),
    status: status && { is: status, nowMs },
    before,
  }
  const rows = await parts.bookings.list(filter, limit + 1)
  const { data, nextCursor } = pageOf(rows, limit, ({ createdAt, id }) => cursors.encode([createdAt, id]))
  return { data: (await withHolds(data, nowMs, parts)).map(bookingView), nextCursor }
}

/** Holds and flights of many bookings, each in one query. */
async function withHolds(page: readonly WholeBooking[], nowMs: number, parts: Parts, tx?: Transaction): Promise<BookingParts[]> {
  const found = await parts.holds.findMany(
    page.map(({ holdId }) => holdId),
    tx,
  )
  const holds = new Map(found.map((hold) => [hold.id, hold]))
  const flightIds = [...holds.values()].flatMap((hold) => hold.flights.map(({ flightId }) => flightId))
  const flights = await parts.catalog.load([...new Set(flightIds)], tx)
  return page.map((booking) => {
    const hold = holds.get(booking.holdId)
    if (!hold) throw new Error(`booking ${booking.id} has no hold`)
    return { booking, hold, flights, nowMs }
  })
}

/** Opens a booking to who knows its reference and a surname on it. Refusals: `booking_not_found` for any mismatch, so that nothing can be learnt by trying. */
export async function lookUpBooking(
  { reference, familyName }: { reference: string; familyName: string },
  parts: Parts,
): Promise<{ booking: Booking; accessToken: string }> {
  const wanted = comparableName(familyName)
  const bookingId = await parts.bookings.findIdByReference(typedReference(reference))
  const loaded = bookingId ? await loadBooking(bookingId, parts) : null
  const isMatch = wanted !== '' && loaded?.booking.passengers.some((passenger) => comparableName(passenger.familyName) === wanted)
  if (!loaded || !isMatch) throw new Refusal('booking_not_found', { detail: 'There is no booking with this reference and name.' })
  const accessToken = await parts.bookingTokens.issue(loaded.booking.id, loaded.nowMs + LOOKUP_TOKEN_MS)
  return { booking: bookingViewFor({ kind: 'booking', bookingId: loaded.booking.id }, loaded), accessToken }
}
