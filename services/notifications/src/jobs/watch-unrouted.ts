import { UNROUTED } from '@skyhold/contracts'
import type { Bus, Jobs, Logger } from '@skyhold/platform'

const WATCH_UNROUTED = 'watch-unrouted'

/**
 * Says it aloud when events lie where no queue took them: a binding is missing. They stay there, for their consumer is not known; the gauge
 * bus_queue_messages counts them.
 */
export function addWatchUnrouted(jobs: Jobs, { bus, logger }: { bus: Pick<Bus, 'depth'>; logger: Logger }): void {
  jobs.every(WATCH_UNROUTED, { seconds: 60 }, async () => {
    const messages = await bus.depth(UNROUTED)
    if (messages > 0) logger.error({ queue: UNROUTED, messages }, 'events reached no queue: a binding is missing')
  })
}
