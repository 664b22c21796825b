import type { FareState } from '@skyhold/contracts'
import { errorKind, invalidAt, newId, type Database } from '@skyhold/platform'
import { auditedOf } from '../domain/audited.ts'
import { distanceKm } from '../domain/distance.ts'
import type { FlightParts, FlightRecord } from '../domain/flight.ts'
import { offerOf, type Offer } from '../domain/offer.ts'
import { departureFares, routeFares, routeSurcharges, type Surcharge } from '../domain/pricing.ts'
import type { Moment } from '../domain/zones.ts'
import type { FlightAudit } from '../repositories/flight-audit.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import { FieldErrors } from './field-errors.ts'
import type { FlightAnnouncer } from './flight-announcer.ts'
import { arrivalAfter, checkTimes, momentIn } from './flight-times.ts'
import type { ReferenceBook } from './reference-book.ts'
import type { RouteDays } from './route-days.ts'

/** A flight as an operator plans it. */
export interface NewFlight {
  carrier: string
  /** `201`, or with the carrier as people write it: `D1 201`. */
  number: string
  from: string
  to: string
  departsAt: string
  /** One of the two. */
  arrivesAt?: string
  blockMinutes?: number
  aircraft: string
  gate?: string
  /** The carrier's usual ones for the distance, the day and the hour when left out. */
  fares?: FareState[]
  surcharges?: Surcharge[]
}

/** Who asks, and as part of which request. */
export interface Actor {
  userId: string
  operatorId: string
  requestId: string
}

export interface FlightDeskDeps {
  db: Database
  flights: FlightRepository
  audit: FlightAudit
  reference: ReferenceBook
  announcer: FlightAnnouncer
  routeDays: RouteDays
  now: () => number
}

/** Puts a flight on sale and tells the others. Refusal: invalid_request, with a pointer to all that is wrong. */
export async function scheduleFlight(plan: NewFlight, actor: Actor, deps: FlightDeskDeps): Promise<Offer> {
  const nowMs = deps.now()
  const parts = partsOf(plan, actor, deps.reference)
  const record = recordOf(plan, { parts, actor, times: timesOf(plan, parts, nowMs) })
  await deps.db.transaction(async (tx) => {
    await addUnique(() => deps.flights.add([record], tx), record)
    const beginning = { flightId: record.id, from: record.status, to: record.status, before: null, after: auditedOf(record) }
    await deps.audit.append([{ ...beginning, atMs: nowMs, actor: actor.userId, requestId: actor.requestId }], tx)
    await deps.announcer.announce({ type: 'flight.scheduled', records: [record], correlationId: actor.requestId, occurredAtMs: nowMs }, tx)
  })
  deps.announcer.committed()
  deps.routeDays.forget(record.id, { from: record.origin, to: record.destination, date: record.localDate })
  return offerOf(record, parts, null)
}

function partsOf(plan: NewFlight, { operatorId }: Actor, reference: ReferenceBook): FlightParts {
  const errors = new FieldErrors()
  const carrier = reference.findCarrier(plan.carrier)
  const from = reference.findAirport(plan.from)
  const to = reference.findAirport(plan.to)
  const aircraft = reference.findAircraft(plan.aircraft)
  // Another operator's carrier is as good as none.
  if (carrier?.operatorId !== operatorId) errors.add('/carrier', 'unknown_carrier', `There is no carrier ${plan.carrier}.`)
  if (!from) errors.add('/from', 'unknown_airport', `There is no airport with the code ${plan.from}.`)
  if (!to) errors.add('/to', 'unknown_airport', `There is no airport with the code ${plan.to}.`)
  if (plan.from === plan.to) errors.add('/to', 'same_airport', 'A flight goes to another airport than the one that it comes from.')
  if (!aircraft) errors.add('/aircraft', 'unknown_aircraft', `There is no aircraft with the code ${plan.aircraft}.`)
  if (plan.number.includes(' ') && !plan.number.startsWith(`${plan.carrier} `)) {
    errors.add('/number', 'other_carrier', `The number ${plan.number} is not one of ${plan.carrier}.`)
  }
  if (carrier && aircraft) checkFares(plan, { currency: carrier.currency, cabins: new Set(aircraft.seatsByCabin.keys()) }, errors)
  errors.assertNone()
  if (!carrier || !from || !to || !aircraft) throw new Error('a missing part was not noted')
  return { carrier, from, to, aircraft }
}

