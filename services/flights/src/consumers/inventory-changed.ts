import type { EventData, EventEnvelope } from '@skyhold/contracts'
import { consumeOnce, type Database } from '@skyhold/platform'
import type { AvailabilityRepository } from '../repositories/availability.ts'
import type { RouteDays } from '../services/route-days.ts'

export interface InventoryChangedDeps {
  db: Database
  availability: AvailabilityRepository
  routeDays: RouteDays
}

/** Keeps what bookings says can still be sold of a flight. Absolute numbers and the highest sequence: a lost, doubled or late one does no harm. */
export async function onInventoryChanged(event: EventEnvelope, { db, availability, routeDays }: InventoryChangedDeps): Promise<void> {
  if (event.type !== 'inventory.changed') throw new Error(`the queue of inventory had a ${event.type}`)
  const { flightId, cabins, fares } = event.data as EventData<'inventory.changed'> // its type says so, and the bus has checked the schema
  await consumeOnce({
    db,
    consumer: 'flights.inventory',
    event,
    effect: (tx) => availability.storeIfNewer(flightId, { sequence: event.aggregate.sequence, cabins, fares }, tx),
  })
  routeDays.forget(flightId)
}
