import type { EventData } from '@skyhold/contracts'
import { newId, togetherOrAlone, type Transaction } from '@skyhold/platform'
import type { SellableFlight } from '../domain/flight.ts'
import type { Mark } from '../repositories/inventory-marks.ts'
import type { Parts } from './parts.ts'
import { effectiveStatuses, type TakenSeats } from './show-seat-map.ts'

/** Marks worked on in one go: far more than a quarter of a second brings. */
const MARKS_MAX = 1000
/** A flight's numbers are told four times a second at most, by however many replicas. */
export const TOLD_EVERY_MS = 250

/** Tells the others how many seats are left on the flights that have changed. Absolute numbers, so that one event more or less does no harm. */
export async function announceInventory(parts: Parts): Promise<void> {
  const marks = await parts.marks.listOldest(MARKS_MAX)
  const { changed, failed } = await togetherOrAlone({
    items: [...Map.groupBy(marks, ({ flightId }) => flightId).values()],
    work: (ofFlights) => parts.db.transaction((tx) => announceMarked(ofFlights.flat(), parts, tx)),
    onFailed: (ofFlight, error) =>
      parts.logger.error(
        { err: error, flightId: ofFlight[0]?.flightId },
        'the seats of a flight could not be announced: its next change tells them',
      ),
  })
  // They would fail four times a second from now on, before all others.
  if (failed.length > 0)
    await parts.db.transaction((tx) =>
      parts.marks.remove(
        failed.flat().map(({ id }) => id),
        tx,
      ),
    )
  if (changed > 0) parts.outbox.onCommit()
}

/** A flight that was told of a moment ago, or that another replica counts right now, keeps its marks for the next round. How many were told of. */
async function announceMarked(listed: readonly Mark[], parts: Parts, tx: Transaction): Promise<number> {
  const marks = Map.groupBy(
    await parts.marks.lock(
      listed.map(({ id }) => id),
      tx,
    ),
    ({ flightId }) => flightId,
  )
  // Under the lock of what was told before, the seats of a flight are counted by one announcer after the other, so that the later count has the higher sequence.
  const before = await parts.marks.lockTold([...marks.keys()].sort(), tx)
  const nowMs = await parts.db.now(tx)
  const told = before
    .filter(({ toldAtMs }) => toldAtMs <= nowMs - TOLD_EVERY_MS)
    .map(({ flightId, sequence }) => ({ flightId, toldAtMs: nowMs, sequence: nextSequence(sequence, marks.get(flightId) ?? []) }))
  await announceFlights(new Map(told.map(({ flightId, sequence }) => [flightId, sequence])), nowMs, parts, tx)
  await parts.marks.tell(told, tx)
  await parts.marks.remove(
    told.flatMap(({ flightId }) => (marks.get(flightId) ?? []).map(({ id }) => id)),
    tx,
  )
  return told.length
}

/** The mark's number, which is what replicas of the version before tell, or one more than last time: marks may be seen out of order. */
const nextSequence = (last: number, marks: readonly Mark[]): number => Math.max(last + 1, ...marks.map(({ id }) => id))

async function announceFlights(sequences: ReadonlyMap<string, number>, nowMs: number, parts: Parts, tx: Transaction): Promise<void> {
  const ids = [...sequences.keys()]
  const flights = await parts.catalog.load(ids, tx)
  const claims = Map.groupBy(await parts.claims.listOfFlights(ids, tx), ({ flightId }) => flightId)
  const events = [...flights.values()].map((flight) => ({
    type: 'inventory.changed' as const,
    aggregate: { type: 'inventory', id: flight.id, sequence: sequences.get(flight.id) ?? 0 },
    correlationId: newId('event'),
    data: inventoryOf(flight, effectiveStatuses(claims.get(flight.id) ?? [], nowMs)),
    occurredAtMs: nowMs,
  }))
  await parts.outbox.append(tx, events)
}

function inventoryOf(flight: SellableFlight, taken: TakenSeats): EventData<'inventory.changed'> {
  const cabins = flight.state.layout.cabins.map(({ cabin }) => {
    const seats = [...flight.seats.values()].filter((seat) => seat.cabin === cabin)
    return { cabin, seats: seats.length, available: seats.filter(({ designator }) => !taken.has(designator)).length }
  })
  const fares = [...flight.fares.values()].map(({ code, cabin }) => ({
    code,
    seatsLeft: cabins.find((counted) => counted.cabin === cabin)?.available ?? 0,
  }))
  return { flightId: flight.id, cabins, fares }
}
