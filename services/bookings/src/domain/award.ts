import { Refusal } from '@skyhold/platform'

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

export const takenSeat = (claim: {
  flightId: string
  seat: string
  state: TakenSeat['status']
  expiresAtMs: number | null
}): TakenSeat => ({
  flightId: claim.flightId,
  seat: claim.seat,
  status: claim.state,
  heldUntilMs: claim.state === 'held' ? claim.expiresAtMs : null,
})

/** The refusal of who comes too late: which seats are gone, and when it is worth coming back. Who has them is nobody's business. */
export function unavailable(taken: readonly TakenSeat[], nowMs: number): Refusal {
  const seats = taken.map(({ flightId, seat, status, heldUntilMs }) => ({
    flightId,
    designator: seat,
    status,
    ...(heldUntilMs === null ? {} : { heldUntil: new Date(heldUntilMs).toISOString() }),
  }))
  const wait = retryAfterSeconds(taken, nowMs)
  const names = taken.map(({ seat }) => seat).join(', ')
  return new Refusal('seat_unavailable', {
    detail: `${names} ${taken.length === 1 ? 'is' : 'are'} not available${wait === undefined ? '' : `; held for up to ${wait} s`}.`,
    members: { seats },
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  })
}
