/** A seat that somebody else has when it is asked for. `heldUntilMs` null: no time can be told, as for a seat being paid for. */
export interface TakenSeat {
  flightId: string
  seat: string
  status: 'held' | 'sold' | 'blocked'
  heldUntilMs: number | null
}

/** A seat that is being paid for has no time of its own; half a minute is what a payment usually takes at most. */
const PAYING_SECONDS = 30

export const seatKey = (flightId: string, seat: string): string => `${flightId}/${seat}`

/**
 * When it is worth coming back, in whole seconds rounded up: when the last of the held seats lapses. Undefined with a sold or blocked seat among them, which will not come back.
 */
export function retryAfterSeconds(taken: readonly TakenSeat[], nowMs: number): number | undefined {
  if (taken.some(({ status }) => status !== 'held')) return undefined
  return Math.max(
    ...taken.map(({ heldUntilMs }) => (heldUntilMs === null ? PAYING_SECONDS : Math.max(1, Math.ceil((heldUntilMs - nowMs) / 1000)))),
  )
}
