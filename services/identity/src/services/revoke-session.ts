import type { NewEvent, Transaction } from '@skyhold/platform'
import { hashOf } from '../domain/refresh-tokens.ts'
import type { RevocationReason } from '../domain/session.ts'
import type { IdentityDeps } from './deps.ts'

export interface RevokeSession {
  sessionId: string
  reason: RevocationReason
  requestId: string
}

type RevokeDeps = Pick<IdentityDeps, 'db' | 'sessions' | 'outbox' | 'logger'>

/** Ends a session with all its tokens; nothing happens when it has ended already. */
export async function revokeSession(input: RevokeSession, deps: RevokeDeps): Promise<void> {
  const isRevoked = await deps.db.transaction((tx) => revokeSessionIn(tx, input, deps))
  if (!isRevoked) return
  deps.outbox.onCommit()
  deps.logger.info({ sessionId: input.sessionId, reason: input.reason }, 'session revoked')
}

/** True when it was this call that ended the session. */
async function revokeSessionIn(
  tx: Transaction,
  { sessionId, reason, requestId }: RevokeSession,
  { db, sessions, outbox }: Pick<RevokeDeps, 'db' | 'sessions' | 'outbox'>,
): Promise<boolean> {
  const session = await sessions.lock(sessionId, tx)
  if (!session) return false
  const nowMs = await db.now(tx)
  const version = await sessions.revoke(sessionId, { reason, nowMs, tx })
  if (version === null) return false
  await outbox.append(tx, [sessionRevoked({ sessionId, userId: session.userId, version, nowMs, requestId })])
  return true
}

interface RevokedFacts {
  sessionId: string
  userId: string
  /** Of the session, now that it is revoked. */
  version: number
  nowMs: number
  requestId: string
}

export const sessionRevoked = ({ sessionId, userId, version, nowMs, requestId }: RevokedFacts): NewEvent<'session.revoked'> => ({
  type: 'session.revoked',
  aggregate: { type: 'session', id: sessionId, sequence: version },
  correlationId: requestId,
  data: { sessionId, userId },
  occurredAtMs: nowMs,
})

/** Ends the session of a refresh token, spent or not. Says nothing about a token that it does not know, as RFC 7009 has it. */
export async function signOut({ refreshToken, requestId }: { refreshToken: string; requestId: string }, deps: IdentityDeps): Promise<void> {
  const token = await deps.refreshTokens.find(hashOf(refreshToken))
  if (token) await revokeSession({ sessionId: token.sessionId, reason: 'logout', requestId }, deps)
}
