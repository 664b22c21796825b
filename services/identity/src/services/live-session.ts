import { type Caller, Refusal } from '@skyhold/platform'
import { isLive } from '../domain/session.ts'
import type { IdentityDeps } from './deps.ts'

/** Refusal: invalid_token when the session of the token has ended. Identity knows at once; the other services rely on the gateway. */
export async function assertSessionLives({ sessionId }: Caller, { db, sessions }: Pick<IdentityDeps, 'db' | 'sessions'>): Promise<void> {
  const session = await sessions.find(sessionId)
  if (!session || !isLive(session, await db.now())) throw sessionEnded()
}

export const sessionEnded = () => new Refusal('invalid_token', { detail: 'The session has ended.' })
