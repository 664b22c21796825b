import type { FlightsSnapshot } from '../clients/flights-snapshot.ts'
import type { FlightCopy } from '../repositories/flights.ts'
import type { Parts } from './parts.ts'

/** Copies a full state if it is newer than ours. */
export async function keepFlight(copy: FlightCopy, parts: Pick<Parts, 'db' | 'flights'>): Promise<void> {
  await parts.db.transaction((tx) => parts.flights.keep([copy], tx))
}

/** Takes every flight that is newer there than here, or is not here. How many there are. */
export async function copyFlights(snapshot: Pick<FlightsSnapshot, 'pages'>, parts: Pick<Parts, 'db' | 'flights'>): Promise<number> {
  let copied = 0
  for await (const page of snapshot.pages()) {
    await parts.db.transaction((tx) => parts.flights.keep(page, tx))
    copied += page.length
  }
  return copied
}

/**
 * Fills an empty or lagging copy from the flights service. With a copy at hand a flights service that is away is no reason not to sell: its events wait for us in our queue.
 * Throws when there is no copy and none can be had.
 */
export async function fillFlights(snapshot: FlightsSnapshot, parts: Pick<Parts, 'db' | 'flights' | 'logger'>): Promise<void> {
  const ours = await parts.flights.head(0)
  try {
    const theirs = await snapshot.head()
    const mine = await parts.flights.head(theirs.sinceMs)
    if (mine.count === theirs.count && mine.sequenceSum === theirs.sequenceSum) return
    parts.logger.info({ flights: await copyFlights(snapshot, parts) }, 'the copy of the flights is filled')
  } catch (error) {
    if (ours.count === 0) throw error
    parts.logger.warn({ err: error, flights: ours.count }, 'the flights service is away: selling from the copy')
  }
}
