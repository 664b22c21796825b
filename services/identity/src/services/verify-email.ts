import { type Caller, errorKind, Refusal } from '@skyhold/platform'
import { normalizeEmail } from '../domain/email.ts'
import type { IdentityDeps } from './deps.ts'
import { assertSessionLives } from './live-session.ts'
import { getLink, requestLink, spendLink } from './mail-links.ts'
import { lockProven, proveOwnPassword } from './own-password.ts'
import { accountGone, lockOwnUser } from './own-user.ts'
import { recordAccessChange } from './record-access-change.ts'

/** Has the link to verify the caller's address sent again; nothing is sent when it is verified. */
export async function requestVerification(caller: Caller, { requestId }: { requestId: string }, deps: IdentityDeps): Promise<void> {
  await assertSessionLives(caller, deps)
  await deps.db.transaction(async (tx) => {
    const user = await lockOwnUser(tx, caller, deps)
    if (user.emailVerifiedAtMs !== null) return
    await requestLink(tx, { user, purpose: 'verify_email', email: user.email, nowMs: await deps.db.now(tx), requestId }, deps)
  })
  deps.outbox.onCommit()
}

export interface ChangeEmail {
  email: string
  password: string
  requestId: string
}

/**
 * Has a link sent to a new address, which becomes the caller's own when the link is used; until then the old one stays, and is told: whoever reads it may have to
 * hurry. Refusals: invalid_request (wrong_password), invalid_token, email_taken, rate_limited.
 */
export async function requestEmailChange(caller: Caller, { email, password, requestId }: ChangeEmail, deps: IdentityDeps): Promise<void> {
  await assertSessionLives(caller, deps)
  const proof = await proveOwnPassword(caller, { password, pointer: '/password' }, deps)
  if (await isTaken(email, caller.userId, deps)) throw new Refusal('email_taken')
  await deps.db.transaction(async (tx) => {
    const user = await lockProven(tx, { caller, proof }, deps)
    const nowMs = await deps.db.now(tx)
    const isSent = await requestLink(tx, { user, purpose: 'verify_email', email, nowMs, requestId }, deps)
    if (!isSent || isSame(user.email, email)) return
    const states = { before: { email: user.email }, after: { email } }
    await recordAccessChange(tx, { user, change: 'email_change_requested', ...states, nowMs, requestId }, deps)
  })
  deps.outbox.onCommit()
}

const isSame = (one: string, other: string): boolean => normalizeEmail(one) === normalizeEmail(other)

async function isTaken(email: string, userId: string, { users }: Pick<IdentityDeps, 'users'>): Promise<boolean> {
  const owner = await users.findCredentials(email)
  return owner !== null && owner.id !== userId
}

/** Believes that the user reads the address of the link, and makes it his when it is a new one. Refusals: invalid_request (link_not_valid), email_taken. */
export async function verifyEmail({ token, requestId }: { token: string; requestId: string }, deps: IdentityDeps): Promise<void> {
  const { handle, userId, email } = await getLink(token, 'verify_email', deps)
  try {
    await deps.db.transaction(async (tx) => {
      const user = (await deps.users.lock([userId], tx)).get(userId)
      if (!user) throw accountGone()
      const nowMs = await deps.db.now(tx)
      await spendLink(tx, { handle, nowMs }, deps)
      await deps.users.change(userId, { email, emailVerifiedAtMs: nowMs }, { nowMs, tx })
      if (isSame(user.email, email)) return
      // A reset that was sent to the old address must not open the account any more.
      await deps.links.end(userId, 'reset_password', { nowMs, tx })
      const states = { before: { email: user.email }, after: { email } }
      await recordAccessChange(tx, { user, change: 'email_changed', ...states, nowMs, requestId }, deps)
    })
  } catch (error) {
    if (errorKind(error) === 'duplicate') throw new Refusal('email_taken')
    throw error
  }
  deps.outbox.onCommit()
  deps.logger.info({ userId }, 'e-mail address verified')
}
