import type { BookingFacts } from '@skyhold/contracts'
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { fullName, placeOf } from './itinerary.ts'
import { localTime } from './times.ts'

export interface CalendarOptions {
  /** `cancelled` takes the flights out of the calendar that an earlier file put them into. */
  state: 'booked' | 'cancelled'
  /** The version of the booking: a calendar program keeps the highest it has seen (RFC 5545, 3.8.7.4). */
  sequence: number
  /** When the fact happened, so that the same fact always makes the same file. */
  stamp: Date
  publicUrl: string
}

/** The flights of a booking as a calendar file: times in UTC, so that each calendar shows them in its own zone; the local ones stand in the description. */
export function calendarOf(facts: BookingFacts, { state, sequence, stamp, publicUrl }: CalendarOptions): string {
  const isCancelled = state === 'cancelled'
  const calendar = ical({
    prodId: { company: 'Skyhold', product: 'Skyhold', language: 'EN' },
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  })
  for (const [position, { flight }] of facts.flights.entries()) {
    calendar.createEvent({
      id: flightUid(facts.bookingId, flight.id),
      sequence,
      stamp,
      start: new Date(flight.departsAtUtc),
      end: new Date(flight.arrivesAtUtc),
      summary: `${flight.number} ${flight.from.city} (${flight.from.iata}) – ${flight.to.city} (${flight.to.iata})`,
      location: `${flight.from.name} (${flight.from.iata})`,
      description: descriptionOf(facts, position),
      url: `${publicUrl}/`,
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    })
  }
  return calendar.toString()
}

/** The same for a booking's flight for ever, so that a later file changes the entry and does not add one. */
export const flightUid = (bookingId: string, flightId: string): string => `${bookingId}.${flightId}@skyhold`

function descriptionOf({ reference, flights, passengers }: BookingFacts, position: number): string {
  const flight = flights[position]?.flight
  if (!flight) return ''
  const leaves = localTime(flight.departsAt)
  const arrives = localTime(flight.arrivesAt)
  return [
    `Booking reference ${reference}`,
    `Departs ${leaves.date}, ${leaves.time} local time (${leaves.offset})`,
    `Arrives ${arrives.date}, ${arrives.time} local time (${arrives.offset})`,
    ...passengers.map((passenger) => {
      const { seat } = placeOf(passenger, { flightId: flight.id, position })
      return `${fullName(passenger)}: ${seat ? `seat ${seat}` : 'on a lap'}`
    }),
  ].join('\n')
}
