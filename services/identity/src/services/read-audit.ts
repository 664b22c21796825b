import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { type Caller, createCursors, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import type { AuditFilter, AuditRecord } from '../repositories/audit.ts'
import type { IdentityDeps } from './deps.ts'
import { assertSessionLives } from './live-session.ts'

/** What was done to accounts, newest first. */
export async function listAudit(
  actor: Caller,
  { limit = PAGE_LIMIT_DEFAULT, cursor, ...filter }: PageQuery & AuditFilter,
  deps: IdentityDeps,
): Promise<Page<AuditRecord>> {
  await assertSessionLives(actor, deps)
  const { actorId = '', subjectId = '', action = '', sinceMs = '', untilMs = '' } = filter
  const cursors = createCursors(deps.cursorSecret, `audit ${actorId} ${subjectId} ${action} ${sinceMs} ${untilMs}`)
  const before = cursor === undefined ? {} : { beforeId: Number(cursors.decode(cursor)[0]) }
  const found = await deps.audit.list(filter, { limit: limit + 1, ...before })
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
}
