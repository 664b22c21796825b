import type { Database, Transaction } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import { defineAudit, type AuditRow } from '../models/audit.model.ts'

export interface AuditEntry {
  atMs: number
  actorId: string
  action: 'user.roles_changed' | 'user.password_changed' | 'user.password_reset' | 'user.email_changed'
  subject: { type: 'user'; id: string }
  before: unknown
  after: unknown
  requestId: string
}

/** Adds and never changes. */
export class AuditRepository {
  readonly #audit: ModelStatic<AuditRow>

  constructor(db: Database) {
    this.#audit = defineAudit(db.sequelize)
  }

  async append({ atMs, actorId, action, subject, before, after, requestId }: AuditEntry, tx: Transaction): Promise<void> {
    const states = { beforeJson: JSON.stringify(before), afterJson: JSON.stringify(after) }
    await this.#audit.create(
      { at: atMs, actorId, action, subjectType: subject.type, subjectId: subject.id, requestId, ...states },
      { transaction: tx },
    )
  }
}
