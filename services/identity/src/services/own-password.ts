import { type Caller, invalidAt, Refusal, type Transaction } from '@skyhold/platform'
import { isCommonPassword } from '../domain/passwords.ts'
import type { UserAccount, UserCredentials } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { type EndSessions, endSessionsIn } from './end-sessions.ts'
import { assertSessionLives } from './live-session.ts'
import { tryAtAccount } from './login-limit.ts'
import { recordAccessChange } from './record-access-change.ts'

/** Refusal: invalid_request (password_too_common). */
export function assertUncommon(password: string, pointer: string): void {
  if (isCommonPassword(password))
    throw invalidAt(pointer, 'password_too_common', 'This password is one of the most common ones; choose another.')
}

/**
 * The caller, who has given his password too: a stolen token alone must not take the account over. Wrong ones count as failed sign-ins of this session.
 * Refusals: invalid_request (wrong_password), rate_limited.
 */
export async function assertOwnPassword(
  { userId, sessionId }: Caller,
  { password, pointer }: { password: string; pointer: string },
  { users, hasher, loginLimit }: Pick<IdentityDeps, 'users' | 'hasher' | 'loginLimit'>,
): Promise<UserCredentials> {
  const user = await users.findCredentialsOf(userId)
  if (!user) throw accountGone()
  return tryAtAccount(loginLimit, { email: user.email, knownPlace: sessionId }, async () => {
    if (!(await hasher.matches(user.passwordHash, password)))
      throw invalidAt(pointer, 'wrong_password', 'This is not your present password.')
    return user
  })
}

export interface ChangePassword {
  currentPassword: string
  newPassword: string
  requestId: string
}

/** Changes the password and ends the caller's other sessions. Refusals: invalid_request (wrong_password, password_too_common), rate_limited. */
export async function changePassword(
  caller: Caller,
  { currentPassword, newPassword, requestId }: ChangePassword,
  deps: IdentityDeps,
): Promise<void> {
  await assertSessionLives(caller, deps)
  assertUncommon(newPassword, '/newPassword')
  const user = await assertOwnPassword(caller, { password: currentPassword, pointer: '/currentPassword' }, deps)
  const passwordHash = await deps.hasher.hash(newPassword)
  await deps.db.transaction(async (tx) => {
    const locked = (await deps.users.lock([user.id], tx)).get(user.id)
    if (!locked) throw accountGone()
    const nowMs = await deps.db.now(tx)
    // A reset that was faster has the last word: whoever asked for it may have lost this password to somebody.
    if ((await deps.users.setHash(user.id, { from: user.passwordHash, to: passwordHash, nowMs, tx })) === 0)
      throw invalidAt('/currentPassword', 'wrong_password', 'This is not your present password.')
    await endOldAccess(tx, { user: locked, keptSessionId: caller.sessionId, change: 'password_changed', nowMs, requestId }, deps)
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId: user.id }, 'password changed')
}

export interface EndOldAccess extends Pick<EndSessions, 'keptSessionId' | 'nowMs' | 'requestId'> {
  user: UserAccount
  change: 'password_changed' | 'password_reset'
}

/** What a new password ends: other sessions, and links that would set yet another. What is recorded of it names no password. */
export async function endOldAccess(
  tx: Transaction,
  { user, keptSessionId, change, nowMs, requestId }: EndOldAccess,
  deps: IdentityDeps,
): Promise<void> {
  await deps.links.end(user.id, 'reset_password', { nowMs, tx })
  // Whoever tried codes had the old one.
  await deps.secondFactors.setWrongCodes(user.id, { wrongCodes: 0, closedUntilMs: 0 }, tx)
  await recordAccessChange(tx, { user, change, before: null, after: null, nowMs, requestId }, deps)
  await endSessionsIn(tx, { userId: user.id, keptSessionId, reason: change, nowMs, requestId }, deps)
}

/** Refusal when the user of a verified token is gone. */
export const accountGone = () => new Refusal('invalid_token', { detail: 'The account is gone.' })
