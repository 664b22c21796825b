import { ACCESS_TOKEN_SECONDS, type Database, errorKind, type Logger } from '@skyhold/platform'
import type { KeyState, SigningKeyRepository } from '../repositories/signing-key.ts'
import { KEYS_SEEN_WITHIN_MS } from './key-ring.ts'
import { makeSigningKey } from './make-signing-key.ts'

/** How long anybody may keep a list of the keys: the max-age of `/.well-known/jwks.json`. */
export const JWKS_MAX_AGE_SECONDS = 60
/** Who meets an unknown key asks for the list again, yet not within this of the last time (platform's token verifier). */
const REFETCH_PAUSE_MS = 5_000
/** For clocks that differ and for requests under way. */
const SLACK_MS = 5_000

/** A key signs only when everybody has had the time to learn of it: a copy of the list made before it is out of date by then. */
export const PUBLISHED_BEFORE_SIGNING_MS = JWKS_MAX_AGE_SECONDS * 1000 + KEYS_SEEN_WITHIN_MS + REFETCH_PAUSE_MS + SLACK_MS
/** The last token of a former key is signed by a replica that has not heard yet, and lives as long as any; a minute is for clocks that differ. */
export const FORMER_KEPT_MS = ACCESS_TOKEN_SECONDS * 1000 + KEYS_SEEN_WITHIN_MS + 60_000

export interface RotateKeysDeps {
  db: Database
  keys: SigningKeyRepository
  /** KEY_ENCRYPTION_SECRET. */
  secret: string
  logger: Logger
  /** Waits so many milliseconds. */
  pause: (ms: number) => Promise<unknown>
}

/**
 * Puts a new key in the place of the one that signs, while everybody goes on working: the new key is published, and signs when everyone has had the time
 * to learn of it. The former one stays published until its last token has expired; the job of identity retires it then. Everything is in the database, so a
 * rotation that was broken off is carried on by the next, and two at once are one.
 */
export async function rotateKeys({ db, keys, secret, logger, pause }: RotateKeysDeps): Promise<{ kid: string }> {
  const { kid, createdAtMs } = await publishNext({ db, keys, secret })
  logger.info({ kid }, 'signing key published')
  const waitMs = createdAtMs + PUBLISHED_BEFORE_SIGNING_MS - (await db.now())
  if (waitMs > 0) await pause(waitMs)

  const activated = await db.transaction(async (tx) => keys.activate(kid, { nowMs: await db.now(tx), tx }))
  logger.info({ kid }, activated === 0 ? 'signing key was activated by somebody else' : 'signing key activated')
  return { kid }
}

async function publishNext({ db, keys, secret }: Pick<RotateKeysDeps, 'db' | 'keys' | 'secret'>): Promise<KeyState> {
  if (!(await keys.hasActive())) throw new Error('There is no signing key yet: identity makes the first one when it starts.')
  if (!(await keys.findNext())) {
    try {
      await keys.addNext(await makeSigningKey(secret), await db.now())
    } catch (error) {
      // Another rotation was faster; its key is as good.
      if (errorKind(error) !== 'duplicate') throw error
    }
  }
  const next = await keys.findNext()
  if (!next) throw new Error('The next key was activated by another rotation at this moment.')
  return next
}

/** Retires the former keys whose last token has expired. */
export async function retireFormerKeys({ db, keys, logger }: Pick<RotateKeysDeps, 'db' | 'keys' | 'logger'>): Promise<void> {
  const nowMs = await db.now()
  const retired = await keys.retireFormer({ activeSinceMs: nowMs - FORMER_KEPT_MS, nowMs })
  if (retired > 0) logger.info({ keys: retired }, 'former signing keys retired')
}
