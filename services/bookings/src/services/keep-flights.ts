import type { Transaction } from '@skyhold/platform'
import type { FlightsSnapshot } from '../clients/flights-snapshot.ts'
import { countsDiffer } from '../domain/flight.ts'
import type { FlightCopy } from '../repositories/flights.ts'
import type { Parts } from './parts.ts'

type KeepParts = Pick<Parts, 'db' | 'flights' | 'marks'>

/**
 * Copies a full state if it is newer than ours. What a snapshot has brought before its event comes, thousands at a first start, costs no transaction: behind it in the queue there may be a cancellation.
 */
export async function keepFlight(copy: FlightCopy, parts: KeepParts): Promise<void> {
  const ours = (await parts.flights.listSequences([copy.state.id])).get(copy.state.id)
  if (ours !== undefined && ours >= copy.sequence) return
  await parts.db.transaction((tx) => keep([copy], parts, tx))
}

/** Takes every flight that is newer there than here, or is not here. How many there are. */
export async function copyFlights(snapshot: Pick<FlightsSnapshot, 'pages'>, parts: KeepParts): Promise<number> {
  let copied = 0
  for await (const page of snapshot.pages()) {
    await parts.db.transaction((tx) => keep(page, parts, tx))
    copied += page.length
  }
  return copied
}

/** With the copies, because nobody else tells how many seats a larger aircraft has left: its seats are counted again. Ours are locked, so that each is compared with the one that it replaces. */
async function keep(copies: readonly FlightCopy[], { flights, marks }: KeepParts, tx: Transaction): Promise<void> {
  const ids = copies.map(({ state }) => state.id)
  const ours = new Map((await flights.lock(ids, tx)).map((flight) => [flight.id, flight]))
  await flights.keep(copies, tx)
  const recounted = copies.filter(({ state, sequence }) => {
    const before = ours.get(state.id)
    return before !== undefined && before.sequence < sequence && countsDiffer(before.state, state)
  })
  await marks.add(
    recounted.map(({ state }) => state.id),
    tx,
  )
}

/**
 * Fills an empty or lagging copy from the flights service. With a copy at hand a flights service that is away is no reason not to sell: its events wait for us in our queue.
 * Throws when there is no copy and none can be had.
 */
export async function fillFlights(snapshot: FlightsSnapshot, parts: KeepParts & Pick<Parts, 'logger'>): Promise<void> {
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
