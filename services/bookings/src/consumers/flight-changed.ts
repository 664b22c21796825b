import { QUEUES } from '@skyhold/contracts'
import type { Bus, Subscription } from '@skyhold/platform'
import { keepFlight } from '../services/keep-flights.ts'
import type { Parts } from '../services/parts.ts'

/**
 * Keeps our copy of the flights. No inbox: a full state with a sequence may come twice and in any order.
 * `onCancelled` is told of each flight that does not fly; it does not have to be listened to, because the copy says so too.
 */
export function consumeFlights(bus: Bus, parts: Parts, onCancelled: () => void): Promise<Subscription> {
  return bus.subscribe(QUEUES.bookingsFlights, async ({ event }) => {
    const { type, data, aggregate } = event
    if (type !== 'flight.scheduled' && type !== 'flight.changed' && type !== 'flight.cancelled')
      throw new Error(`${type} is not for this queue`)
    if (!('layout' in data)) throw new Error(`${type} without the state of a flight`)
    await keepFlight({ state: data, sequence: aggregate.sequence }, parts)
    if (data.status === 'cancelled') onCancelled()
  })
}
