import { isEmail } from '../domain/email.ts'
import type { IdentityDeps } from './deps.ts'
import { getLink, requestLink, spendLink } from './mail-links.ts'
import { assertUncommon, endOldAccess } from './own-password.ts'
import { accountGone } from './own-user.ts'

/**
 * Has a link to set a new password sent, if the address has an account. It answers before it looks, so that neither the answer nor its time says
 * whether the account exists; what fails afterwards is logged, and its owner asks again.
 */
export function requestPasswordReset({ email, requestId }: { email: string; requestId: string }, deps: IdentityDeps): void {
  deps.afterwards.run(async () => {
    const found = isEmail(email.trim()) ? await deps.users.findCredentials(email) : null
    if (!found) return
    await deps.db.transaction(async (tx) => {
      const user = (await deps.users.lock([found.id], tx)).get(found.id)
      // To the address as its owner wrote it, never as somebody has typed it now.
      if (user) await requestLink(tx, { user, purpose: 'reset_password', email: user.email, nowMs: await deps.db.now(tx), requestId }, deps)
    })
    deps.outbox.onCommit()
  })
}

export interface ResetPassword {
  token: string
  password: string
  requestId: string
}

/** Sets a new password by a link that was mailed, and ends all sessions. Refusals: invalid_request (link_not_valid, password_too_common), rate_limited. */
export async function resetPassword({ token, password, requestId }: ResetPassword, deps: IdentityDeps): Promise<void> {
  assertUncommon(password, '/password')
  // Asked before the hash, which is dear; the spending decides.
  const { handle, userId, email } = await getLink(token, 'reset_password', deps)
  const passwordHash = await deps.hasher.hash(password)
  await deps.db.transaction(async (tx) => {
    const user = (await deps.users.lock([userId], tx)).get(userId)
    if (!user) throw accountGone()
    const nowMs = await deps.db.now(tx)
    await spendLink(tx, { handle, nowMs }, deps)
    await deps.users.setHash(userId, { to: passwordHash, nowMs, tx })
    // Whoever used the link reads the address.
    if (user.emailVerifiedAtMs === null) await deps.users.change(userId, { emailVerifiedAtMs: nowMs }, { nowMs, tx })
    await endOldAccess(tx, { user, keptSessionId: null, change: 'password_reset', nowMs, requestId }, deps)
    // Its owner is not to wait for what somebody else has tried.
    await deps.loginLimit.forget(email, tx)
  })
  deps.outbox.onCommit()
  deps.logger.info({ userId }, 'password reset')
}
