import { QUEUES } from '@skyhold/contracts'
import { arrivalsCheck, type ArrivalsOptions, type IntegrityCheck, rememberedIn, type Snapshot } from '@skyhold/platform'

/** Whatever bookings and identity have said that people are told of, with the dead letters, which wait for a person here. */
export const mailArrivals = (options: Pick<ArrivalsOptions, 'producers' | 'tokens'>): IntegrityCheck =>
  arrivalsCheck({
    ...options,
    queue: QUEUES.notificationsMail,
    async accountedFor(look, events) {
      const eventIds = events.map(({ eventId }) => eventId)
      const applied = await rememberedIn(look, QUEUES.notificationsMail.name, eventIds)
      for (const eventId of await deadAmong(look, eventIds)) applied.add(eventId)
      return applied
    },
  })

async function deadAmong(look: Snapshot, eventIds: readonly string[]): Promise<string[]> {
  const rows = await look.rows<{ eventId: string }>(
    'SELECT event_id AS eventId FROM dead_letters WHERE queue = :queue AND event_id IN (:eventIds)',
    { queue: QUEUES.notificationsMail.name, eventIds },
  )
  return rows.map(({ eventId }) => eventId)
}
