import { type Caller, Refusal, type Transaction } from '@skyhold/platform'
import { statusOf } from '../domain/second-factor.ts'
import type { UserAccount } from '../domain/user.ts'
import { lockAdministered } from './administered-user.ts'
import type { IdentityDeps } from './deps.ts'
import { endSessionsByAdmin } from './end-sessions.ts'
import { assertSessionLives } from './live-session.ts'
import { recordAccessChange } from './record-access-change.ts'

/** Who did what is done on the server itself, with its database at hand. */
export const OPERATOR = 'operator'

export interface ResetSecondFactor {
  actor: Caller
  userId: string
  requestId: string
}

/**
 * Takes the second factor off another's account, whose app and codes are lost, and ends all its sessions and a change of its address that is under way. Without one nothing happens. Refusals: forbidden, not_found,
 * invalid_transition (one's own goes off by a code: a stolen token alone must not do it).
 */
export async function resetSecondFactor({ actor, userId, requestId }: ResetSecondFactor, deps: IdentityDeps): Promise<void> {
  await assertSessionLives(actor, deps)
  if (userId === actor.userId)
    throw new Refusal('invalid_transition', {
      detail: 'Take your own second factor off with your password and a code (DELETE /me/second-factor).',
    })
  await deps.db.transaction(async (tx) => {
    const user = await lockAdministered(tx, { actor, userId, permission: 'users.reset-second-factor' }, deps)
    await resetIn(tx, { user, actorId: actor.userId, requestId }, deps)
  })
  deps.outbox.onCommit()
}

type ResetDeps = Pick<IdentityDeps, 'db' | 'users' | 'sessions' | 'secondFactors' | 'links' | 'audit' | 'outbox' | 'logger'>

/** The same by whoever runs the installation: the way back in for a lone administrator. False when the address has no account. */
export async function resetSecondFactorByOperator(email: string, deps: ResetDeps): Promise<boolean> {
  const found = await deps.users.findCredentials(email)
  if (!found) return false
  await deps.db.transaction(async (tx) => {
    const user = (await deps.users.lock([found.id], tx)).get(found.id)
    if (user) await resetIn(tx, { user, actorId: OPERATOR, requestId: '' }, deps)
  })
  return true
}

async function resetIn(
  tx: Transaction,
  { user, actorId, requestId }: { user: UserAccount; actorId: string; requestId: string },
  deps: ResetDeps,
): Promise<void> {
  const userId = user.id
  const before = statusOf(await deps.secondFactors.find(userId, tx))
  if (before === 'none') return
  await deps.secondFactors.remove(userId, tx)
  const nowMs = await deps.db.now(tx)
  const states = { before: { secondFactor: before }, after: { secondFactor: 'none' } }
  await recordAccessChange(tx, { user, actorId, change: 'second_factor_reset', ...states, nowMs, requestId }, deps)
  await deps.links.endAddressChanges(user, { nowMs, tx })
  await endSessionsByAdmin(tx, { actorId, userId, reason: 'second_factor_reset', nowMs, requestId }, deps)
  deps.logger.warn({ userId, actorId }, 'second factor reset')
}
