import type { HoldStatus } from '@skyhold/contracts'

export interface HoldRules {
  ttlMs: number
  lifeMaxMs: number
  perUserMax: number
  salesCloseMs: number
}

/** No extension goes past it: the cap of a hold's life, or the close of sales of its first flight. */
export const latestExpiry = (
  { lifeMaxMs, salesCloseMs }: HoldRules,
  { createdAtMs, firstDepartureMs }: { createdAtMs: number; firstDepartureMs: number },
): number => Math.min(createdAtMs + lifeMaxMs, firstDepartureMs - salesCloseMs)

/** A hold past its time is expired at that instant, whether or not the sweeper has been there. */
export const effectiveHoldStatus = (hold: { status: HoldStatus; expiresAtMs: number }, nowMs: number): HoldStatus =>
  hold.status === 'active' && hold.expiresAtMs <= nowMs ? 'expired' : hold.status
