import type { AccessChange } from '@skyhold/contracts'
import type { Transaction } from '@skyhold/platform'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'

export interface AccessChanged {
  /** As the account was before: of a changed address the old one hears of it. */
  user: Pick<UserAccount, 'id' | 'email' | 'givenNames' | 'familyName'>
  /** Who did it; left out: the owner. */
  actorId?: string
  change: AccessChange
  before: unknown
  after: unknown
  nowMs: number
  requestId: string
}

/** Writes a change of what opens an account into the audit, and has its owner told by e-mail. In the transaction that makes the change; `outbox.onCommit` is the caller's. */
export async function recordAccessChange(
  tx: Transaction,
  { user, actorId = user.id, change, before, after, nowMs, requestId }: AccessChanged,
  { audit, outbox }: Pick<IdentityDeps, 'audit' | 'outbox'>,
): Promise<void> {
  const subject = { type: 'user', id: user.id } as const
  const row = await audit.append({ atMs: nowMs, actorId, action: `user.${change}`, subject, before, after, requestId }, tx)
  await outbox.append(tx, [
    {
      type: 'user.access_changed',
      aggregate: { type: 'audit', id: `aud_${row}`, sequence: 1 },
      correlationId: requestId,
      data: { userId: user.id, email: user.email, givenNames: user.givenNames, familyName: user.familyName, change },
      occurredAtMs: nowMs,
    },
  ])
}
