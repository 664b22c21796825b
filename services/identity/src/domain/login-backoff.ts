/** The failed tries at one account in the running minute, and how often lately they were too many. */
export interface LoginTries {
  failed: number
  windowStartMs: number
  /** Until then nobody is let try. */
  closedUntilMs: number
  /** Times in a row that the tries of a minute were used up. */
  strikes: number
}

export const LOGIN_WINDOW_MS = 60_000
/** At twenty tries each time that makes two thousand guesses a day: nothing against a password that is not among the common ones, and a wait that a person survives. */
const CLOSED_MAX_MS = 15 * LOGIN_WINDOW_MS
/** An hour after the last wait is over the next one is short again. */
export const FORGIVEN_AFTER_MS = 60 * LOGIN_WINDOW_MS

/** `waitMs` is 0 for a try that has taken its place among those of its minute. */
export interface Admission {
  tries: LoginTries
  waitMs: number
}

/**
 * Counts a try. The first minute that is used up closes the account until the minute's end; each further one in a row doubles that, up to a quarter of an hour.
 * It never stays closed: whoever waits as long as he is told may try again.
 */
export function admitTry(before: LoginTries, { quota, nowMs }: { quota: number; nowMs: number }): Admission {
  if (nowMs < before.closedUntilMs) return { tries: before, waitMs: before.closedUntilMs - nowMs }
  const tries = nowMs < before.windowStartMs + LOGIN_WINDOW_MS ? before : freshWindow(before, nowMs)
  if (tries.failed < quota) return { tries: { ...tries, failed: tries.failed + 1 }, waitMs: 0 }
  const strikes = tries.strikes + 1
  const closedUntilMs = tries.windowStartMs + Math.min(LOGIN_WINDOW_MS * 2 ** (strikes - 1), CLOSED_MAX_MS)
  return { tries: { ...tries, strikes, closedUntilMs }, waitMs: closedUntilMs - nowMs }
}

const isForgiven = (closedUntilMs: number, nowMs: number): boolean => nowMs >= closedUntilMs + FORGIVEN_AFTER_MS

const freshWindow = ({ closedUntilMs, strikes }: LoginTries, nowMs: number): LoginTries => ({
  failed: 0,
  windowStartMs: nowMs,
  closedUntilMs,
  strikes: isForgiven(closedUntilMs, nowMs) ? 0 : strikes,
})
