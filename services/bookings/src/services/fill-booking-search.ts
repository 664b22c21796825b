import { comparableName } from '../domain/passengers.ts'
import type { Parts } from './parts.ts'

/** Small, so that a booking that is being made meanwhile does not wait. */
const BATCH = 500

/**
 * Makes bookings found that a replica of an older version has made beside this one: it knows neither the comparable names nor the flights of a booking, and goes on without them until it is
 * replaced, after the migration has filled what there was. Once no such replica runs there is nothing to do. How many passengers were looked at.
 */
export async function fillBookingSearch({ db, bookingSearch }: Pick<Parts, 'db' | 'bookingSearch'>): Promise<number> {
  let filled = 0
  for (let after = ''; ; ) {
    const passengers = await bookingSearch.listUnnamed(after, BATCH)
    const last = passengers.at(-1)
    if (!last) return filled
    await db.transaction(async (tx) => {
      await bookingSearch.addFlights(
        passengers.flatMap(({ bookingId, flightIds }) => flightIds.map((flightId) => ({ flightId, bookingId }))),
        tx,
      )
      for (const { id, familyName } of passengers) await bookingSearch.name(id, comparableName(familyName), tx)
    })
    filled += passengers.length
    after = last.id
  }
}
