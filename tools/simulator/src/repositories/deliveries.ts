import type { Store } from './store.ts'

export interface Delivery {
  seq: number
  eventId: string
  createdMs: number
  attempts: number
  /** The event as it was when it happened. */
  body: string
}

const COLUMNS =
  'd.seq, d.event_id AS eventId, d.created_ms AS createdMs, d.attempts, e.body FROM deliveries d JOIN events e ON e.id = d.event_id'

/** The webhooks still to be delivered. A delivered one leaves the table. */
export class Deliveries {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  insert({ eventId, dueMs, nowMs }: { eventId: string; dueMs: number; nowMs: number }): void {
    this.#store.run('INSERT INTO deliveries (event_id, created_ms, due_ms) VALUES (?, ?, ?)', eventId, nowMs, dueMs)
  }

  listDue(nowMs: number, limit: number): Delivery[] {
    return this.#store.rows<Delivery>(`SELECT ${COLUMNS} WHERE d.given_up = 0 AND d.due_ms <= ? ORDER BY d.due_ms LIMIT ?`, nowMs, limit)
  }

  listOfEvent(eventId: string): Delivery[] {
    return this.#store.rows<Delivery>(`SELECT ${COLUMNS} WHERE d.given_up = 0 AND d.event_id = ?`, eventId)
  }

  remove(seq: number): void {
    this.#store.run('DELETE FROM deliveries WHERE seq = ?', seq)
  }

  postpone({ seq, dueMs, error }: { seq: number; dueMs: number; error: string }): void {
    this.#store.run('UPDATE deliveries SET attempts = attempts + 1, due_ms = ?, last_error = ? WHERE seq = ?', dueMs, error, seq)
  }

  giveUp(seq: number, error: string): void {
    this.#store.run('UPDATE deliveries SET attempts = attempts + 1, given_up = 1, last_error = ? WHERE seq = ?', error, seq)
  }

  countWaiting(): { waiting: number; givenUp: number } {
    const row = this.#store.row<{ waiting: number | null; givenUp: number | null }>(
      'SELECT SUM(given_up = 0) AS waiting, SUM(given_up = 1) AS givenUp FROM deliveries',
    )
    return { waiting: row?.waiting ?? 0, givenUp: row?.givenUp ?? 0 }
  }
}
