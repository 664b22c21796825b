import type { FareState, FlightStatus } from '@skyhold/contracts'
import { Refusal, invalidAt } from '@skyhold/platform'
import { differenceOf } from '../domain/audited.ts'
import { distanceKm } from '../domain/distance.ts'
import { durationMinutes, type Aircraft, type FlightParts, type FlightRecord } from '../domain/flight.ts'
import { departureFares, routeFares } from '../domain/pricing.ts'
import { canBecome, hasDeparted } from '../domain/status.ts'
import type { Offer } from '../domain/offer.ts'
import { momentAt } from '../domain/zones.ts'
import { FieldErrors } from './field-errors.ts'
import { getFlight } from './flight-lookup.ts'
import { arrivalAfter, checkTimes, momentIn } from './flight-times.ts'
import type { ReferenceBook } from './reference-book.ts'
import type { Actor, FlightDeskDeps } from './schedule-flight.ts'

export interface FlightChange {
  departsAt?: string
  /** Moves with the departure when it is left out. */
  arrivesAt?: string
  /** Null takes it away. */
  gate?: string | null
  aircraft?: string
  status?: Exclude<FlightStatus, 'cancelled'>
}

/** True when a version is one that the caller has seen. */
export type VersionCheck = (version: number) => boolean

/**
 * Changes times, gate, aircraft or status of a flight that has not departed, and tells the others. Refusals: flight_not_found, stale_version,
 * flight_departed, invalid_transition, invalid_request with pointers. A change that changes nothing is no change: version and events stay.
 */
export async function changeFlight(
  id: string,
  change: FlightChange,
  { actor, isSeen }: { actor: Actor; isSeen: VersionCheck },
  deps: FlightDeskDeps,
): Promise<Offer> {
  const changed = await deps.db.transaction(async (tx) => {
    const before = await deps.flights.findForChange(id, tx)
    if (before?.operatorId !== actor.operatorId) throw new Refusal('flight_not_found')
    if (!isSeen(before.version)) throw new Refusal('stale_version')
    const after = applied(change, before, deps)
    if (JSON.stringify(after) === JSON.stringify(before)) return null

    const next = { ...after, version: before.version + 1 }
    if ((await deps.flights.replace(next, tx)) !== 1) throw new Refusal('stale_version')
    const nowMs = deps.now()
    const { requestId, userId } = actor
    const step = { flightId: id, from: before.status, to: next.status, atMs: nowMs, actor: userId, requestId }
    await deps.audit.append([{ ...step, ...differenceOf(before, next) }], tx)
    await deps.announcer.announce({ type: 'flight.changed', records: [next], correlationId: requestId, occurredAtMs: nowMs }, tx)
    return next
  })
  if (changed) {
    deps.announcer.committed()
    // Its old day is known by its id; it may have moved to a new one.
    deps.routeDays.forget(id, { from: changed.origin, to: changed.destination, date: changed.localDate })
  }
  return getFlight(id, deps)
}

function applied(change: FlightChange, before: FlightRecord, { reference, now }: Pick<FlightDeskDeps, 'reference' | 'now'>): FlightRecord {
  assertChangeable(change, before)
  const parts = reference.getPartsOf(before)
  return withAircraft(
    change.aircraft,
    withTimes(change, withGate(change.gate, { ...before, status: change.status ?? before.status }), parts, now()),
    parts,
    reference,
  )
}

function assertChangeable(change: FlightChange, { status }: FlightRecord): void {
  const { status: wanted, ...rest } = change
  // What has left can still be said to have arrived, and nothing else.
  if (hasDeparted(status) && (Object.keys(rest).length > 0 || !canBecome(status, wanted ?? status))) throw new Refusal('flight_departed')
  if (status === 'cancelled') throw new Refusal('invalid_transition', { detail: 'The flight is cancelled.' })
  if (wanted !== undefined && !canBecome(status, wanted))
    throw new Refusal('invalid_transition', { detail: `A flight that is ${status} cannot become ${wanted}.` })
}

const withGate = (gate: string | null | undefined, flight: FlightRecord): FlightRecord =>
  gate === undefined ? flight : { ...flight, gate }

function withTimes({ departsAt, arrivesAt }: FlightChange, flight: FlightRecord, { from, to }: FlightParts, nowMs: number): FlightRecord {
  if (departsAt === undefined && arrivesAt === undefined) return flight
  const errors = new FieldErrors()
  const departure =
    departsAt === undefined ? momentAt(flight.departsAtUtcMs, from.timeZone) : momentIn(departsAt, from, { pointer: '/departsAt', errors })
  const arrival =
    arrivesAt === undefined
      ? departure && arrivalAfter(departure, durationMinutes(flight), to)
      : momentIn(arrivesAt, to, { pointer: '/arrivesAt', errors })
  // A new arrival alone is also said of a flight whose time to leave has come.
  if (departure && arrival) checkTimes({ departure, arrival, nowMs: departsAt === undefined ? departure.utcMs - 1 : nowMs }, errors)
  errors.assertNone()
  if (!departure || !arrival) throw new Error('a missing time was not noted')
  return {
    ...flight,
    localDate: departure.localDate,
    departsAtUtcMs: departure.utcMs,
    arrivesAtUtcMs: arrival.utcMs,
    departsAt: departure.local,
    arrivesAt: arrival.local,
  }
}

function withAircraft(code: string | undefined, flight: FlightRecord, parts: FlightParts, reference: ReferenceBook): FlightRecord {
  if (code === undefined || code === flight.aircraftCode) return flight
  const aircraft = reference.findAircraft(code)
  if (!aircraft) throw invalidAt('/aircraft', 'unknown_aircraft', `There is no aircraft with the code ${code}.`)
  return { ...flight, aircraftCode: code, fares: faresOn(aircraft, flight, parts) }
}

/** Fares stay as they are where the new aircraft has their cabin; a cabin that had none gets the carrier's usual ones. */
function faresOn(aircraft: Aircraft, flight: FlightRecord, { carrier, from, to }: FlightParts): FareState[] {
  const kept = flight.fares.filter((fare) => aircraft.seatsByCabin.has(fare.cabin))
  const priced = new Set(kept.map((fare) => fare.cabin))
  const codes = new Set(kept.map((fare) => fare.code))
  const usual = routeFares({ distanceKm: distanceKm(from, to), currency: carrier.currency, layout: aircraft.layout })
  const added = departureFares(usual, { localDate: flight.localDate, localTime: flight.departsAt.slice(11, 16) })
  return [...kept, ...added.filter((fare) => !priced.has(fare.cabin) && !codes.has(fare.code))]
}
