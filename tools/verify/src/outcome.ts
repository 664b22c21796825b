import { missingTrade } from './trade.ts'
import type { Verification } from './verify.ts'

export const VIOLATED = 1
export const COULD_NOT_RUN = 2

/** Sentences about what a run has left open. Of an installation of somebody's own it is known beforehand what can be read; of a stack of ours everything can. */
export function shortcomings({ verdicts, trade, isPrivate }: Pick<Verification, 'verdicts' | 'trade' | 'isPrivate'>): string[] {
  const missing = missingTrade(trade)
  return [
    ...(isPrivate
      ? verdicts.flatMap(({ id, unchecked }) => (unchecked === undefined ? [] : [`${id} was not checked, or not all of it: ${unchecked}`]))
      : []),
    ...(missing.length && (isPrivate || trade.bookings === 0) ? [`There was nothing to judge of ${missing.join(', ')}`] : []),
  ]
}

/** Of the process. A violation counts, whatever else was left open. */
export function exitCodeOf(verification: Pick<Verification, 'verdicts' | 'trade' | 'isPrivate'>): number {
  if (verification.verdicts.some(({ violations }) => violations.length)) return VIOLATED
  return shortcomings(verification).length ? COULD_NOT_RUN : 0
}
