import type { EventData } from '@skyhold/contracts'
import { newId, type Transaction } from '@skyhold/platform'
import type { SellableFlight } from '../domain/flight.ts'
import type { Parts } from './parts.ts'
import { effectiveStatuses, type TakenSeats } from './show-seat-map.ts'

/** Marks worked on in one go: far more than a quarter of a second brings. */
const MARKS_MAX = 1000

/** Tells the others how many seats are left on the flights that have changed. Absolute numbers, so that one event more or less does no harm. */
export async function announceInventory(parts: Parts): Promise<void> {
  const announced = await parts.db.transaction(async (tx) => {
    const marks = await parts.marks.lockOldest(MARKS_MAX, tx)
    if (marks.length === 0) return 0
    // Under the marks' locks the numbers are counted one announcer after the other, so the highest mark is a sequence.
    const sequences = new Map(marks.map(({ id, flightId }) => [flightId, id]))
    await announceFlights(sequences, parts, tx)
    await parts.marks.remove(
      marks.map(({ id }) => id),
      tx,
    )
    return marks.length
  })
  if (announced) parts.outbox.onCommit()
}

async function announceFlights(sequences: ReadonlyMap<string, number>, parts: Parts, tx: Transaction): Promise<void> {
  const ids = [...sequences.keys()]
  const nowMs = await parts.db.now(tx)
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
