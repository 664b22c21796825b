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
const FORGIVEN_AFTER_MS = 60 * LOGIN_WINDOW_MS

/** `waitMs` is 0 for a try that has taken its place among those of its minute. */
export interface Admission {
  tries: LoginTries
  waitMs: number
}

/**
 * Counts a try. The first minute that is used up closes the account until the minute's end; each further one in a row doubles that, up to a quarter of an hour.
 * It never stays closed: whoever waits as long as he is told may try again.
 */
export function admitTry(before: LoginTries | undefined, { quota, nowMs }: { quota: number; nowMs: number }): Admission {
  if (before && nowMs < before.closedUntilMs) return { tries: before, waitMs: before.closedUntilMs - nowMs }
  const tries = before && nowMs < before.windowStartMs + LOGIN_WINDOW_MS ? before : freshWindow(before, nowMs)
  if (tries.failed < quota) return { tries: { ...tries, failed: tries.failed + 1 }, waitMs: 0 }
  const strikes = tries.strikes + 1
  const closedUntilMs = tries.windowStartMs + Math.min(LOGIN_WINDOW_MS * 2 ** (strikes - 1), CLOSED_MAX_MS)
  return { tries: { ...tries, strikes, closedUntilMs }, waitMs: closedUntilMs - nowMs }
}

/** Takes back the place of a try that did not fail. */
export const withoutTry = (tries: LoginTries): LoginTries => ({ ...tries, failed: Math.max(0, tries.failed - 1) })

/** True when forgetting it changes nothing. */
export const isForgotten = (tries: LoginTries, nowMs: number): boolean =>
  (tries.failed === 0 || nowMs >= tries.windowStartMs + LOGIN_WINDOW_MS) && (tries.strikes === 0 || isForgiven(tries, nowMs))

const isForgiven = ({ closedUntilMs }: LoginTries, nowMs: number): boolean => nowMs >= closedUntilMs + FORGIVEN_AFTER_MS

const freshWindow = (before: LoginTries | undefined, nowMs: number): LoginTries => ({
  failed: 0,
  windowStartMs: nowMs,
  closedUntilMs: before?.closedUntilMs ?? 0,
  strikes: before && !isForgiven(before, nowMs) ? before.strikes : 0,
})
