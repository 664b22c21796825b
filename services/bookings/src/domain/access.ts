import { may } from '@skyhold/contracts'
import type { Caller } from '@skyhold/platform'

/** Who acts: a signed-in person, or whoever has looked a booking up and has its token. */
export type Actor = { kind: 'user'; caller: Caller } | { kind: 'booking'; bookingId: string }

export const actorName = (actor: Actor): string => (actor.kind === 'user' ? actor.caller.userId : `look-up:${actor.bookingId}`)

/** Idempotency keys are the user's own, or the booking's for a look-up. */
export const keyScopeOf = (actor: Actor): string => (actor.kind === 'user' ? actor.caller.userId : actor.bookingId)

/** Another customer's booking is, for all he is told, not there. Agents and administrators act on every one. */
export function maySee(actor: Actor, owned: { userId: string; bookingId?: string }): boolean {
  if (actor.kind === 'booking') return owned.bookingId === actor.bookingId
  return may(actor.caller.roles, 'bookings.all') || actor.caller.userId === owned.userId
}
