import type { IdentityDeps } from './deps.ts'
import type { RevokedSession } from '../repositories/session.ts'

/** Longer than an access token lives, with room for clocks that differ. */
const REMEMBERED_MS = 15 * 60_000
/** A revocation carries the time before its commit: one that was committed late would otherwise fall between two questions. */
const OVERLAP_MS = 5_000
/** In one answer; the asker goes on from `now`. */
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
  const data = await sessions.listRevokedSince(Math.max(sinceMs - OVERLAP_MS, nowMs - REMEMBERED_MS), ANSWER_MAX)
  const last = data.at(-1)
  // The overlap is taken off again next time, so a cut answer is continued past it.
  return { data, now: data.length === ANSWER_MAX && last ? last.revokedAt + OVERLAP_MS : nowMs }
}
