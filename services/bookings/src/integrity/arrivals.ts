import { QUEUES } from '@skyhold/contracts'
import { appliedBySequence, arrivalsCheck, type ArrivalsOptions, type IntegrityCheck } from '@skyhold/platform'

/** Whatever flights has said of a flight: one that does not fly any more would otherwise be sold from an old copy. */
export const flightArrivals = (options: Pick<ArrivalsOptions, 'producers' | 'tokens'>): IntegrityCheck =>
  arrivalsCheck({
    ...options,
    queue: QUEUES.bookingsFlights,
    async accountedFor(look, events) {
      const rows = await look.rows<{ id: string; sequence: number }>('SELECT id, sequence FROM flights WHERE id IN (:ids)', {
        ids: events.map(({ aggregateId }) => aggregateId),
      })
      return appliedBySequence(events, new Map(rows.map(({ id, sequence }) => [id, sequence])))
    },
  })
