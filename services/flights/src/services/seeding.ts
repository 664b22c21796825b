import { DEFAULT_OPERATOR_ID } from '@skyhold/contracts'
import type { Database } from '@skyhold/platform'
import { AIRCRAFT } from '../../data/aircraft.ts'
import { AIRPORTS } from '../../data/airports.ts'
import { CARRIERS } from '../../data/carriers.ts'
import { EFFECTIVE_FROM, TIMETABLE, type PairSeed } from '../../data/timetable.ts'
import { distanceKm } from '../domain/distance.ts'
import { routeFares, routeSurcharges } from '../domain/pricing.ts'
import type { ScheduleRecord } from '../domain/schedule.ts'
import type { ReferenceRepository } from '../repositories/reference.ts'
import type { ScheduleRepository } from '../repositories/schedule.ts'
import type { ReferenceBook } from './reference-book.ts'

/** What every installation starts with. Carriers are with it because a flight needs one and no call makes them yet. */
export async function seedReference({ db, repository }: { db: Database; repository: ReferenceRepository }): Promise<void> {
  const carriers = CARRIERS.map((carrier) => ({ ...carrier, operatorId: DEFAULT_OPERATOR_ID }))
  await db.transaction((tx) => repository.addMissing({ airports: AIRPORTS, aircraft: AIRCRAFT, carriers }, tx))
}

/** The demo timetable. The ids come from the flight numbers, so that a second start adds nothing. */
export async function seedTimetable({
  db,
  schedules,
  reference,
}: {
  db: Database
  schedules: ScheduleRepository
  reference: ReferenceBook
}): Promise<void> {
  const records = demoSchedules(reference)
  await db.transaction((tx) => schedules.addMissing(records, tx))
}

export const demoSchedules = (reference: ReferenceBook): ScheduleRecord[] => TIMETABLE.flatMap((pair) => schedulesOf(pair, reference))

function schedulesOf(pair: PairSeed, reference: ReferenceBook): ScheduleRecord[] {
  const [origin, destination] = pair.between
  const there = pair.there.at.map((at, i) => ({
    origin,
    destination,
    at,
    number: pair.firstNumber + 2 * i,
    blockMinutes: pair.there.blockMinutes,
  }))
  const back = pair.back.at.map((at, i) => ({
    origin: destination,
    destination: origin,
    at,
    number: pair.firstNumber + 2 * i + 1,
    blockMinutes: pair.back.blockMinutes,
  }))
  return [...there, ...back].map((leg) => scheduleOf(pair, leg, reference))
}

interface LegSeed {
  origin: string
  destination: string
  at: string
  number: number
  blockMinutes: number
}

function scheduleOf(
  { carrier: carrierCode, aircraft: aircraftCode, days }: PairSeed,
  leg: LegSeed,
  reference: ReferenceBook,
): ScheduleRecord {
  const { origin, destination, at, number, blockMinutes } = leg
  const { from, to, carrier, aircraft } = reference.getPartsOf({ carrierCode, origin, destination, aircraftCode })
  const fares = routeFares({ distanceKm: distanceKm(from, to), currency: carrier.currency, layout: aircraft.layout })
  return {
    id: `sch_${carrierCode}${number}`,
    operatorId: DEFAULT_OPERATOR_ID,
    carrierCode,
    flightNumber: number,
    origin,
    destination,
    daysOfWeek: days ?? '1234567',
    departsLocal: at,
    blockMinutes,
    aircraftCode,
    effectiveFrom: EFFECTIVE_FROM,
    effectiveTo: null,
    fares,
    surcharges: routeSurcharges(fares, carrier.currency),
  }
}
