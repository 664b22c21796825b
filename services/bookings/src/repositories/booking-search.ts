import type { HeldFlight } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { keepExisting } from './sql.ts'

export interface UnnamedPassenger {
  id: string
  bookingId: string
  familyName: string
  /** Of the booking's hold. */
  flightIds: string[]
}

/** What bookings are found by beside their own columns: the names on them as names are compared, and their flights. */
export class BookingSearch {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Passengers after this one, in order, without a comparable name: of a replica that does not know of it, or whose name has no letter. */
  async listUnnamed(afterId: string, limit: number): Promise<UnnamedPassenger[]> {
    const rows = await this.#db.rows<Omit<UnnamedPassenger, 'flightIds'> & { flights: string }>(
      `SELECT p.id, p.booking_id AS bookingId, p.family_name AS familyName, h.flights FROM passengers p
         JOIN bookings b ON b.id = p.booking_id JOIN holds h ON h.id = b.hold_id
       WHERE p.comparable_name = '' AND p.id > :afterId ORDER BY p.id LIMIT ${limit}`,
      { afterId },
    )
    return rows.map(({ flights, ...passenger }) => ({
      ...passenger,
      flightIds: (JSON.parse(flights) as HeldFlight[]).map(({ flightId }) => flightId),
    }))
  }

  async name(passengerId: string, comparableName: string, tx: Transaction): Promise<void> {
    await this.#db.run(
      'UPDATE passengers SET comparable_name = :comparableName WHERE id = :passengerId',
      { passengerId, comparableName },
      tx,
    )
  }

  /** Those that are known already stay. */
  async addFlights(pairs: readonly { flightId: string; bookingId: string }[], tx: Transaction): Promise<void> {
    if (pairs.length === 0) return
    const rows = [...new Map(pairs.map(({ flightId, bookingId }) => [`${flightId} ${bookingId}`, [flightId, bookingId]])).values()]
    await this.#db.run(
      `INSERT INTO booking_flights (flight_id, booking_id) VALUES :rows ${keepExisting(this.#db, { key: 'flight_id, booking_id', column: 'flight_id' })}`,
      { rows },
      tx,
    )
  }
}
