import type { Database, Transaction } from '@skyhold/platform'

export interface AuditEntry {
  aggregateType: 'hold' | 'booking' | 'payment' | 'refund' | 'ticket' | 'provider_event'
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

/** One step of a story. */
export interface AuditRecord {
  id: number
  /** What it happened to; a note is about it and changes nothing. */
  subject: { type: AuditEntry['aggregateType']; id: string }
  isNote: boolean
  from: string | null
  to: string
  atMs: number
  actor: string
  requestId: string
  note: string
}

interface StoredRow {
  id: number
  subjectType: AuditEntry['aggregateType']
  rowType: Row['aggregateType']
  subjectId: string
  fromStatus: string | null
  toStatus: string
  atMs: number
  actor: string
  requestId: string
  note: string
}

type Row = Omit<AuditEntry, 'aggregateType'> & { aggregateType: AuditEntry['aggregateType'] | 'note' }

const NOTE_MAX = 250

/** Everything of a booking that has a trail. Of its holds the present one: late money may have moved the booking to it from another, of which the booking keeps no id. */
const SUBJECTS = `SELECT 'booking' AS type, id FROM bookings WHERE id = :bookingId
  UNION ALL SELECT 'hold', hold_id FROM bookings WHERE id = :bookingId
  UNION ALL SELECT 'payment', id FROM payments WHERE booking_id = :bookingId
  UNION ALL SELECT 'refund', id FROM refunds WHERE booking_id = :bookingId
  UNION ALL SELECT 'ticket', number FROM tickets WHERE booking_id = :bookingId`

/** The trail of every change of state, written in the transaction that makes it and never changed. It goes with what it is about, which only holds do that nobody has booked. */
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
    return this.#insert([{ aggregateType: 'note', from: null, to: 'noted', ...about, note }], tx)
  }

  /** How many steps an aggregate has taken: a number that only grows, for one that has no version of its own. Under its lock it is still true when it is used. */
  async countSteps({ aggregateType, aggregateId }: Pick<AuditEntry, 'aggregateType' | 'aggregateId'>, tx: Transaction): Promise<number> {
    const [row] = await this.#db.rows<{ steps: number | string }>(
      'SELECT COUNT(*) AS steps FROM audit WHERE aggregate_id = :aggregateId AND aggregate_type = :aggregateType',
      { aggregateType, aggregateId },
      tx,
    )
    return Number(row?.steps ?? 0)
  }

  /** All that happened to a booking, its present hold, payments, refunds and tickets; newest first, below the number `beforeId`. */
  async listOfBooking(bookingId: string, { beforeId, limit }: { beforeId?: number | undefined; limit: number }): Promise<AuditRecord[]> {
    const rows = await this.#db.rows<StoredRow>(
      `SELECT audit.id, subject.type AS subjectType, aggregate_type AS rowType, aggregate_id AS subjectId, from_status AS fromStatus, to_status AS toStatus,
         at AS atMs, actor, request_id AS requestId, note
       FROM (${SUBJECTS}) subject JOIN audit ON aggregate_id = subject.id
       WHERE audit.id < :beforeId ORDER BY audit.id DESC LIMIT :limit`,
      { bookingId, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, limit },
    )
    return rows.map(toRecord)
  }

  /** What was done about one event of the provider, which belongs to no booking; newest first, below the number `beforeId`. */
  async listOfProviderEvent(id: string, { beforeId, limit }: { beforeId?: number | undefined; limit: number }): Promise<AuditRecord[]> {
    const rows = await this.#db.rows<StoredRow>(
      `SELECT id, aggregate_type AS subjectType, aggregate_type AS rowType, aggregate_id AS subjectId, from_status AS fromStatus, to_status AS toStatus,
         at AS atMs, actor, request_id AS requestId, note
       FROM audit WHERE aggregate_id = :id AND aggregate_type = 'provider_event' AND id < :beforeId ORDER BY id DESC LIMIT :limit`,
      { id, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, limit },
    )
    return rows.map(toRecord)
  }

  /** Deletes the trails of holds that are deleted with them. */
  async forgetOf(holdIds: readonly string[], tx: Transaction): Promise<void> {
    if (holdIds.length) await this.#db.run('DELETE FROM audit WHERE aggregate_id IN (:holdIds)', { holdIds }, tx)
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
      // Half of a character that the cut went through is no text.
      (entry.note ?? '').slice(0, NOTE_MAX).toWellFormed(),
    ])
    await this.#db.run(
      'INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note) VALUES :rows',
      { rows },
      tx,
    )
  }
}

const toRecord = ({ id, subjectType, rowType, subjectId, fromStatus, toStatus, atMs, ...rest }: StoredRow): AuditRecord => ({
  id: Number(id),
  subject: { type: subjectType, id: subjectId },
  isNote: rowType === 'note',
  from: fromStatus,
  to: toStatus,
  atMs: Number(atMs),
  actor: rest.actor,
  requestId: rest.requestId,
  note: rest.note,
})
