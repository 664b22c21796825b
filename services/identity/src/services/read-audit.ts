import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { type Caller, createCursors } from '@skyhold/platform'
import type { AuditFilter, AuditRecord } from '../repositories/audit.repository.ts'
import type { IdentityDeps } from './deps.ts'
import { assertSessionLives } from './live-session.ts'
import type { Page, PageQuery } from './pages.ts'

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
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: found.length > limit && last ? cursors.encode([last.id]) : null }
}
