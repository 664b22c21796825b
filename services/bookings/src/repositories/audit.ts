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

/** Something to be known about an aggregate that changes nothing of its state. */
export interface AuditNote {
  aggregateId: string
  atMs: number
  actor: string
  requestId: string
  note: string
}

type Row = Omit<AuditEntry, 'aggregateType'> & { aggregateType: AuditEntry['aggregateType'] | 'note' }

const NOTE_MAX = 250

/** The trail of every change of state, written in the transaction that makes it and never changed. */
export class Audit {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** One and the same change of many holds, without sending each of them twice. */
  async appendForHolds(
    holdIds: readonly string[],
    change: Pick<AuditEntry, 'from' | 'to' | 'atMs' | 'actor'>,
    tx: Transaction,
  ): Promise<void> {
    await this.#db.run(
      `INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note)
       SELECT 'hold', id, :from, :to, :atMs, :actor, '', '' FROM holds WHERE id IN (:holdIds)`,
      { holdIds, ...change },
      tx,
    )
  }

  append(entries: readonly AuditEntry[], tx: Transaction): Promise<void> {
    return this.#insert(entries, tx)
  }

  /** Writes into the trail of an aggregate without a step of its graph: these rows have the type `note`. */
  note({ note, ...about }: AuditNote, tx: Transaction): Promise<void> {
    return this.#insert([{ aggregateType: 'note', from: null, to: 'noted', ...about, note: note.slice(0, NOTE_MAX) }], tx)
  }

  async #insert(entries: readonly Row[], tx: Transaction): Promise<void> {
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
