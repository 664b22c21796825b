import type { AuditItem } from '@skyhold/contracts'
import type { AuditRecord } from '../repositories/audit.ts'

/** A step as the contract tells it: a status before and after, and a word about it where somebody left one. */
export const auditView = ({ id, subject, isNote, from, to, atMs, actor, requestId, note }: AuditRecord): AuditItem => ({
  id: `aud_${id}`,
  at: new Date(atMs).toISOString(),
  actorId: actor,
  action: `${subject.type}.${isNote ? 'noted' : to}`,
  subject,
  before: from === null ? null : { status: from },
  after: { ...(isNote ? {} : { status: to }), ...(note === '' ? {} : { note }) },
  requestId,
})
