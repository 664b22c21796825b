import { finalBookings, isCaptured } from './checkers/seen.ts'
import type { Observations } from './observe/observations.ts'

/** What there was to judge. Null: could not be read. */
export interface Trade {
  bookings: number
  paid: number
  charges: number | null
  cancelled: number
  mails: number | null
}

export function tradeOf(observations: Observations): Trade {
  const bookings = finalBookings(observations)
  return {
    bookings: bookings.length,
    paid: bookings.filter(({ payments }) => payments.some(isCaptured)).length,
    charges: observations.ledger?.length ?? null,
    cancelled: bookings.filter(({ status }) => status === 'cancelled').length,
    mails: observations.mails?.length ?? null,
  }
}

/** Kinds of trade that did not take place: a run without them proves nothing of them. */
export const missingTrade = (trade: Trade): string[] =>
  Object.entries(trade)
    .filter(([, count]) => count === 0)
    .map(([kind]) => kind)
