import type { Transaction } from '@skyhold/platform'
import { type SellableFlight, sellableFlight } from '../domain/flight.ts'
import type { Flights } from '../repositories/flights.ts'

/** A 60-day timetable fits; past it those go that nobody has asked for the longest. */
const FLIGHTS_MAX = 20_000

/** The flights in memory, so that a hold's transaction touches claims and holds only. The version in the database is compared at every use, so that no replica sells from an old copy. */
export class FlightCatalog {
  readonly #flights: Flights
  /** The one that was used last is last. */
  readonly #known = new Map<string, SellableFlight>()

  readonly #flightsMax: number

  constructor(flights: Flights, { flightsMax = FLIGHTS_MAX }: { flightsMax?: number } = {}) {
    this.#flights = flights
    this.#flightsMax = flightsMax
  }

  /** The flights as of this transaction, in the order asked for; one that does not exist is missing from the map. */
  async load(ids: readonly string[], tx?: Transaction): Promise<Map<string, SellableFlight>> {
    if (ids.length === 0) return new Map()
    const sequences = await this.#flights.listSequences(ids, tx)
    // Kept here, so that remembering one cannot push out another that is asked for.
    const found = new Map<string, SellableFlight>()
    for (const [id, sequence] of sequences) {
      const known = this.#known.get(id)
      if (known?.sequence === sequence) found.set(id, known)
    }
    const stale = [...sequences.keys()].filter((id) => !found.has(id))
    for (const { id, state, sequence } of await this.#flights.find(stale, tx)) found.set(id, sellableFlight(state, sequence))
    for (const flight of found.values()) this.#remember(flight)
    return new Map(
      ids.flatMap((id) => {
        const flight = found.get(id)
        return flight ? [[id, flight] as const] : []
      }),
    )
  }

  /** The same for who must not do without one of them: it throws when our copy has lost one, because a sum or a search over fewer flights would be a wrong answer. */
  async getAll(ids: readonly string[], tx?: Transaction): Promise<Map<string, SellableFlight>> {
    const flights = await this.load(ids, tx)
    const missing = ids.filter((id) => !flights.has(id))
    if (missing.length > 0) throw new Error(`the copy of the flights has no ${missing.join(', ')}`)
    return flights
  }

  #remember(flight: SellableFlight): void {
    this.#known.delete(flight.id)
    this.#known.set(flight.id, flight)
    if (this.#known.size <= this.#flightsMax) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
