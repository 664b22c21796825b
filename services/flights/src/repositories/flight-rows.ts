import type { FlightStatus } from '@skyhold/contracts'
import type { FlightRecord } from '../domain/flight.ts'

/** A row of `flights` as raw SQL gives it, on all dialects. */
export interface FlightRow {
  id: string
  operator_id: string
  version: number
  schedule_id: string | null
  operating_date: string
  carrier_code: string
  flight_number: number
  origin: string
  destination: string
  local_date: string
  departs_at_utc: number
  arrives_at_utc: number
  departs_at: string
  arrives_at: string
  aircraft_code: string
  status: FlightStatus
  gate: string | null
  cancellation_reason: string | null
  currency: string
  fares: string
  surcharges: string
}

const COLUMNS = [
  'id',
  'operator_id',
  'version',
  'schedule_id',
  'operating_date',
  'carrier_code',
  'flight_number',
  'origin',
  'destination',
  'local_date',
  'departs_at_utc',
  'arrives_at_utc',
  'departs_at',
  'arrives_at',
  'aircraft_code',
  'status',
  'gate',
  'cancellation_reason',
  'currency',
  'fares',
  'surcharges',
] as const satisfies readonly (keyof FlightRow)[]

/** Named one by one, so that a column added by a newer version does not come unasked. */
export const FLIGHT_COLUMNS = COLUMNS.map((column) => `f.${column}`).join(', ')

export const recordOf = (row: FlightRow): FlightRecord => ({
  id: row.id,
  operatorId: row.operator_id,
  version: row.version,
  scheduleId: row.schedule_id,
  operatingDate: row.operating_date,
  carrierCode: row.carrier_code,
  flightNumber: row.flight_number,
  origin: row.origin,
  destination: row.destination,
  localDate: row.local_date,
  departsAtUtcMs: Number(row.departs_at_utc),
  arrivesAtUtcMs: Number(row.arrives_at_utc),
  departsAt: row.departs_at,
  arrivesAt: row.arrives_at,
  aircraftCode: row.aircraft_code,
  status: row.status,
  gate: row.gate,
  cancellationReason: row.cancellation_reason,
  currency: row.currency,
  fares: JSON.parse(row.fares),
  surcharges: JSON.parse(row.surcharges),
})

/** As the model takes it. */
export const attributesOf = ({ departsAtUtcMs, arrivesAtUtcMs, fares, surcharges, ...record }: FlightRecord) => ({
  ...record,
  departsAtUtc: departsAtUtcMs,
  arrivesAtUtc: arrivesAtUtcMs,
  fares: JSON.stringify(fares),
  surcharges: JSON.stringify(surcharges),
})
