import type { Airport, Cabin, FareState, FlightState, FlightStatus, Layout } from '@skyhold/contracts'
import type { Surcharge } from './pricing.ts'

export interface Carrier {
  code: string
  name: string
  currency: string
  operatorId: string
}

export interface Aircraft {
  code: string
  name: string
  layout: Layout
  /** Counted once, when it is loaded. */
  seatsByCabin: ReadonlyMap<Cabin, number>
}

/** A flight as it is stored. `operatingDate` is the local day that it was first planned for and never changes; `localDate` follows the departure. */
export interface FlightRecord {
  id: string
  operatorId: string
  version: number
  scheduleId: string | null
  operatingDate: string
  carrierCode: string
  flightNumber: number
  origin: string
  destination: string
  localDate: string
  departsAtUtcMs: number
  arrivesAtUtcMs: number
  /** ISO 8601 with the airport's offset, written once, so that search formats nothing. */
  departsAt: string
  arrivesAt: string
  aircraftCode: string
  status: FlightStatus
  gate: string | null
  /** The airline's words to its passengers; null unless it is cancelled. */
  cancellationReason: string | null
  currency: string
  fares: FareState[]
  surcharges: Surcharge[]
}

/** What a record refers to by code. */
export interface FlightParts {
  carrier: Carrier
  from: Airport
  to: Airport
  aircraft: Aircraft
}

/** What a flight says of itself, before prices and seats: the part that its page, its lists and its events share. */
export type FlightFacts = Omit<FlightState, 'operatorId' | 'currency' | 'layout' | 'fares' | 'surcharges' | 'cancellationReason'>

export const durationMinutes = (flight: Pick<FlightRecord, 'departsAtUtcMs' | 'arrivesAtUtcMs'>): number =>
  Math.round((flight.arrivesAtUtcMs - flight.departsAtUtcMs) / 60_000)

export function factsOf(record: FlightRecord, { carrier, from, to, aircraft }: FlightParts): FlightFacts {
  return {
    id: record.id,
    number: `${record.carrierCode} ${record.flightNumber}`,
    carrier: { code: carrier.code, name: carrier.name },
    from,
    to,
    departsAt: record.departsAt,
    departsAtUtc: new Date(record.departsAtUtcMs).toISOString(),
    arrivesAt: record.arrivesAt,
    arrivesAtUtc: new Date(record.arrivesAtUtcMs).toISOString(),
    durationMinutes: durationMinutes(record),
    aircraft: { code: aircraft.code, name: aircraft.name },
    status: record.status,
    ...(record.gate !== null && { gate: record.gate }),
  }
}

/** The full state that events and the snapshot carry. */
export const stateOf = (record: FlightRecord, parts: FlightParts): FlightState => ({
  ...factsOf(record, parts),
  operatorId: record.operatorId,
  currency: record.currency,
  layout: parts.aircraft.layout,
  fares: record.fares,
  surcharges: record.surcharges,
  ...(record.cancellationReason !== null && { cancellationReason: record.cancellationReason }),
})
