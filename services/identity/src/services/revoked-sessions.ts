import type { IdentityDeps } from './deps.ts'
import type { RevokedSession } from '../repositories/session.ts'

/** Longer than an access token lives, with room for clocks that differ. */
const REMEMBERED_MS = 15 * 60_000
/**
 * A revocation carries the time of its statement, and is seen from its commit on: one that was committed late would otherwise fall between two questions. No transaction takes as long:
 * those that end sessions are a few statements, each of which waits five seconds for a lock at most, and a commit that its disk holds up for longer holds everything up.
 */
const OVERLAP_MS = 60_000
/** In one answer, but for those of one moment; the asker goes on from `now`. */
const ANSWER_MAX = 5_000

export interface RevokedSessions {
  data: RevokedSession[]
  /** What to ask with the next time, in milliseconds since 1970 by the database's clock. */
  now: number
}

/** The sessions revoked since a moment whose access tokens may still be alive. Some come twice; none is left out. */
export async function listRevokedSessions(
  sinceMs: number,
  { db, sessions }: Pick<IdentityDeps, 'db' | 'sessions'>,
): Promise<RevokedSessions> {
  const nowMs = await db.now()
  const { data, isCut } = await sessions.listRevokedSince(Math.max(sinceMs - OVERLAP_MS, nowMs - REMEMBERED_MS), ANSWER_MAX)
  const last = data.at(-1)
  // The overlap is taken off again next time, so a cut answer is continued past it, and past its last moment, which it has in full.
  return { data, now: isCut && last ? last.revokedAt + 1 + OVERLAP_MS : nowMs }
}
