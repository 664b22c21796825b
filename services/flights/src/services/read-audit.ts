import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { createCursors, Refusal, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import type { AuditRecord, FlightAudit } from '../repositories/flight-audit.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import type { Actor } from './schedule-flight.ts'

export interface ReadAuditDeps {
  flights: FlightRepository
  audit: FlightAudit
  cursorSecret: string
}

/** What was done to a flight of the operator's, newest first. Refusal: flight_not_found. */
export async function listFlightAudit(
  id: string,
  { limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery,
  { operatorId }: Actor,
  { flights, audit, cursorSecret }: ReadAuditDeps,
): Promise<Page<AuditRecord>> {
  if ((await flights.findById(id))?.record.operatorId !== operatorId) throw new Refusal('flight_not_found')
  const cursors = createCursors(cursorSecret, `audit of ${id}`)
  const before = cursor === undefined ? {} : { beforeId: Number(cursors.decode(cursor)[0]) }
  const found = await audit.list(id, { limit: limit + 1, ...before })
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
}
