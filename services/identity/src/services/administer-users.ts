import { PAGE_LIMIT_DEFAULT, type Role } from '@skyhold/contracts'
import { type Caller, createCursors, Refusal, type Transaction } from '@skyhold/platform'
import { losesStaffRole, sortedRoles } from '../domain/roles.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { assertSessionLives } from './live-session.ts'
import type { Page, PageQuery } from './pages.ts'
import { revokeSessionIn } from './revoke-session.ts'

/** Accounts, newest first; `q` is a part of the e-mail address. */
export async function listUsers(
  actor: Caller,
  { q, limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery & { q?: string },
  deps: IdentityDeps,
): Promise<Page<UserAccount>> {
  await assertSessionLives(actor, deps)
  const cursors = createCursors(deps.cursorSecret, `users ${q ?? ''}`)
  const before = cursor === undefined ? {} : { before: String(cursors.decode(cursor)[0]) }
  const found = await deps.users.list({ limit: limit + 1, ...before, ...(q !== undefined && { emailPart: q }) })
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: found.length > limit && last ? cursors.encode([last.id]) : null }
}

export interface SetRoles {
  actor: Caller
  userId: string
  roles: readonly Role[]
  requestId: string
}

/**
 * Gives a user exactly these roles, with an audit row. Whoever loses the role of an agent or administrator loses his sessions too, so that his tokens
 * stop now and not in ten minutes. Refusals: forbidden, not_found, invalid_transition (nobody takes the role of administrator from himself, so one is always left).
 */
export async function setRoles({ actor, userId, roles, requestId }: SetRoles, deps: IdentityDeps): Promise<UserAccount> {
  await assertSessionLives(actor, deps)
  const user = await deps.db.transaction(async (tx) => {
    const locked = await deps.users.lock([actor.userId, userId], tx)
    // His token may be older than the loss of his role: two administrators who dismiss each other at once must not both succeed.
    if (!locked.get(actor.userId)?.roles.includes('admin')) throw new Refusal('forbidden')
    const target = locked.get(userId)
    if (!target) throw new Refusal('not_found', { detail: 'There is no such user.' })
    if (userId === actor.userId && !roles.includes('admin'))
      throw new Refusal('invalid_transition', { detail: 'An administrator cannot take that role from himself; another one can.' })

    const before = target.roles
    const after = sortedRoles(roles)
    if (before.join() === after.join()) return target
    const nowMs = await deps.db.now(tx)
    const changed = await deps.users.change(userId, { roles: after }, { nowMs, tx })
    if (!changed) throw new Error(`The locked user ${userId} could not be changed.`)
    const entry = { atMs: nowMs, actorId: actor.userId, action: 'user.roles_changed', subject: { type: 'user', id: userId } } as const
    await deps.audit.append({ ...entry, before: { roles: before }, after: { roles: after }, requestId }, tx)
    if (losesStaffRole({ before, after })) await revokeSessionsOf(userId, { nowMs, requestId, tx }, deps)
    return changed
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId, roles: user.roles, actorId: actor.userId }, 'roles set')
  return user
}

async function revokeSessionsOf(
  userId: string,
  { nowMs, requestId, tx }: { nowMs: number; requestId: string; tx: Transaction },
  deps: IdentityDeps,
): Promise<void> {
  for (const sessionId of await deps.sessions.listLiveIds(userId, { nowMs, tx }))
    await revokeSessionIn(tx, { sessionId, reason: 'role_removed', requestId }, deps)
}
