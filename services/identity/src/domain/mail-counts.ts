import type { LinkPurpose } from './mail-links.ts'

/** The links that were mailed lately to an address, or for a user; whoever counts them has the row locked. */
export interface MailCount {
  lastAtMs: number
  hourStartMs: number
  hourCount: number
  dayStartMs: number
  dayCount: number
}

export interface MailQuota {
  /** Within this of the last one no other goes. */
  pauseMs: number
  hourMax: number
  /** After so many in a day, `hourMaxPastDay` an hour. */
  dayMax: number
  hourMaxPastDay: number
}

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

const PAUSE_MS = 60_000
/** One that was lost, one that was overlooked, and one more. */
const HOUR_MAX = 3
const DAY_MAX = 10

/**
 * Of an address, all users together. Anybody may ask for a reset of any account, so this limit must not keep its owner out: it has room again by the time when the
 * last link that went out expires, an hour at most. Whoever is sent none has a good one in his mailbox.
 */
export const ADDRESS_QUOTA: Record<LinkPurpose, MailQuota> = {
  verify_email: { pauseMs: PAUSE_MS, hourMax: HOUR_MAX, dayMax: DAY_MAX, hourMaxPastDay: 0 },
  reset_password: { pauseMs: PAUSE_MS, hourMax: HOUR_MAX, dayMax: DAY_MAX, hourMaxPastDay: 1 },
}

/** Of a user, all addresses together: nobody changes his address oftener, so who does writes to strangers. */
export const USER_QUOTA: MailQuota = { pauseMs: 0, hourMax: DAY_MAX, dayMax: DAY_MAX, hourMaxPastDay: 0 }

/** The count with one mail more, or null when none may go. */
export function countMail(before: MailCount, { quota, nowMs }: { quota: MailQuota; nowMs: number }): MailCount | null {
  if (nowMs < before.lastAtMs + quota.pauseMs) return null
  const day = windowOf({ startMs: before.dayStartMs, count: before.dayCount }, { lengthMs: DAY_MS, nowMs })
  const hour = windowOf({ startMs: before.hourStartMs, count: before.hourCount }, { lengthMs: HOUR_MS, nowMs })
  if (hour.count >= (day.count < quota.dayMax ? quota.hourMax : quota.hourMaxPastDay)) return null
  return { lastAtMs: nowMs, hourStartMs: hour.startMs, hourCount: hour.count + 1, dayStartMs: day.startMs, dayCount: day.count + 1 }
}

interface Window {
  startMs: number
  count: number
}

/** A window begins with the first mail after the one before is over. */
const windowOf = (window: Window, { lengthMs, nowMs }: { lengthMs: number; nowMs: number }): Window =>
  nowMs < window.startMs + lengthMs ? window : { startMs: nowMs, count: 0 }
