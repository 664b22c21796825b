import type { FlightState } from '@skyhold/contracts'
import { stateOf } from '../domain/flight.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import type { ReferenceBook } from './reference-book.ts'

/** Flights that left longer ago are of no use to a copy: nobody books, boards or changes them. */
const DEPARTED_KEPT_MS = 2 * 86_400_000

/** One answer stays near a megabyte. */
export const SNAPSHOT_LIMIT_MAX = 500

export interface SnapshotEntry {
  sequence: number
  state: FlightState
}

/** What another service fills its copy of the flights from, and the two numbers by which it knows that the copy is level. */
export class FlightSnapshot {
  readonly #flights: FlightRepository
  readonly #reference: ReferenceBook
  readonly #now: () => number

  constructor({ flights, reference, now }: { flights: FlightRepository; reference: ReferenceBook; now: () => number }) {
    this.#flights = flights
    this.#reference = reference
    this.#now = now
  }

  /** `sinceMs` says from when on, so that a copy counts the same flights. */
  async head(): Promise<{ count: number; sequenceSum: number; sinceMs: number }> {
    const sinceMs = this.#now() - DEPARTED_KEPT_MS
    return { ...(await this.#flights.snapshotHead({ departedAfterMs: sinceMs })), sinceMs }
  }

  /** Pages go by id, so that a flight made meanwhile neither shifts nor hides another. The cursor is the last id of the page before. */
  async page({
    cursor = '',
    limit = SNAPSHOT_LIMIT_MAX,
  }: {
    cursor?: string
    limit?: number
  }): Promise<{ data: SnapshotEntry[]; nextCursor: string | null }> {
    const records = await this.#flights.snapshotPage({ departedAfterMs: this.#now() - DEPARTED_KEPT_MS, afterId: cursor, limit })
    const data = records.map((record) => ({ sequence: record.version, state: stateOf(record, this.#reference.getPartsOf(record)) }))
    return { data, nextCursor: records.length === limit ? (records.at(-1)?.id ?? null) : null }
  }
}