function checkFares(
  { fares, aircraft }: NewFlight,
  { currency, cabins }: { currency: string; cabins: ReadonlySet<string> },
  errors: FieldErrors,
): void {
  const seen = new Set<string>()
  for (const [i, fare] of (fares ?? []).entries()) {
    if (seen.has(fare.code)) errors.add(`/fares/${i}/code`, 'duplicate', `The fare ${fare.code} is there twice.`)
    seen.add(fare.code)
    if (!cabins.has(fare.cabin)) errors.add(`/fares/${i}/cabin`, 'no_such_cabin', `${aircraft} has no cabin ${fare.cabin}.`)
    if (fare.price.currency !== currency) errors.add(`/fares/${i}/price/currency`, 'other_currency', `The carrier sells in ${currency}.`)
  }
}

interface Times {
  departure: Moment
  arrival: Moment
}

function timesOf(plan: NewFlight, { from, to }: FlightParts, nowMs: number): Times {
  const errors = new FieldErrors()
  if (plan.arrivesAt === undefined && plan.blockMinutes === undefined)
    errors.add('/arrivesAt', 'required', 'Say arrivesAt or blockMinutes.')
  if (plan.arrivesAt !== undefined && plan.blockMinutes !== undefined)
    errors.add('/blockMinutes', 'ambiguous', 'Say arrivesAt or blockMinutes, not both.')
  const departure = momentIn(plan.departsAt, from, { pointer: '/departsAt', errors })
  const arrival =
    plan.arrivesAt !== undefined
      ? momentIn(plan.arrivesAt, to, { pointer: '/arrivesAt', errors })
      : departure && arrivalAfter(departure, plan.blockMinutes ?? 0, to)
  if (departure && arrival && (plan.arrivesAt !== undefined || plan.blockMinutes !== undefined))
    checkTimes({ departure, arrival, nowMs }, errors)
  errors.assertNone()
  if (!departure || !arrival) throw new Error('a missing time was not noted')
  return { departure, arrival }
}

function recordOf(
  plan: NewFlight,
  { parts, actor, times: { departure, arrival } }: { parts: FlightParts; actor: Actor; times: Times },
): FlightRecord {
  const { carrier, from, to, aircraft } = parts
  const usual = routeFares({ distanceKm: distanceKm(from, to), currency: carrier.currency, layout: aircraft.layout })
  return {
    id: newId('flight'),
    operatorId: actor.operatorId,
    version: 1,
    scheduleId: null,
    operatingDate: departure.localDate,
    carrierCode: carrier.code,
    flightNumber: Number(plan.number.split(' ').at(-1)),
    origin: from.iata,
    destination: to.iata,
    localDate: departure.localDate,
    departsAtUtcMs: departure.utcMs,
    arrivesAtUtcMs: arrival.utcMs,
    departsAt: departure.local,
    arrivesAt: arrival.local,
    aircraftCode: aircraft.code,
    status: 'scheduled',
    gate: plan.gate ?? null,
    cancellationReason: null,
    currency: carrier.currency,
    fares: plan.fares ?? departureFares(usual, { localDate: departure.localDate, localTime: departure.local.slice(11, 16) }),
    surcharges: plan.surcharges ?? routeSurcharges(usual, carrier.currency),
  }
}

/** The database decides whether the number is free: two operators may press the button at once. */
async function addUnique(add: () => Promise<void>, { carrierCode, flightNumber, origin, operatingDate }: FlightRecord): Promise<void> {
  try {
    await add()
  } catch (error) {
    if (errorKind(error) !== 'duplicate') throw error
    throw invalidAt('/number', 'duplicate', `There is a flight ${carrierCode} ${flightNumber} from ${origin} on ${operatingDate} already.`)
  }
}
