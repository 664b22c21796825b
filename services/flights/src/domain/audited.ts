import type { FlightRecord } from './flight.ts'

/** What the audit keeps of a flight: all that an administrator decides, under the names of the API. */
export const auditedOf = (record: FlightRecord) => ({
  number: `${record.carrierCode} ${record.flightNumber}`,
  from: record.origin,
  to: record.destination,
  departsAt: record.departsAt,
  arrivesAt: record.arrivesAt,
  aircraft: record.aircraftCode,
  status: record.status,
  gate: record.gate,
  cancellationReason: record.cancellationReason,
  fares: record.fares,
  surcharges: record.surcharges,
})

export type AuditedFlight = Partial<ReturnType<typeof auditedOf>>

/** The members that a change has changed, as they were and as they are. */
export function differenceOf(was: FlightRecord, is: FlightRecord): { before: AuditedFlight; after: AuditedFlight } {
  const before = auditedOf(was)
  const after = auditedOf(is)
  const changed = (Object.keys(before) as (keyof typeof before)[]) // Its own literal, so it has no other members.
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const onlyChanged = (flight: typeof before): AuditedFlight => Object.fromEntries(changed.map((name) => [name, flight[name]]))
  return { before: onlyChanged(before), after: onlyChanged(after) }
}
