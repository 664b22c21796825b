import type { EventType } from '@skyhold/contracts'
import type { Outbox, Transaction } from '@skyhold/platform'
import { stateOf, type FlightRecord } from '../domain/flight.ts'
import type { ReferenceBook } from './reference-book.ts'

export interface Announcement {
  type: Extract<EventType, 'flight.scheduled' | 'flight.changed' | 'flight.cancelled'>
  records: readonly FlightRecord[]
  correlationId: string
  occurredAtMs: number
}

/** Tells the other services of flights, in the transaction that changes them and with their full state. */
export class FlightAnnouncer {
  readonly #outbox: Outbox
  readonly #reference: ReferenceBook

  constructor({ outbox, reference }: { outbox: Outbox; reference: ReferenceBook }) {
    this.#outbox = outbox
    this.#reference = reference
  }

  announce({ type, records, correlationId, occurredAtMs }: Announcement, tx: Transaction): Promise<void> {
    const events = records.map((record) => ({
      type,
      aggregate: { type: 'flight', id: record.id, sequence: record.version },
      correlationId,
      data: stateOf(record, this.#reference.getPartsOf(record)),
      occurredAtMs,
    }))
    return this.#outbox.append(tx, events)
  }

  /** After the commit: the relay need not wait for its next round. */
  committed(): void {
    this.#outbox.onCommit()
  }
}
