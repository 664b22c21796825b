import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { createCursors, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import type { AuditRecord, AuditRepository } from '../repositories/audit.ts'

export interface ReadAuditDeps {
  audit: AuditRepository
  cursorSecret: string
}

/** What the staff did to one e-mail or dead letter, newest first. That it exists is for the caller to see to. */
export async function listAudit(
  subjectId: string,
  { limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery,
  { audit, cursorSecret }: ReadAuditDeps,
): Promise<Page<AuditRecord>> {
  const cursors = createCursors(cursorSecret, `audit of ${subjectId}`)
  const beforeId = cursor === undefined ? undefined : Number(cursors.decode(cursor)[0])
  const found = await audit.list(subjectId, { beforeId, limit: limit + 1 })
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
}
