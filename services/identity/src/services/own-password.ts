import { type Caller, invalidAt, type Transaction } from '@skyhold/platform'
import { isCommonPassword } from '../domain/passwords.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { type EndSessions, endSessionsIn } from './end-sessions.ts'
import { assertSessionLives } from './live-session.ts'
import { tryAtAccount } from './login-limit.ts'
import { accountGone, lockOwnUser } from './own-user.ts'
import { recordAccessChange } from './record-access-change.ts'

/** Refusal: invalid_request (password_too_common). */
export function assertUncommon(password: string, pointer: string): void {
  if (isCommonPassword(password))
    throw invalidAt(pointer, 'password_too_common', 'This password is one of the most common ones; choose another.')
}

/** That the caller has given his password, and where in the body it stands. */
export interface PasswordProof {
  passwordVersion: number
  pointer: string
}

/**
 * Has the caller prove his password too: a stolen token alone must not take the account over. Wrong ones count as failed sign-ins of this session. What follows
 * begins with `lockProven`. Refusals: invalid_request (wrong_password), rate_limited.
 */
export async function proveOwnPassword(
  { userId, sessionId }: Caller,
  { password, pointer }: { password: string; pointer: string },
  { users, hasher, loginLimit }: Pick<IdentityDeps, 'users' | 'hasher' | 'loginLimit'>,
): Promise<PasswordProof> {
  const user = await users.findCredentialsOf(userId)
  if (!user) throw accountGone()
  return tryAtAccount(loginLimit, { email: user.email, knownPlace: sessionId }, async () => {
    if (!(await hasher.matches(user.passwordHash, password))) throw wrongPassword(pointer)
    return { passwordVersion: user.passwordVersion, pointer }
  })
}

/** The caller's own row, locked, with his session still alive and his password still the one that he has proved. Refusals: invalid_token, invalid_request (wrong_password). */
export async function lockProven(
  tx: Transaction,
  { caller, proof }: { caller: Caller; proof: PasswordProof },
  deps: Pick<IdentityDeps, 'db' | 'users' | 'sessions'>,
): Promise<UserAccount> {
  const user = await lockOwnUser(tx, caller, deps)
  if (user.passwordVersion !== proof.passwordVersion) throw wrongPassword(proof.pointer)
  return user
}

const wrongPassword = (pointer: string) => invalidAt(pointer, 'wrong_password', 'This is not your present password.')

export interface ChangePassword {
  currentPassword: string
  newPassword: string
  requestId: string
}

/** Changes the password and ends the caller's other sessions. Refusals: invalid_request (wrong_password, password_too_common), invalid_token, rate_limited. */
export async function changePassword(
  caller: Caller,
  { currentPassword, newPassword, requestId }: ChangePassword,
  deps: IdentityDeps,
): Promise<void> {
  await assertSessionLives(caller, deps)
  assertUncommon(newPassword, '/newPassword')
  const proof = await proveOwnPassword(caller, { password: currentPassword, pointer: '/currentPassword' }, deps)
  const passwordHash = await deps.hasher.hash(newPassword)
  await deps.db.transaction(async (tx) => {
    // A reset that was faster has the last word: whoever asked for it may have lost this password to somebody.
    const user = await lockProven(tx, { caller, proof }, deps)
    const nowMs = await deps.db.now(tx)
    await deps.users.setHash(user.id, { to: passwordHash, nowMs, tx })
    await endOldAccess(tx, { user, keptSessionId: caller.sessionId, change: 'password_changed', nowMs, requestId }, deps)
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId: caller.userId }, 'password changed')
}

export interface EndOldAccess extends Pick<EndSessions, 'keptSessionId' | 'nowMs' | 'requestId'> {
  user: UserAccount
  change: 'password_changed' | 'password_reset'
}

/**
 * What a new password ends: other sessions, links that would set yet another, and an address that whoever had the old one has asked for. What is recorded of it names
 * no password.
 */
export async function endOldAccess(
  tx: Transaction,
  { user, keptSessionId, change, nowMs, requestId }: EndOldAccess,
  deps: IdentityDeps,
): Promise<void> {
  await deps.links.end(user.id, 'reset_password', { nowMs, tx })
  // Whoever tried codes had the old one.
  await deps.secondFactors.setWrongCodes(user.id, { wrongCodes: 0, closedUntilMs: 0 }, tx)
  await deps.links.endAddressChanges(user, { nowMs, tx })
  await recordAccessChange(tx, { user, change, before: null, after: null, nowMs, requestId }, deps)
  await endSessionsIn(tx, { userId: user.id, keptSessionId, reason: change, nowMs, requestId }, deps)
}
