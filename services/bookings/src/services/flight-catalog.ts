import type { Transaction } from '@skyhold/platform'
import { type SellableFlight, sellableFlight } from '../domain/flight.ts'
import type { Flights } from '../repositories/flights.ts'

/** A 60-day timetable fits; past it the memory is started anew. */
const FLIGHTS_MAX = 20_000

/** The flights in memory, so that a hold's transaction touches claims and holds only. The version in the database is compared at every use, so that no replica sells from an old copy. */
export class FlightCatalog {
  readonly #flights: Flights
  readonly #known = new Map<string, SellableFlight>()

  constructor(flights: Flights) {
    this.#flights = flights
  }

  /** The flights as of this transaction; one that does not exist is missing from the map. */
  async load(ids: readonly string[], tx?: Transaction): Promise<Map<string, SellableFlight>> {
    if (ids.length === 0) return new Map()
    const sequences = await this.#flights.listSequences(ids, tx)
    const stale = [...sequences].filter(([id, sequence]) => this.#known.get(id)?.sequence !== sequence).map(([id]) => id)
    if (this.#known.size > FLIGHTS_MAX) this.#known.clear()
    for (const { id, state, sequence } of await this.#flights.find(stale, tx)) this.#known.set(id, sellableFlight(state, sequence))
    return new Map(
      [...sequences.keys()].flatMap((id) => {
        const flight = this.#known.get(id)
        return flight ? [[id, flight] as const] : []
      }),
    )
  }
}
