import type { Airport } from '@skyhold/contracts'
import { AirportIndex, type SearchableAirport } from '../domain/airport-search.ts'
import type { Aircraft, Carrier, FlightParts, FlightRecord } from '../domain/flight.ts'
import type { ReferenceRepository } from '../repositories/reference.ts'

type ReferenceSource = Pick<ReferenceRepository, 'listAirports' | 'listAircraft' | 'listCarriers'>

/** Airports, aircraft and carriers in memory: every answer names them, and they hardly ever change. */
export class ReferenceBook {
  readonly #repository: ReferenceSource
  #airports = new Map<string, Airport>()
  #aircraft = new Map<string, Aircraft>()
  #carriers = new Map<string, Carrier>()
  #index = new AirportIndex([])

  constructor(repository: ReferenceSource) {
    this.#repository = repository
  }

  async load(): Promise<void> {
    const [airports, aircraft, carriers] = await Promise.all([
      this.#repository.listAirports(),
      this.#repository.listAircraft(),
      this.#repository.listCarriers(),
    ])
    this.#airports = new Map(airports.map((airport) => [airport.iata, shownOf(airport)]))
    this.#aircraft = new Map(aircraft.map((seating) => [seating.code, seating]))
    this.#carriers = new Map(carriers.map((carrier) => [carrier.code, carrier]))
    this.#index = new AirportIndex(airports)
  }

  findAirport(iata: string): Airport | null {
    return this.#airports.get(iata) ?? null
  }

  findAircraft(code: string): Aircraft | null {
    return this.#aircraft.get(code) ?? null
  }

  findCarrier(code: string): Carrier | null {
    return this.#carriers.get(code) ?? null
  }

  searchAirports(query: string): Airport[] {
    return this.#index.find(query)
  }

  listAircraft(): Aircraft[] {
    return [...this.#aircraft.values()].toSorted((a, b) => a.code.localeCompare(b.code))
  }

  /** What a flight refers to. Throws when it is not there, which the foreign keys of the table rule out. */
  getPartsOf({
    carrierCode,
    origin,
    destination,
    aircraftCode,
  }: Pick<FlightRecord, 'carrierCode' | 'origin' | 'destination' | 'aircraftCode'>): FlightParts {
    const carrier = this.#carriers.get(carrierCode)
    const from = this.#airports.get(origin)
    const to = this.#airports.get(destination)
    const aircraft = this.#aircraft.get(aircraftCode)
    if (!carrier || !from || !to || !aircraft)
      throw new Error(`unknown part of a flight: ${carrierCode} ${origin} ${destination} ${aircraftCode}`)
    return { carrier, from, to, aircraft }
  }
}

/** Field by field: the other names of the city are for the search alone. */
const shownOf = ({ iata, name, city, country, timeZone, latitude, longitude }: SearchableAirport): Airport => ({
  iata,
  name,
  city,
  country,
  timeZone,
  latitude,
  longitude,
})
