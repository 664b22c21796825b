import type { FareState } from '@skyhold/contracts'
import type { Surcharge } from './pricing.ts'
import { addDays, dayOfWeek } from './zones.ts'

/** When a timetable entry flies. */
export interface Recurrence {
  /** ISO days of the week as digits: `135` is Monday, Wednesday, Friday. */
  daysOfWeek: string
  effectiveFrom: string
  effectiveTo: string | null
}

/** An entry of the timetable: a flight number that goes again and again. */
export interface ScheduleRecord extends Recurrence {
  id: string
  operatorId: string
  carrierCode: string
  flightNumber: number
  origin: string
  destination: string
  /** `HH:MM` at the origin. */
  departsLocal: string
  blockMinutes: number
  aircraftCode: string
  /** Before day and hour are known. */
  fares: FareState[]
  surcharges: Surcharge[]
}

/** The days on which it flies within `days` days from `firstDate`, both as local dates at the origin. */
export function datesOf(recurrence: Recurrence, { firstDate, days }: { firstDate: string; days: number }): string[] {
  const { daysOfWeek, effectiveFrom, effectiveTo } = recurrence
  return Array.from({ length: days }, (_, i) => addDays(firstDate, i)).filter(
    (date) => date >= effectiveFrom && (effectiveTo === null || date <= effectiveTo) && daysOfWeek.includes(String(dayOfWeek(date))),
  )
}
