import { ACCESS_TOKEN_SECONDS, type Database, errorKind, type Logger, type Transaction } from '@skyhold/platform'
import type { AuditRepository } from '../repositories/audit.ts'
import type { KeyState, SigningKeyRepository } from '../repositories/signing-key.ts'
import { KEYS_SEEN_WITHIN_MS } from './key-ring.ts'
import { makeSigningKey } from './make-signing-key.ts'
import { OPERATOR } from './reset-second-factor.ts'

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
  audit: AuditRepository
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
export async function rotateKeys({ pause, ...deps }: RotateKeysDeps): Promise<{ kid: string }> {
  const { db, keys, logger } = deps
  const { kid, createdAtMs } = await publishNext(deps)
  logger.info({ kid }, 'signing key published')
  const waitMs = createdAtMs + PUBLISHED_BEFORE_SIGNING_MS - (await db.now())
  if (waitMs > 0) await pause(waitMs)

  const activated = await db.transaction(async (tx) => {
    const nowMs = await db.now(tx)
    const count = await keys.activate(kid, { nowMs, tx })
    if (count > 0) await noteKey(tx, { kid, what: 'activated', actorId: OPERATOR, nowMs }, deps)
    return count
  })
  logger.info({ kid }, activated === 0 ? 'signing key was activated by somebody else' : 'signing key activated')
  return { kid }
}

async function publishNext(deps: Omit<RotateKeysDeps, 'pause'>): Promise<KeyState> {
  const { db, keys, secret } = deps
  if (!(await keys.hasActive())) throw new Error('There is no signing key yet: identity makes the first one when it starts.')
  if (!(await keys.findNext())) {
    try {
      const key = await makeSigningKey(secret)
      await db.transaction(async (tx) => {
        const nowMs = await db.now(tx)
        await keys.addNext(key, { nowMs, tx })
        await noteKey(tx, { kid: key.kid, what: 'published', actorId: OPERATOR, nowMs }, deps)
      })
    } catch (error) {
      // Another rotation was faster; its key is as good.
      if (errorKind(error) !== 'duplicate') throw error
    }
  }
  const next = await keys.findNext()
  if (!next) throw new Error('The next key was activated by another rotation at this moment.')
  return next
}

type RetireKeysDeps = Pick<RotateKeysDeps, 'db' | 'keys' | 'audit' | 'logger'>

/** Retires the former keys whose last token has expired. */
export async function retireFormerKeys(deps: RetireKeysDeps): Promise<void> {
  for (const kid of await deps.keys.listFormer((await deps.db.now()) - FORMER_KEPT_MS)) await retire(kid, 'job:retire-keys', deps)
}

/** Retires a key before its tokens have expired, because somebody else has it. Throws for the one that signs, and for one that is not there. */
export async function retireKeyByOperator(kid: string, deps: RetireKeysDeps): Promise<void> {
  const state = (await deps.keys.listStates()).find((each) => each.kid === kid)
  if (!state) throw new Error(`There is no key ${kid}.`)
  if (state.status === 'active') throw new Error(`The key ${kid} signs. Put another in its place first: npm run keys -- rotate.`)
  await retire(kid, OPERATOR, deps)
}

async function retire(kid: string, actorId: string, deps: RetireKeysDeps): Promise<void> {
  const { db, keys, logger } = deps
  const retired = await db.transaction(async (tx) => {
    const nowMs = await db.now(tx)
    const count = await keys.retire(kid, { nowMs, tx })
    if (count > 0) await noteKey(tx, { kid, what: 'retired', actorId, nowMs }, deps)
    return count
  })
  if (retired > 0) logger.info({ kid, actorId }, 'signing key retired')
}

interface KeyAct {
  kid: string
  what: 'published' | 'activated' | 'retired'
  actorId: string
  nowMs: number
}

async function noteKey(tx: Transaction, { kid, what, actorId, nowMs }: KeyAct, { audit }: Pick<RotateKeysDeps, 'audit'>): Promise<void> {
  const subject = { type: 'signing_key', id: kid } as const
  await audit.append(
    { atMs: nowMs, actorId, action: `signing_key.${what}`, subject, before: null, after: { status: AFTER[what] }, requestId: '' },
    tx,
  )
}

const AFTER = { published: 'next', activated: 'active', retired: 'retired' } as const
