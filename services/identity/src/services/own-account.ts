import { type Caller, createCursors, Refusal, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import type { Session } from '../domain/session.ts'
import type { UserAccount } from '../domain/user.ts'
import type { UserChange } from '../repositories/user.ts'
import type { IdentityDeps } from './deps.ts'
import { endSessionsIn } from './end-sessions.ts'
import { assertSessionLives } from './live-session.ts'
import { lockOwnUser } from './own-user.ts'
import { revokeSession } from './revoke-session.ts'

export async function getOwnAccount(caller: Caller, deps: IdentityDeps): Promise<UserAccount> {
  await assertSessionLives(caller, deps)
  const user = await deps.users.find(caller.userId)
  if (!user) throw new Refusal('invalid_token')
  return user
}

export async function changeOwnNames(
  caller: Caller,
  change: Pick<UserChange, 'givenNames' | 'familyName'>,
  deps: IdentityDeps,
): Promise<UserAccount> {
  await assertSessionLives(caller, deps)
  const { db, users } = deps
  const normalized = Object.fromEntries(Object.entries(change).map(([member, name]) => [member, name.normalize('NFC')]))
  const user = await db.transaction(async (tx) => users.change(caller.userId, normalized, { nowMs: await db.now(tx), tx }))
  if (!user) throw new Refusal('invalid_token')
  return user
}

/** The caller's live sessions, newest first. */
export async function listOwnSessions(
  caller: Caller,
  { limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery,
  deps: IdentityDeps,
): Promise<Page<Session>> {
  await assertSessionLives(caller, deps)
  const cursors = createCursors(deps.cursorSecret, `sessions ${caller.userId}`)
  const before = cursor === undefined ? {} : { before: String(cursors.decode(cursor)[0]) }
  const found = await deps.sessions.listLive(caller.userId, { nowMs: await deps.db.now(), limit: limit + 1, ...before })
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
}

/** Refusal: not_found, for another's session as for none. Ending an ended one again is no error. */
export async function revokeOwnSession(
  caller: Caller,
  { sessionId, requestId }: { sessionId: string; requestId: string },
  deps: IdentityDeps,
): Promise<void> {
  await assertSessionLives(caller, deps)
  const session = await deps.sessions.find(sessionId)
  if (session?.userId !== caller.userId) throw new Refusal('not_found', { detail: 'There is no such session.' })
  await revokeSession({ sessionId, reason: 'revoked_by_user', requestId }, deps)
}

/**
 * Signs the caller out everywhere else: his own session goes on. A change of address that is under way ends too, because one of the others may have asked for it.
 * Ending none is no error. Refusal: invalid_token.
 */
export async function endOtherSessions(caller: Caller, { requestId }: { requestId: string }, deps: IdentityDeps): Promise<void> {
  const ended = await deps.db.transaction(async (tx) => {
    const user = await lockOwnUser(tx, caller, deps)
    const nowMs = await deps.db.now(tx)
    await deps.links.endAddressChanges(user, { nowMs, tx })
    const ending = { userId: user.id, keptSessionId: caller.sessionId, reason: 'revoked_by_user', nowMs, requestId } as const
    return endSessionsIn(tx, ending, deps)
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId: caller.userId, sessions: ended.length }, 'other sessions ended')
}
