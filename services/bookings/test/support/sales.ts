import type { Booking, FlightState, Hold } from '@skyhold/contracts'
import { expect } from 'vitest'
import type { CallOptions, Client, ProblemBody, Reply } from './api-client.ts'

export type HoldReply = Reply<Hold & ProblemBody>
export type BookingReply = Reply<Booking & ProblemBody>

/** The body of `POST /holds` for one flight at the sample's fare. */
export const holdBody = (flight: FlightState, seats: readonly (string | null)[], fare = 'ECOLIGHT') => ({
  flights: [{ flightId: flight.id, fare, seats }],
})

export const takeSeats = (
  client: Client,
  flight: FlightState,
  seats: readonly (string | null)[],
  options?: CallOptions,
): Promise<HoldReply> => client.post('/holds', holdBody(flight, seats), options)

/** A hold that must succeed. */
export async function holdSeats(client: Client, flight: FlightState, seats: readonly (string | null)[]): Promise<Hold> {
  const { status, body } = await takeSeats(client, flight, seats)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

export const CONTACT = { email: 'traveller@example.com', phone: '+47 22 00 00 00' }

/** An adult on each seat of a hold of one flight, or of several. */
export function bookingBody(hold: Hold, familyNames: readonly string[] = ['Berg']) {
  const [first] = hold.flights
  return {
    holdId: hold.id,
    contact: CONTACT,
    passengers: (first?.seats ?? []).map((_seat, i) => ({
      type: 'adult',
      givenNames: `Kari ${'I'.repeat(i + 1)}`,
      familyName: familyNames[i] ?? familyNames[0],
      seats: hold.flights.map(({ seats }) => seats[i]?.designator),
    })),
  }
}

export async function bookSeats(client: Client, hold: Hold, familyNames?: readonly string[]): Promise<Booking> {
  const { status, body }: BookingReply = await client.post('/bookings', bookingBody(hold, familyNames))
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
