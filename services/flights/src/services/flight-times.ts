import type { Airport } from '@skyhold/contracts'
import { LocalTimeError, momentAt, readMoment, type Moment } from '../domain/zones.ts'
import type { FieldErrors } from './field-errors.ts'

/** The longest flight in the world takes nineteen hours; more than a day is a slip of the pen. */
export const FLIGHT_MINUTES_MAX = 24 * 60

const MINUTE_MS = 60_000

/** A time of the body, in the zone of its airport; null after an error was noted at the pointer. */
export function momentIn(written: string, airport: Airport, { pointer, errors }: { pointer: string; errors: FieldErrors }): Moment | null {
  try {
    return readMoment(written, airport.timeZone)
  } catch (error) {
    if (!(error instanceof LocalTimeError)) throw error
    errors.add(pointer, `${error.fault}_time`, error.message)
    return null
  }
}

export const arrivalAfter = (departure: Moment, minutes: number, to: Airport): Moment =>
  momentAt(departure.utcMs + minutes * MINUTE_MS, to.timeZone)

/** Notes a departure that is over, and an arrival that cannot follow it. */
export function checkTimes(
  { departure, arrival, nowMs }: { departure: Moment; arrival: Moment; nowMs: number },
  errors: FieldErrors,
): void {
  if (departure.utcMs <= nowMs) errors.add('/departsAt', 'past', `${departure.local} is in the past.`)
  const minutes = (arrival.utcMs - departure.utcMs) / MINUTE_MS
  if (minutes <= 0)
    errors.add('/arrivesAt', 'before_departure', `The flight would arrive at ${arrival.local}, before it leaves at ${departure.local}.`)
  else if (minutes > FLIGHT_MINUTES_MAX)
    errors.add('/arrivesAt', 'too_long', `The flight would take ${minutes} minutes; ${FLIGHT_MINUTES_MAX} is the most.`)
}
