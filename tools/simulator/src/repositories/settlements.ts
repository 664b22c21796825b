import type { Store } from './store.ts'

export interface Settlement {
  seq: number
  kind: 'intent_succeeds' | 'refund_succeeds' | 'refund_fails'
  objectId: string
}

/** What the provider has yet to settle by itself at a time of its own. */
export class Settlements {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  insert(kind: Settlement['kind'], objectId: string, dueMs: number): void {
    this.#store.run('INSERT INTO settlements (due_ms, kind, object_id) VALUES (?, ?, ?)', dueMs, kind, objectId)
  }

  listDue(nowMs: number): Settlement[] {
    return this.#store.rows<Settlement>(
      'SELECT seq, kind, object_id AS objectId FROM settlements WHERE due_ms <= ? ORDER BY due_ms LIMIT 200',
      nowMs,
    )
  }

  remove(seq: number): void {
    this.#store.run('DELETE FROM settlements WHERE seq = ?', seq)
  }
}
