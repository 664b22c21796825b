import type { Transaction } from '@skyhold/platform'
import { hasDeparted, isCancelled, type SellableFlight } from '../domain/flight.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { Parts } from './parts.ts'

/** The flights of a hold as our copy has them in this transaction: all of them, or it throws. */
export async function flightsOf(hold: HoldRow, parts: Pick<Parts, 'catalog'>, tx: Transaction): Promise<SellableFlight[]> {
  const flights = await parts.catalog.getAll(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  return [...flights.values()]
}

/** The first flight of a hold that does not fly any more; null when all do. */
export async function findCancelledFlight(hold: HoldRow, parts: Pick<Parts, 'catalog'>, tx: Transaction): Promise<SellableFlight | null> {
  return (await flightsOf(hold, parts, tx)).find(isCancelled) ?? null
}

/** The first flight of a hold that has left; null when none has. */
export async function findDepartedFlight(
  hold: HoldRow,
  nowMs: number,
  parts: Pick<Parts, 'catalog'>,
  tx: Transaction,
): Promise<SellableFlight | null> {
  return (await flightsOf(hold, parts, tx)).find((flight) => hasDeparted(flight, nowMs)) ?? null
}
