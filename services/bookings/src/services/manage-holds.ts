import type { Hold } from '@skyhold/contracts'
import { Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName, maySee } from '../domain/access.ts'
import { effectiveHoldStatus, latestExpiry } from '../domain/hold.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { holdView } from '../views/hold.ts'
import type { Parts } from './parts.ts'

interface HoldCall {
  holdId: string
  actor: Actor
  requestId: string
}

/** Refusals: `hold_not_found`. */
export async function getHold({ holdId, actor }: HoldCall, parts: Parts): Promise<Hold> {
  const hold = await parts.holds.find(holdId)
  assertSeen(hold, actor, holdId)
  const booking = await parts.bookings.findByHold(holdId)
  return holdView(hold, { nowMs: await parts.db.now(), bookingId: booking?.id })
}

/**
 * Gives a hold its full time again, up to the cap of its life. Hold, claims and booking move together, and a hold that has lapsed is never revived.
 * Refusals: `hold_not_found`, `hold_expired`, `hold_consumed`, `payment_in_progress`, `hold_extension_limit`.
 */
export async function extendHold({ holdId, actor, requestId }: HoldCall, parts: Parts): Promise<Hold> {
  return parts.db.transaction(async (tx) => {
    const { hold, bookingId, nowMs } = await lockHold({ holdId, actor }, parts, tx)
    assertExtendable(hold, nowMs)
    const expiresAtMaxMs = await latestExpiryNow(hold, parts, tx)
    if (hold.expiresAtMs >= expiresAtMaxMs)
      throw new Refusal('hold_extension_limit', { detail: 'The hold has been extended as far as it can be.' })
    const expiresAtMs = Math.max(hold.expiresAtMs, Math.min(nowMs + parts.holdRules.ttlMs, expiresAtMaxMs))
    if (expiresAtMs > hold.expiresAtMs) {
      const moved = await parts.claims.extend(holdId, { expiresAtMs, nowMs }, tx)
      if (moved !== hold.seatCount) throw new Refusal('hold_expired')
      await parts.holds.setExpiry(holdId, { status: 'active', expiresAtMs }, tx)
      if (bookingId) await parts.bookings.raiseVersion(bookingId, tx)
      const note = `extended to ${new Date(expiresAtMs).toISOString()}`
      await parts.audit.note({ aggregateId: holdId, atMs: nowMs, actor: actorName(actor), requestId, note }, tx)
    }
    return holdView({ ...hold, expiresAtMs }, { nowMs, bookingId })
  })
}

function assertExtendable(hold: HoldRow, nowMs: number): void {
  if (hold.status === 'pinned')
    throw new Refusal('payment_in_progress', { detail: 'The hold is being paid for; its seats wait for the card.', retryAfterSeconds: 5 })
  if (hold.status === 'consumed') throw new Refusal('hold_consumed')
  if (effectiveHoldStatus(hold, nowMs) !== 'active') throw new Refusal('hold_expired')
}

/** A flight that leaves earlier than it did when the hold was made closes its sales earlier too. */
async function latestExpiryNow({ flights, createdAtMs, expiresAtMaxMs }: HoldRow, parts: Parts, tx: Transaction): Promise<number> {
  const copies = await parts.catalog.getAll(
    flights.map(({ flightId }) => flightId),
    tx,
  )
  const firstDepartureMs = Math.min(...[...copies.values()].map(({ departsAtMs }) => departsAtMs))
  return Math.min(expiresAtMaxMs, latestExpiry(parts.holdRules, { createdAtMs, firstDepartureMs }))
}

/** Gives the seats back. Done already, or lapsed, is fine too. Refusals: `hold_not_found`, `hold_consumed` while a booking lives on it. */
export async function releaseHold({ holdId, actor, requestId }: HoldCall, parts: Parts): Promise<void> {
  await parts.db.transaction(async (tx) => {
    const { hold, bookingId, nowMs } = await lockHold({ holdId, actor }, parts, tx)
    if (bookingId && hold.status !== 'expired' && hold.status !== 'released') {
      if (effectiveHoldStatus(hold, nowMs) === 'expired') return // The sweeper expires both.
      throw new Refusal('hold_consumed', { detail: 'A booking lives on this hold; cancel that.', members: { bookingId } })
    }
    if (effectiveHoldStatus(hold, nowMs) !== 'active') return
    await parts.holds.transition([holdId], 'released', tx)
    await parts.claims.release([holdId], tx)
    await parts.marks.add(
      hold.flights.map(({ flightId }) => flightId),
      tx,
    )
    await parts.audit.append(
      [{ aggregateType: 'hold', aggregateId: holdId, from: 'active', to: 'released', atMs: nowMs, actor: actorName(actor), requestId }],
      tx,
    )
  })
  parts.outbox.onCommit()
}

/**
 * Booking first, then hold: the order of docs/locking.md. The time is read under the locks. A hold without a booking may have been booked while we waited for its lock, so it is asked once more
 * under that; such a booking is not locked, but nothing can become of it without the hold's lock.
 */
async function lockHold(
  { holdId, actor }: Pick<HoldCall, 'holdId' | 'actor'>,
  parts: Parts,
  tx: Transaction,
): Promise<{ hold: HoldRow; bookingId: string | undefined; nowMs: number }> {
  const booking = await parts.bookings.lockByHold(holdId, tx)
  const hold = await parts.holds.lock(holdId, tx)
  assertSeen(hold, actor, holdId)
  const { id: bookingId } = booking ?? (await parts.bookings.findByHold(holdId, tx)) ?? {}
  return { hold, bookingId, nowMs: await parts.db.now(tx) }
}

function assertSeen(hold: HoldRow | null, actor: Actor, holdId: string): asserts hold is HoldRow {
  if (!hold || !maySee(actor, { userId: hold.userId })) throw new Refusal('hold_not_found', { detail: `There is no hold ${holdId}.` })
}
