/** The failed tries at an account since the last wait, and how often lately they were used up. */
export interface LoginTries {
  failed: number
  /** The first of them. */
  windowStartMs: number
  /** Until then nobody is let try. */
  closedUntilMs: number
  /** Times in a row that the tries were used up. */
  strikes: number
}

const MINUTE_MS = 60_000
/** At twenty tries each time that makes two thousand guesses a day: nothing against a password that is not among the common ones, and a wait that a person survives. */
const CLOSED_MAX_MS = 15 * MINUTE_MS
/** An hour after the last wait, or after the first of tries that were not used up, everything is forgotten. */
export const FORGIVEN_AFTER_MS = 60 * MINUTE_MS

/** `waitMs` is 0 for a try that has taken its place among those that are let through. */
export interface Admission {
  tries: LoginTries
  waitMs: number
}

/**
 * Counts a try. The first tries that are used up take a minute at least, reckoned from their beginning; the next ones in a row twice as long, up to a quarter of an hour.
 * No new minute gives them back: whoever stops short of the number in each would guess on for ever. It never stays closed: whoever waits as long as he is told may try again.
 */
export function admitTry(before: LoginTries, { quota, nowMs }: { quota: number; nowMs: number }): Admission {
  const counted = before.failed >= quota && !isStruck(before) ? struck(before) : before
  if (nowMs < counted.closedUntilMs) return { tries: counted, waitMs: counted.closedUntilMs - nowMs }
  const isOver = counted.failed === 0 || isStruck(counted) || isForgiven(counted, nowMs)
  const tries = isOver ? freshTries(counted, nowMs) : counted
  return { tries: { ...tries, failed: tries.failed + 1 }, waitMs: 0 }
}

/** Counted when the next one comes, because the last of them may prove right until then. */
function struck(tries: LoginTries): LoginTries {
  const strikes = tries.strikes + 1
  return { ...tries, strikes, closedUntilMs: tries.windowStartMs + Math.min(MINUTE_MS * 2 ** (strikes - 1), CLOSED_MAX_MS) }
}

const isStruck = ({ windowStartMs, closedUntilMs }: LoginTries): boolean => closedUntilMs > windowStartMs

const isForgiven = ({ windowStartMs, closedUntilMs }: LoginTries, nowMs: number): boolean =>
  nowMs >= Math.max(windowStartMs, closedUntilMs) + FORGIVEN_AFTER_MS

const freshTries = (tries: LoginTries, nowMs: number): LoginTries => ({
  failed: 0,
  windowStartMs: nowMs,
  closedUntilMs: tries.closedUntilMs,
  strikes: isForgiven(tries, nowMs) ? 0 : tries.strikes,
})
