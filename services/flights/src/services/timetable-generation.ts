import { errorKind, newId, type Database } from '@skyhold/platform'
import type { FlightRecord } from '../domain/flight.ts'
import { departureFares } from '../domain/pricing.ts'
import { datesOf, type ScheduleRecord } from '../domain/schedule.ts'
import { addDays, localDateAt, momentAt, timetableMoment } from '../domain/zones.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import type { ScheduleRepository } from '../repositories/schedule.ts'
import type { FlightAnnouncer } from './flight-announcer.ts'
import type { ReferenceBook } from './reference-book.ts'

/** A transaction of so many flights and events takes some tens of milliseconds, and its largest statement stays near a megabyte. */
const BATCH = 250
/** A rival replica that makes the same flights can beat a batch a few times, not for ever. */
const TRIES = 5

export interface TimetableGenerationDeps {
  db: Database
  schedules: ScheduleRepository
  flights: FlightRepository
  reference: ReferenceBook
  announcer: FlightAnnouncer
  now: () => number
  /** Flights are on sale so many days ahead, beside what is left of today. */
  horizonDays: number
}

/**
 * Makes the flights of the timetable that are missing for the coming days. Safe to run at any time, again and by several replicas: a
 * flight is unique by its schedule and day. Returns how many were made.
 */
export async function generateFlights(correlationId: string, deps: TimetableGenerationDeps): Promise<number> {
  let made = 0
  for (let tries = 1; ; tries += 1) {
    try {
      for (const batch of batchesOf(await missingFlights(deps))) {
        await addFlights(batch, correlationId, deps)
        made += batch.length
      }
      return made
    } catch (error) {
      // Another replica was faster with one of them: what is missing now is looked up again.
      if (errorKind(error) !== 'duplicate' || tries === TRIES) throw error
    }
  }
}

async function addFlights(
  records: FlightRecord[],
  correlationId: string,
  { db, flights, announcer, now }: TimetableGenerationDeps,
): Promise<void> {
  await db.transaction(async (tx) => {
    await flights.add(records, tx)
    await announcer.announce({ type: 'flight.scheduled', records, correlationId, occurredAtMs: now() }, tx)
  })
  announcer.committed()
}

async function missingFlights({ schedules, flights, reference, now, horizonDays }: TimetableGenerationDeps): Promise<FlightRecord[]> {
  const nowMs = now()
  // No zone is more than a day away from UTC, so these two days enclose the horizon of all of them.
  const today = localDateAt(nowMs, 'UTC')
  const made = await flights.findMade({ sinceDate: addDays(today, -1), untilDate: addDays(today, horizonDays + 1) })
  return (await schedules.listAll()).flatMap((schedule) => {
    const { timeZone } = reference.getPartsOf(schedule).from
    return datesOf(schedule, { firstDate: localDateAt(nowMs, timeZone), days: horizonDays + 1 })
      .filter((date) => !made.has(schedule, date))
      .map((date) => flightOf(schedule, date, reference))
      .filter((flight) => flight.departsAtUtcMs > nowMs)
  })
}

function flightOf(schedule: ScheduleRecord, date: string, reference: ReferenceBook): FlightRecord {
  const { from, to, carrier } = reference.getPartsOf(schedule)
  const departure = timetableMoment(date, schedule.departsLocal, from.timeZone)
  const arrival = momentAt(departure.utcMs + schedule.blockMinutes * 60_000, to.timeZone)
  return {
    id: newId('flight'),
    operatorId: schedule.operatorId,
    version: 1,
    scheduleId: schedule.id,
    operatingDate: date,
    carrierCode: schedule.carrierCode,
    flightNumber: schedule.flightNumber,
    origin: schedule.origin,
    destination: schedule.destination,
    localDate: departure.localDate,
    departsAtUtcMs: departure.utcMs,
    arrivesAtUtcMs: arrival.utcMs,
    departsAt: departure.local,
    arrivesAt: arrival.local,
    aircraftCode: schedule.aircraftCode,
    status: 'scheduled',
    gate: null,
    cancellationReason: null,
    currency: carrier.currency,
    fares: departureFares(schedule.fares, { localDate: date, localTime: schedule.departsLocal }),
    surcharges: schedule.surcharges,
  }
}

function batchesOf(records: FlightRecord[]): FlightRecord[][] {
  return Array.from({ length: Math.ceil(records.length / BATCH) }, (_, i) => records.slice(i * BATCH, (i + 1) * BATCH))
}
