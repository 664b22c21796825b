import { EVENT_VERSION, hasSubscriber, type EventData, type EventEnvelope, type EventType } from '@skyhold/contracts'
import { assertPublishable } from '../bus/schemas.ts'
import type { Database, Transaction } from '../database/index.ts'
import { newId } from '../random.ts'

/** What a service says when something has happened. The envelope is made here. */
export interface NewEvent<T extends EventType = EventType> {
  type: T
  /** `sequence` is the version of the aggregate's row, raised under its lock. */
  aggregate: { type: string; id: string; sequence: number }
  /** The request, or the event, at the beginning of it all. */
  correlationId: string
  /** The event that led to this one. */
  causationId?: string | null
  data: EventData<T>
  occurredAtMs: number
  /** W3C trace context of the request. */
  traceparent?: string | null
}

/** Events leave a service through here alone: stored in the transaction of their change, published by the relay afterwards. */
export class Outbox {
  readonly #db: Database
  readonly #producer: string
  readonly #listeners = new Set<() => void>()

  constructor(db: Database, { producer }: { producer: string }) {
    this.#db = db
    this.#producer = producer
  }

  /**
   * Stores the events with the change that they tell of: a rollback takes both. One statement, whatever their number. Throws `InvalidEvent`
   * for data that does not fit its schema, so that a defect shows in the request that has it and not in a relay that cannot get rid of it.
   */
  async append(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return
    const rows = events.map((event) => this.#row(event))
    await this.#db.run(
      `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, traceparent, state, locked_until, occurred_at) VALUES :rows`,
      { rows },
      tx,
    )
  }

  #row(event: NewEvent): (string | number | null)[] {
    const { type, aggregate, correlationId, causationId = null, data, occurredAtMs, traceparent = null } = event
    const envelope: EventEnvelope = {
      eventId: newId('event'),
      type,
      version: EVENT_VERSION,
      occurredAt: new Date(occurredAtMs).toISOString(),
      producer: this.#producer,
      aggregate,
      correlationId,
      causationId,
      data,
    }
    assertPublishable(envelope)
    const state = hasSubscriber(type) ? 'pending' : 'unsubscribed'
    return [envelope.eventId, type, aggregate.type, aggregate.id, JSON.stringify(envelope), traceparent, state, 0, occurredAtMs]
  }

  /** Call it after the commit: the relay then publishes at once and does not wait for its next round. Forgotten, it costs 200 ms. */
  onCommit(): void {
    for (const listener of this.#listeners) listener()
  }

  /** For the relay. Returns how to stop listening. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
