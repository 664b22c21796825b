import { PAGE_LIMIT_DEFAULT, type Role } from '@skyhold/contracts'
import { type Caller, createCursors, Refusal, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import { losesStaffRole, sortedRoles } from '../domain/roles.ts'
import type { UserAccount } from '../domain/user.ts'
import { lockAdministered } from './administered-user.ts'
import type { IdentityDeps } from './deps.ts'
import { endSessionsByAdmin } from './end-sessions.ts'
import { assertSessionLives } from './live-session.ts'

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
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
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
    const target = await lockAdministered(tx, { actor, userId, permission: 'users.set-roles' }, deps)
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
    if (losesStaffRole({ before, after }))
      await endSessionsByAdmin(tx, { actorId: actor.userId, userId, reason: 'role_removed', nowMs, requestId }, deps)
    return changed
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId, roles: user.roles, actorId: actor.userId }, 'roles set')
  return user
}

/** Signs a user out everywhere, with an audit row, and ends a change of his address that one of his sessions has asked for. Refusals: forbidden, not_found. */
export async function endSessionsOf(
  { actor, userId, requestId }: { actor: Caller; userId: string; requestId: string },
  deps: IdentityDeps,
): Promise<void> {
  await assertSessionLives(actor, deps)
  await deps.db.transaction(async (tx) => {
    const user = await lockAdministered(tx, { actor, userId, permission: 'users.end-sessions' }, deps)
    const nowMs = await deps.db.now(tx)
    await deps.links.endAddressChanges(user, { nowMs, tx })
    await endSessionsByAdmin(tx, { actorId: actor.userId, userId, reason: 'revoked_by_admin', nowMs, requestId }, deps)
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId, actorId: actor.userId }, 'sessions ended')
}
