import { createHmac } from 'node:crypto'
import { type Database, deriveKey, type Logger, Refusal, type Transaction } from '@skyhold/platform'
import { admitTry } from '../domain/login-backoff.ts'
import { normalizeEmail } from '../domain/email.ts'
import type { LoginTriesRepository } from '../repositories/login-tries.ts'

export interface LoginTry {
  email: string
  /** Where the try comes from, if its account has been there before: a network, or a session of it; else null. */
  knownPlace: string | null
}

export interface CountedTry {
  /** The try did not fail, or was never made: it does not count. */
  giveBack(): Promise<void>
}

export interface LoginLimit {
  /** Counts a try before the password is looked at. Refusal: rate_limited, the same for an account that does not exist. */
  take(login: LoginTry): Promise<CountedTry>
  /** Lets everybody try again at once: somebody has proved by other means that the account is his. */
  forget(email: string, tx: Transaction): Promise<void>
}

export interface LoginLimitOptions {
  db: Database
  tries: LoginTriesRepository
  /** Failed tries before there is a wait; 0 for no limit. */
  quota: number
  /** KEY_ENCRYPTION_SECRET. */
  keySecret: string
  logger: Logger
}

/**
 * Counts the failed tries at an account from all addresses together, so that guessing does not get faster with the number of addresses, nor with that of identity's replicas
 * or of their restarts: it counts in the database, by its clock. Only failed ones count: signing in often is nobody's harm, and the gateway counts every call of an address
 * anyway. A try counts as failed from its beginning until it has proved right, so that a thousand at once are no way around.
 *
 * An attacker can use up the tries of an account and so make its owner wait. Therefore an address (of IPv6 the /64) that the account has signed in from has tries of its own:
 * who is locked out is the attacker, and at worst, for a while, the owner at a place where he has never been (OWASP, "Slow down online guessing attacks with
 * device cookies", with the address for the cookie).
 */
export function createLoginLimit({ db, tries, quota, keySecret, logger }: LoginLimitOptions): LoginLimit {
  if (quota === 0) return { take: async () => ({ giveBack: async () => {} }), forget: async () => {} }
  const key = deriveKey({ secret: keySecret, purpose: 'login-tries' })
  const idOf = (email: string, knownPlace: string | null): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([normalizeEmail(email), knownPlace]))
      .digest('base64url')

  return {
    async take({ email, knownPlace }) {
      const id = idOf(email, knownPlace)
      // Who has to wait is told so without a lock: a flood of guesses costs one look each.
      const seen = await tries.find(id)
      if (seen && seen.closedUntilMs > 0) assertOpen(seen.closedUntilMs - (await db.now()))
      const admitted = await db.transaction(async (tx) => {
        const before = await tries.lock(id, tx)
        const admission = admitTry(before, { quota, nowMs: await db.now(tx) })
        await tries.store(id, admission.tries, tx)
        return admission
      })
      assertOpen(admitted.waitMs)
      let isCounted = true
      return {
        async giveBack() {
          if (!isCounted) return
          isCounted = false
          try {
            await tries.takeBack(id, admitted.tries.windowStartMs)
          } catch (error) {
            // What came of the try stands; at worst one fewer is left.
            logger.warn({ err: error }, 'a sign-in that did not fail stays counted as one that did')
          }
        },
      }
    },
    forget: (email, tx) => tries.remove(idOf(email, null), tx),
  }
}

/** Refusal: rate_limited, when there is time to wait. */
export function assertOpen(waitMs: number): void {
  if (waitMs > 0) throw tooManyTries(waitMs)
}

/** Refusals that say that a guess was wrong: of a sign-in by their code, of what a signed-in person types by the place that they point at. */
const WRONG = new Set(['invalid_credentials', 'invalid_second_factor', 'wrong_password', 'wrong_code'])

const isWrongGuess = (error: unknown): boolean =>
  error instanceof Refusal && (WRONG.has(error.code) || (error.options.errors ?? []).some(({ code }) => WRONG.has(code)))

/** Makes a try at an account. It stays counted when it is refused as wrong, and only then: when there was no room to hash, nothing was tried. Refusal: rate_limited. */
export async function tryAtAccount<T>(limit: LoginLimit, login: LoginTry, work: () => Promise<T>): Promise<T> {
  const counted = await limit.take(login)
  let isWrong = false
  try {
    return await work()
  } catch (error) {
    isWrong = isWrongGuess(error)
    throw error
  } finally {
    if (!isWrong) await counted.giveBack()
  }
}

function tooManyTries(waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000)
  return new Refusal('rate_limited', {
    detail: `There were too many wrong passwords or codes for this account. Try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  })
}
