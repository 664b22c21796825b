import type { Database, Transaction } from '@skyhold/platform'

export interface AuditEntry {
  aggregateType: 'hold' | 'booking' | 'payment' | 'refund' | 'ticket'
  aggregateId: string
  /** Null for the beginning. */
  from: string | null
  to: string
  atMs: number
  /** Who did it: a user's id, `job:<name>`, `provider`. */
  actor: string
  requestId: string
  note?: string
}

/** The trail of every change of state, written in the transaction that makes it and never changed. */
export class Audit {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async append(entries: readonly AuditEntry[], tx: Transaction): Promise<void> {
    if (entries.length === 0) return
    const rows = entries.map((entry) => [
      entry.aggregateType,
      entry.aggregateId,
      entry.from,
      entry.to,
      entry.atMs,
      entry.actor,
      entry.requestId,
      entry.note ?? '',
    ])
    await this.#db.run(
      'INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note) VALUES :rows',
      { rows },
      tx,
    )
  }
}
