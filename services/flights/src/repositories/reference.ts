import { seatsOf, type Cabin, type Layout } from '@skyhold/contracts'
import type { Transaction } from '@skyhold/platform'
import type { SearchableAirport } from '../domain/airport-search.ts'
import type { Aircraft, Carrier } from '../domain/flight.ts'
import type { Models } from '../models/index.ts'

export type AircraftSeating = Pick<Aircraft, 'code' | 'name' | 'layout'>
export type NewCarrier = Carrier & { country: string }

/** Airports, aircraft and carriers: some hundreds of rows that are read whole and kept in memory. */
export class ReferenceRepository {
  readonly #models: Pick<Models, 'Airport' | 'Aircraft' | 'Carrier'>

  constructor(models: Models) {
    this.#models = models
  }

  async listAirports(): Promise<SearchableAirport[]> {
    const rows = await this.#models.Airport.findAll({ raw: true })
    return rows.map(({ alsoKnownAs, ...airport }) => ({ ...airport, alsoKnownAs: JSON.parse(alsoKnownAs) }))
  }

  async listAircraft(): Promise<Aircraft[]> {
    const rows = await this.#models.Aircraft.findAll({ raw: true })
    return rows.map(({ code, name, layout }) => aircraftOf({ code, name, layout: JSON.parse(layout) }))
  }

  async listCarriers(): Promise<Carrier[]> {
    const rows = await this.#models.Carrier.findAll({ raw: true })
    return rows.map(({ code, name, currency, operatorId }) => ({ code, name, currency, operatorId }))
  }

  /** Adds what is not there yet and leaves alone what is: an operator may have put it right since. */
  async addMissing(
    {
      airports,
      aircraft,
      carriers,
    }: { airports: readonly SearchableAirport[]; aircraft: readonly AircraftSeating[]; carriers: readonly NewCarrier[] },
    tx: Transaction,
  ): Promise<void> {
    const { Airport, Aircraft, Carrier } = this.#models
    const known = {
      airports: new Set((await Airport.findAll({ attributes: ['iata'], raw: true, transaction: tx })).map((row) => row.iata)),
      aircraft: new Set((await Aircraft.findAll({ attributes: ['code'], raw: true, transaction: tx })).map((row) => row.code)),
      carriers: new Set((await Carrier.findAll({ attributes: ['code'], raw: true, transaction: tx })).map((row) => row.code)),
    }
    await Airport.bulkCreate(
      airports
        .filter(({ iata }) => !known.airports.has(iata))
        .map((row) => ({ ...row, alsoKnownAs: JSON.stringify(row.alsoKnownAs ?? []) })),
      { transaction: tx },
    )
    await Aircraft.bulkCreate(
      aircraft.filter(({ code }) => !known.aircraft.has(code)).map((row) => ({ ...row, layout: JSON.stringify(row.layout) })),
      { transaction: tx },
    )
    await Carrier.bulkCreate(
      carriers.filter(({ code }) => !known.carriers.has(code)),
      { transaction: tx },
    )
  }
}

function aircraftOf({ code, name, layout }: { code: string; name: string; layout: Layout }): Aircraft {
  const seatsByCabin = new Map<Cabin, number>()
  for (const { cabin } of seatsOf(layout)) seatsByCabin.set(cabin, (seatsByCabin.get(cabin) ?? 0) + 1)
  return { code, name, layout, seatsByCabin }
}
