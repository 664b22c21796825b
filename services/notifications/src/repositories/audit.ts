import type { Database, Transaction } from '@skyhold/platform'

export interface AuditEntry {
  atMs: number
  /** A user's id. */
  actorId: string
  /** Asked for and done are two rows: the process may die in between, when the message may have gone out. */
  action: 'notification.resent' | 'dead_letter.replay_asked' | 'dead_letter.replayed' | 'dead_letter.dismissed'
  subject: { type: 'notification' | 'dead_letter'; id: string }
  before: object
  after: object
  requestId: string
}

export type AuditRecord = AuditEntry & { id: number }

interface Row {
  id: number
  at: number
  actor_id: string
  action: AuditEntry['action']
  subject_type: AuditEntry['subject']['type']
  subject_id: string
  before_json: string
  after_json: string
  request_id: string
}

/** Who of the staff did what, written in the transaction that does it. Adds and never changes. */
export class AuditRepository {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async append({ atMs, actorId, action, subject, before, after, requestId }: AuditEntry, tx: Transaction): Promise<void> {
    const states = { before: JSON.stringify(before), after: JSON.stringify(after) }
    await this.#db.run(
      `INSERT INTO audit (at, actor_id, action, subject_type, subject_id, before_json, after_json, request_id)
       VALUES (:atMs, :actorId, :action, :subjectType, :subjectId, :before, :after, :requestId)`,
      { atMs, actorId, action, subjectType: subject.type, subjectId: subject.id, requestId, ...states },
      tx,
    )
  }

  /** Of one e-mail or letter, newest first, below the number `beforeId`. */
  async list(subjectId: string, { beforeId, limit }: { beforeId?: number | undefined; limit: number }): Promise<AuditRecord[]> {
    const rows = await this.#db.rows<Row>(
      `SELECT id, at, actor_id, action, subject_type, subject_id, before_json, after_json, request_id FROM audit
       WHERE subject_id = :subjectId AND id < :beforeId ORDER BY id DESC LIMIT :limit`,
      { subjectId, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, limit },
    )
    return rows.map(toRecord)
  }
}

const toRecord = (row: Row): AuditRecord => ({
  id: Number(row.id),
  atMs: Number(row.at),
  actorId: row.actor_id,
  action: row.action,
  subject: { type: row.subject_type, id: row.subject_id },
  before: JSON.parse(row.before_json) as object,
  after: JSON.parse(row.after_json) as object,
  requestId: row.request_id,
})
