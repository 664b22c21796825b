import type { Cabin } from '@skyhold/contracts'
import type { Aircraft, FlightRecord } from './flight.ts'

/** What bookings last said of a flight, in absolute numbers. `sequence` is its version of that: a higher one is newer. */
export interface StoredAvailability {
  sequence: number
  cabins: { cabin: Cabin; seats: number; available: number }[]
  fares: { code: string; seatsLeft: number }[]
}

/** What can still be sold of a flight. */
export interface Availability {
  /** 0 before bookings said anything, which means that every seat is free. */
  sequence: number
  inCabin: ReadonlyMap<Cabin, number>
  /** By fare code; never more than its cabin has. */
  ofFare: ReadonlyMap<string, number>
}

/** Flights on sale cost no rows: a flight nobody has bought a seat of is as empty as its aircraft. */
export function availabilityOf(record: Pick<FlightRecord, 'fares'>, aircraft: Aircraft, stored: StoredAvailability | null): Availability {
  const said = new Map(stored?.cabins.map(({ cabin, available }) => [cabin, available]))
  // After a change of aircraft the numbers are of the old one until bookings has counted again: the new one's size is the limit.
  const inCabin = new Map([...aircraft.seatsByCabin].map(([cabin, seats]) => [cabin, Math.min(seats, said.get(cabin) ?? seats)]))
  const leftOfFare = new Map(stored?.fares.map(({ code, seatsLeft }) => [code, seatsLeft]))
  const ofFare = new Map(
    record.fares.map(({ code, cabin }) => {
      const available = inCabin.get(cabin) ?? 0
      return [code, Math.min(available, leftOfFare.get(code) ?? available)]
    }),
  )
  return { sequence: stored?.sequence ?? 0, inCabin, ofFare }
}
