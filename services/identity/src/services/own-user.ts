import { type Caller, Refusal, type Transaction } from '@skyhold/platform'
import type { UserAccount } from '../domain/user.ts'
import { isLive } from '../domain/session.ts'
import type { IdentityDeps } from './deps.ts'
import { sessionEnded } from './live-session.ts'

/**
 * The caller's own row, locked, with his session still alive under that lock: while his password was hashed it may have been set anew, or he signed out everywhere,
 * and whoever had the old password must not come to an end of what he began. Must be the first statement of its transaction. Refusal: invalid_token.
 */
export async function lockOwnUser(
  tx: Transaction,
  { userId, sessionId }: Caller,
  { db, users, sessions }: Pick<IdentityDeps, 'db' | 'users' | 'sessions'>,
): Promise<UserAccount> {
  const user = (await users.lock([userId], tx)).get(userId)
  if (!user) throw accountGone()
  const session = await sessions.lock(sessionId, tx)
  if (!session || !isLive(session, await db.now(tx))) throw sessionEnded()
  return user
}

/** Refusal when the user of a verified token is gone. */
export const accountGone = () => new Refusal('invalid_token', { detail: 'The account is gone.' })
