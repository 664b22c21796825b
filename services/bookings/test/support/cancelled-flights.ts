import type { FlightState } from '@skyhold/contracts'
import type { RunningBookings } from './running-bookings.ts'

/** What the flights service says of a flight comes into our copy, newer than all before. Cancelled unless told otherwise. */
export async function cancelFlight(
  { parts }: RunningBookings,
  flight: FlightState,
  change: Partial<FlightState> = { status: 'cancelled', cancellationReason: 'The crew is ill.' },
): Promise<void> {
  const [copy] = await parts.flights.find([flight.id])
  if (!copy) throw new Error(`there is no copy of flight ${flight.id}`)
  await parts.db.transaction((tx) => parts.flights.keep([{ state: { ...copy.state, ...change }, sequence: copy.sequence + 1 }], tx))
}
