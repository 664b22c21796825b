import { QUEUES } from '@skyhold/contracts'
import { appliedBySequence, arrivalsCheck, type ArrivalsOptions, type IntegrityCheck } from '@skyhold/platform'

/** Whatever bookings has said of the seats: a flight whose newest numbers are missing here is shown with seats that are sold, or without ones that are free. */
export const inventoryArrivals = (options: Pick<ArrivalsOptions, 'producers' | 'tokens'>): IntegrityCheck =>
  arrivalsCheck({
    ...options,
    queue: QUEUES.flightsInventory,
    async accountedFor(look, events) {
      const rows = await look.rows<{ id: string; sequence: number }>(
        'SELECT flight_id AS id, sequence FROM availability WHERE flight_id IN (:ids)',
        { ids: events.map(({ aggregateId }) => aggregateId) },
      )
      return appliedBySequence(events, new Map(rows.map(({ id, sequence }) => [id, sequence])))
    },
  })
