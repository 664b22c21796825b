import type { Database, Transaction } from '@skyhold/platform'

export interface AuditEntry {
  atMs: number
  /** A user's id. */
  actorId: string
  /** Asked for and done are two rows: the process may die in between, when the message may have gone out. */
  action: 'notification.resent' | 'dead_letter.replay_asked' | 'dead_letter.replayed'
  subject: { type: 'notification' | 'dead_letter'; id: string }
  before: object
  after: object
  requestId: string
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
}
