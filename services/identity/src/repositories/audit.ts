import type { AccessChange } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { type ModelStatic, Op } from 'sequelize'
import { defineAudit, type AuditRow } from '../models/audit.ts'

export type AuditAction =
  | 'user.created'
  | 'user.roles_changed'
  | 'user.sessions_ended'
  | `user.${AccessChange}`
  | `signing_key.${'published' | 'activated' | 'retired'}`

export interface AuditEntry {
  atMs: number
  /** A user's id, `operator` for whoever works on the server itself, or the `job:…` that did it. */
  actorId: string
  action: AuditAction
  subject: { type: 'user' | 'signing_key'; id: string }
  before: unknown
  after: unknown
  requestId: string
}

export type AuditRecord = Omit<AuditEntry, 'action' | 'subject'> & { id: number; action: string; subject: { type: string; id: string } }

export interface AuditFilter {
  actorId?: string
  subjectId?: string
  action?: string
  /** From this moment on. */
  sinceMs?: number
  /** Before this moment. */
  untilMs?: number
}

/** Adds and never changes. */
export class AuditRepository {
  readonly #audit: ModelStatic<AuditRow>

  constructor(db: Database) {
    this.#audit = defineAudit(db.sequelize)
  }

  /** Answers the number of the row. */
  async append({ atMs, actorId, action, subject, before, after, requestId }: AuditEntry, tx: Transaction): Promise<number> {
    const states = { beforeJson: JSON.stringify(before), afterJson: JSON.stringify(after) }
    const row = await this.#audit.create(
      { at: atMs, actorId, action, subjectType: subject.type, subjectId: subject.id, requestId, ...states },
      { transaction: tx },
    )
    return row.id
  }

  /** Newest first, below the number `beforeId`. */
  async list(
    { actorId, subjectId, action, sinceMs, untilMs }: AuditFilter,
    { beforeId, limit }: { beforeId?: number; limit: number },
  ): Promise<AuditRecord[]> {
    const at = { ...(sinceMs !== undefined && { [Op.gte]: sinceMs }), ...(untilMs !== undefined && { [Op.lt]: untilMs }) }
    const where = {
      ...(actorId !== undefined && { actorId }),
      ...(subjectId !== undefined && { subjectId }),
      ...(action !== undefined && { action }),
      ...((sinceMs !== undefined || untilMs !== undefined) && { at }),
      ...(beforeId !== undefined && { id: { [Op.lt]: beforeId } }),
    }
    return (await this.#audit.findAll({ where, order: [['id', 'DESC']], limit })).map(toRecord)
  }
}

const toRecord = (row: AuditRow): AuditRecord => ({
  id: row.id,
  atMs: row.at,
  actorId: row.actorId,
  action: row.action,
  subject: { type: row.subjectType, id: row.subjectId },
  before: row.beforeJson === null ? null : JSON.parse(row.beforeJson),
  after: row.afterJson === null ? null : JSON.parse(row.afterJson),
  requestId: row.requestId,
})
