import { may, type Permission } from '@skyhold/contracts'
import { type Caller, Refusal, type Transaction } from '@skyhold/platform'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'

/**
 * The user whom somebody is about to change, both rows locked. The actor's token may be older than the loss of his role: two administrators who dismiss each
 * other at once must not both succeed. Must be the first statement of its transaction. Refusals: forbidden, not_found.
 */
export async function lockAdministered(
  tx: Transaction,
  { actor, userId, permission }: { actor: Caller; userId: string; permission: Permission },
  { users }: Pick<IdentityDeps, 'users'>,
): Promise<UserAccount> {
  const locked = await users.lock([actor.userId, userId], tx)
  if (!may(locked.get(actor.userId)?.roles ?? [], permission)) throw new Refusal('forbidden')
  const target = locked.get(userId)
  if (!target) throw new Refusal('not_found', { detail: 'There is no such user.' })
  return target
}
