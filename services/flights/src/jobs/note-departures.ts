import type { Jobs } from '@skyhold/platform'
import { noteDepartures, type NoteDeparturesDeps } from '../services/note-departures.ts'

const NOTE_DEPARTURES = 'note-departures'

/** Nobody sells or cancels by these states, the times decide that: a minute late is soon enough for those who read them. */
const EVERY_SECONDS = 60

export function addNoteDepartures(jobs: Jobs, deps: NoteDeparturesDeps): void {
  jobs.every(NOTE_DEPARTURES, { seconds: EVERY_SECONDS, lease: true }, async () => {
    const noted = await noteDepartures(`job:${NOTE_DEPARTURES}`, deps)
    if (noted > 0) deps.logger.info({ noted }, 'departures and arrivals noted')
  })
}
