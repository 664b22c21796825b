import { type Database, type Logger, togetherOrAlone } from '@skyhold/platform'
import type { FlightRecord } from '../domain/flight.ts'
import { statusByTime, stepsBetween } from '../domain/status.ts'
import type { FlightAudit, FlightStep } from '../repositories/flight-audit.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import type { FlightAnnouncer } from './flight-announcer.ts'

/** Flights of one transaction: their events stay within half a megabyte, and the rows are locked for some milliseconds. */
const BATCH = 100

export interface NoteDeparturesDeps {
  db: Database
  flights: FlightRepository
  audit: FlightAudit
  announcer: FlightAnnouncer
  logger: Logger
  now: () => number
}

/**
 * Notes that flights have left and landed when their times have passed and nobody has said so. Each goes the way of the table, boarding included,
 * but in one step with one event, so that a week of past flights makes one event a flight. Returns how many changed.
 */
export async function noteDepartures(actor: string, deps: NoteDeparturesDeps): Promise<number> {
  let noted = 0
  const failed = new Set<string>()
  for (;;) {
    // Those that have failed are the earliest, and must not take the place of the others.
    const past = await deps.flights.listPast({ nowMs: deps.now(), limit: BATCH + failed.size })
    const ids = past.filter((id) => !failed.has(id)).slice(0, BATCH)
    if (ids.length === 0) return noted
    const batch = await togetherOrAlone({
      items: ids,
      work: (some) => noteBatch(some, actor, deps),
      onFailed: (flightId, error) => deps.logger.error({ err: error, flightId }, 'the departure of a flight could not be noted yet'),
    })
    for (const id of batch.failed) failed.add(id)
    noted += batch.changed
    // Others have changed them all since they were listed: the next run looks again.
    if (batch.changed === 0 && batch.failed.length === 0) return noted
  }
}

async function noteBatch(
  ids: readonly string[],
  actor: string,
  { db, flights, audit, announcer, now }: NoteDeparturesDeps,
): Promise<number> {
  const changed = await db.transaction(async (tx) => {
    const locked = await flights.lockMany(ids, tx)
    const nowMs = now()
    const changes = locked.flatMap((before) => changeByTime(before, { nowMs, actor }))
    for (const to of ['departed', 'arrived'] as const) {
      const moved = changes.filter(({ after }) => after.status === to).map(({ after }) => after.id)
      if ((await flights.raiseStatus(moved, to, tx)) !== moved.length) throw new Error('a locked flight changed')
    }
    await audit.append(
      changes.flatMap(({ steps }) => steps),
      tx,
    )
    const records = changes.map(({ after }) => after)
    await announcer.announce({ type: 'flight.changed', records, correlationId: actor, occurredAtMs: nowMs }, tx)
    return records.length
  })
  announcer.committed()
  return changed
}

function changeByTime(
  before: FlightRecord,
  { nowMs, actor }: { nowMs: number; actor: string },
): { after: FlightRecord; steps: FlightStep[] }[] {
  const to = statusByTime(before, nowMs)
  if (to === null) return []
  const way = [before.status, ...(stepsBetween(before.status, to) ?? [])]
  const steps = way.slice(1).map((next, i) => ({
    flightId: before.id,
    from: way[i] ?? before.status,
    to: next,
    atMs: nowMs,
    actor,
    requestId: actor,
  }))
  return [{ after: { ...before, status: to, version: before.version + 1 }, steps }]
}
