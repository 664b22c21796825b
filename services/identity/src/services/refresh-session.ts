import type { Tokens } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import { hashOf, revealSuccessor, SITE_GRACE_MS, succeed } from '../domain/refresh-tokens.ts'
import { isLive, REFRESHES_MAX, type Session } from '../domain/session.ts'
import type { IdentityDeps } from './deps.ts'
import { revokeSession } from './revoke-session.ts'
import { tokensFor } from './sign-in.ts'

export interface RefreshSession {
  refreshToken: string
  requestId: string
  graceMs: number
}

/**
 * Trades a refresh token for the next one. A token spent within its grace time answers the same successor again; one spent earlier is stolen,
 * or its successor is, and ends the session. Refusal: invalid_token.
 */
export async function refreshSession({ refreshToken, requestId, graceMs }: RefreshSession, deps: IdentityDeps): Promise<Tokens> {
  const known = await deps.refreshTokens.find(hashOf(refreshToken))
  const session = known && (await deps.sessions.find(known.sessionId))
  if (!session || !isLive(session, await deps.db.now())) throw new Refusal('invalid_token')

  const rotated = known.spentAtMs === null ? await rotate(refreshToken, session, deps) : null
  const next = rotated ?? (await successorAgain({ refreshToken, requestId, graceMs }, session, deps))
  const user = await deps.users.find(session.userId)
  if (!user) throw new Refusal('invalid_token')
  return tokensFor({ user, session, refreshToken: next }, deps)
}

/** The next token, or null when another request has spent this one first. */
async function rotate(
  refreshToken: string,
  { id }: Session,
  { db, sessions, refreshTokens, keySecret }: IdentityDeps,
): Promise<string | null> {
  const hash = hashOf(refreshToken)
  const successor = succeed(refreshToken, keySecret)
  return db.transaction(async (tx) => {
    const session = await sessions.lock(id, tx)
    const nowMs = await db.now(tx)
    if (!session || !isLive(session, nowMs)) throw new Refusal('invalid_token')
    // Each leaves a row behind until the session is purged.
    if (session.version > REFRESHES_MAX) throw new Refusal('invalid_token', { detail: 'The session was renewed too often. Sign in again.' })
    if ((await refreshTokens.spend({ hash, successor, nowMs }, tx)) === 0) return null
    await refreshTokens.add({ hash: successor.hash, sessionId: id, nowMs }, tx)
    await refreshTokens.forgetSealed({ successorHash: hash, spentBeforeMs: nowMs - SITE_GRACE_MS }, tx)
    await sessions.noteUse(id, { nowMs, tx })
    return successor.token
  })
}

async function successorAgain({ refreshToken, requestId, graceMs }: RefreshSession, session: Session, deps: IdentityDeps): Promise<string> {
  const spent = await deps.refreshTokens.find(hashOf(refreshToken))
  const nowMs = await deps.db.now()
  if (spent?.spentAtMs != null && spent.successorSealed !== null && nowMs - spent.spentAtMs <= graceMs)
    return revealSuccessor(refreshToken, spent.successorSealed, deps.keySecret)
  deps.logger.warn({ sessionId: session.id, userId: session.userId }, 'a spent refresh token was used again: the session ends')
  await revokeSession({ sessionId: session.id, reason: 'token_reuse', requestId }, deps)
  throw new Refusal('invalid_token')
}
