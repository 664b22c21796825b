import type { Transaction } from '@skyhold/platform'
import { LIVE_SESSIONS_MAX, type RevocationReason } from '../domain/session.ts'
import type { VersionOfSession } from '../repositories/session.ts'
import type { IdentityDeps } from './deps.ts'
import { sessionRevoked } from './revoke-session.ts'

export interface EndSessions {
  userId: string
  /** The session that goes on; null for none. */
  keptSessionId: string | null
  reason: RevocationReason
  nowMs: number
  requestId: string
}

type EndDeps = Pick<IdentityDeps, 'sessions' | 'outbox'>
type EndSessionsDeps = EndDeps & Pick<IdentityDeps, 'audit'>

/** Ends the live sessions of a user, whose row is locked. The ids of those that have ended. */
export async function endSessionsIn(
  tx: Transaction,
  { userId, keptSessionId, reason, nowMs, requestId }: EndSessions,
  deps: EndDeps,
): Promise<string[]> {
  const live = await deps.sessions.lockLive(userId, { nowMs, tx })
  return endLockedIn(tx, { live: live.filter(({ id }) => id !== keptSessionId), userId, reason, nowMs, requestId }, deps)
}

/** Ends the oldest sessions of a user, whose row is locked, past the number that he may have. */
export async function endSurplusSessionsIn(
  tx: Transaction,
  { userId, nowMs, requestId }: Pick<EndSessions, 'userId' | 'nowMs' | 'requestId'>,
  deps: EndDeps,
): Promise<void> {
  const live = await deps.sessions.lockLive(userId, { nowMs, tx })
  const surplus = live.slice(0, Math.max(0, live.length - LIVE_SESSIONS_MAX))
  await endLockedIn(tx, { live: surplus, userId, reason: 'too_many', nowMs, requestId }, deps)
}

/** One statement for the sessions and one for the events, whatever their number: the gateways wait for the commit. */
async function endLockedIn(
  tx: Transaction,
  { live, userId, reason, nowMs, requestId }: Omit<EndSessions, 'keptSessionId'> & { live: readonly VersionOfSession[] },
  { sessions, outbox }: EndDeps,
): Promise<string[]> {
  if (live.length === 0) return []
  const ids = live.map(({ id }) => id)
  await sessions.revokeLocked(ids, { userId, reason, nowMs, tx })
  await outbox.append(
    tx,
    live.map(({ id, version }) => sessionRevoked({ sessionId: id, userId, version: version + 1, nowMs, requestId })),
  )
  return ids
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
