import { createHash } from 'node:crypto'
import { Refusal } from '@skyhold/platform'
import { admitTry, isForgotten, type LoginTries, withoutTry } from '../domain/login-backoff.ts'
import { normalizeEmail } from '../domain/email.ts'

/**
 * How many accounts are remembered, some ten megabytes. An attacker who names new ones to make us forget one pays for each with a password hash,
 * of which a machine makes about a hundred a second: pushing an account out takes him longer than the longest wait.
 */
const REMEMBERED_MAX = 100_000

export interface LoginTry {
  email: string
  /** Where the try comes from, if its account has been there before: an address, or a session of it; else null. */
  knownPlace: string | null
}

export interface CountedTry {
  /** The try did not fail, or was never made: it does not count. */
  giveBack(): void
}

export interface LoginLimit {
  /** Counts a try before the password is looked at. Refusal: rate_limited, the same for an account that does not exist. */
  take(login: LoginTry): CountedTry
  /** Lets everybody try again at once: somebody has proved by other means that the account is his. */
  forget(email: string): void
}

export interface LoginLimitOptions {
  /** Failed tries a minute; 0 for no limit. */
  quota: number
  /** The clock of this process, in milliseconds since 1970. */
  now: () => number
  rememberedMax?: number
}

/**
 * Counts the failed tries at an account from all addresses together, so that guessing does not get faster with the number of addresses.
 * Only failed ones count: signing in often is nobody's harm, and the gateway counts every call of an address anyway. A try counts as failed from its
 * beginning until it has proved right, so that a thousand at once are no way around.
 *
 * An attacker can use up the tries of an account and so make its owner wait. Therefore an address that the account has signed in from has tries of its own:
 * who is locked out is the attacker, and at worst, for a while, the owner at a place where he has never been (OWASP, "Slow down online guessing attacks with
 * device cookies", with the address for the cookie). It is kept in memory, per process: what a replica does not know costs an attacker's wait, not an owner's.
 */
export function createLoginLimit({ quota, now, rememberedMax = REMEMBERED_MAX }: LoginLimitOptions): LoginLimit {
  if (quota === 0) return { take: () => ({ giveBack() {} }), forget() {} }
  // In the order of the last try, so that what is forgotten first is what has been quiet for longest.
  const remembered = new Map<string, LoginTries>()
  const remember = (key: string, tries: LoginTries) => {
    remembered.delete(key)
    if (isForgotten(tries, now())) return
    remembered.set(key, tries)
    const [oldest] = remembered.keys()
    if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest)
  }
  return {
    take({ email, knownPlace }) {
      const key = keyOf(email, knownPlace)
      const { tries, waitMs } = admitTry(remembered.get(key), { quota, nowMs: now() })
      remember(key, tries)
      if (waitMs > 0) throw tooManyTries(waitMs)
      let isCounted = true
      return {
        giveBack() {
          const current = remembered.get(key)
          // Of a later minute it has no part any more.
          if (isCounted && current?.windowStartMs === tries.windowStartMs) remember(key, withoutTry(current))
          isCounted = false
        },
      }
    },
    forget: (email) => void remembered.delete(keyOf(email, null)),
  }
}

/** Refusals that say that a guess was wrong: of a sign-in by their code, of what a signed-in person types by the place that they point at. */
const WRONG = new Set(['invalid_credentials', 'invalid_second_factor', 'wrong_password', 'wrong_code'])

const isWrongGuess = (error: unknown): boolean =>
  error instanceof Refusal && (WRONG.has(error.code) || (error.options.errors ?? []).some(({ code }) => WRONG.has(code)))

/** Makes a try at an account. It stays counted when it is refused as wrong, and only then: when there was no room to hash, nothing was tried. Refusal: rate_limited. */
export async function tryAtAccount<T>(limit: LoginLimit, login: LoginTry, work: () => Promise<T>): Promise<T> {
  const counted = limit.take(login)
  let isWrong = false
  try {
    return await work()
  } catch (error) {
    isWrong = isWrongGuess(error)
    throw error
  } finally {
    if (!isWrong) counted.giveBack()
  }
}

/** A digest: short whatever was typed, and no list of addresses in the memory. */
const keyOf = (email: string, knownPlace: string | null): string =>
  createHash('sha256')
    .update(JSON.stringify([normalizeEmail(email), knownPlace]))
    .digest('base64url')

function tooManyTries(waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000)
  return new Refusal('rate_limited', {
    detail: `There were too many wrong passwords or codes for this account. Try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  })
}
