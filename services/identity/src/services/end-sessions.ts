import type { Transaction } from '@skyhold/platform'
import type { RevocationReason } from '../domain/session.ts'
import type { IdentityDeps } from './deps.ts'
import { revokeSessionIn } from './revoke-session.ts'

export interface EndSessions {
  userId: string
  /** The session that goes on; null for none. */
  keptSessionId: string | null
  reason: RevocationReason
  nowMs: number
  requestId: string
}

type EndSessionsDeps = Pick<IdentityDeps, 'db' | 'sessions' | 'outbox' | 'audit'>

/** Ends the live sessions of a user, whose row is locked. The ids of those that have ended. */
export async function endSessionsIn(
  tx: Transaction,
  { userId, keptSessionId, reason, nowMs, requestId }: EndSessions,
  deps: Pick<EndSessionsDeps, 'db' | 'sessions' | 'outbox'>,
): Promise<string[]> {
  const ended: string[] = []
  for (const sessionId of await deps.sessions.listLiveIds(userId, { nowMs, tx }))
    if (sessionId !== keptSessionId && (await revokeSessionIn(tx, { sessionId, reason, requestId }, deps))) ended.push(sessionId)
  return ended
}

/** Ends all sessions of a user because somebody else has decided so, with an audit row that names them. */
export async function endSessionsByAdmin(
  tx: Transaction,
  { actorId, ...rest }: Omit<EndSessions, 'keptSessionId'> & { actorId: string },
  deps: EndSessionsDeps,
): Promise<void> {
  const sessions = await endSessionsIn(tx, { ...rest, keptSessionId: null }, deps)
  if (sessions.length === 0) return
  const { userId, nowMs, requestId } = rest
  const entry = { atMs: nowMs, actorId, action: 'user.sessions_ended', subject: { type: 'user', id: userId }, requestId } as const
  await deps.audit.append({ ...entry, before: { sessions }, after: { sessions: [] } }, tx)
}
