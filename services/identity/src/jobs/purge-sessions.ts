import type { Jobs } from '@skyhold/platform'
import type { IdentityDeps } from '../services/deps.ts'

export const PURGE_SESSIONS = 'purge-sessions'
const EVERY_SECONDS = 3_600
/** A day past its end nobody asks any more whether a token of the session was stolen. */
const KEPT_MS = 24 * 3_600_000
/** Small, so that the locks of one batch are gone in milliseconds. */
const BATCH = 200

type PurgeDeps = Pick<IdentityDeps, 'db' | 'sessions' | 'refreshTokens'>

/**
 * Deletes sessions that are over by their absolute time, with their tokens. Revoked ones stay until then, for the places that their owner is known at, without tokens: of a session
 * that has ended one that is spent and one that is unknown are refused alike.
 */
export function addPurgeSessions(jobs: Jobs, deps: PurgeDeps): void {
  jobs.every(PURGE_SESSIONS, { seconds: EVERY_SECONDS, lease: true }, () => purgeSessions(deps))
}

export async function purgeSessions(deps: PurgeDeps): Promise<void> {
  const beforeMs = (await deps.db.now()) - KEPT_MS
  await purgeExpired(beforeMs, deps)
  // Less than a batch: they are gone, or another replica is at them.
  for (;;) if ((await deps.refreshTokens.removeOfRevoked(beforeMs, BATCH)) < BATCH) return
}

async function purgeExpired(beforeMs: number, { db, sessions, refreshTokens }: PurgeDeps): Promise<void> {
  for (;;) {
    const ids = await sessions.listExpiredIds(beforeMs, BATCH)
    if (ids.length === 0) return
    await db.transaction(async (tx) => {
      await sessions.remove(ids, tx)
      await refreshTokens.removeOfSessions(ids, tx)
    })
  }
}
