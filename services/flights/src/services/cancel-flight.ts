import { Refusal } from '@skyhold/platform'
import { differenceOf } from '../domain/audited.ts'
import { canBecome, hasDeparted } from '../domain/status.ts'
import type { FlightRecord } from '../domain/flight.ts'
import type { Offer } from '../domain/offer.ts'
import { getFlight } from './flight-lookup.ts'
import type { Actor, FlightDeskDeps } from './schedule-flight.ts'

/**
 * Cancels a flight that is still to leave and tells the others, who release its seats and give the money back. A flight that is cancelled already
 * stays as it is, with its first reason. Refusals: flight_not_found, flight_departed.
 */
export async function cancelFlight(id: string, { reason }: { reason: string }, actor: Actor, deps: FlightDeskDeps): Promise<Offer> {
  const cancelled = await deps.db.transaction(async (tx) => {
    const before = await deps.flights.lockForChange(id, tx)
    if (before?.operatorId !== actor.operatorId) throw new Refusal('flight_not_found')
    if (before.status === 'cancelled') return null
    const nowMs = deps.now()
    assertStillToLeave(before, nowMs)

    const next: FlightRecord = { ...before, status: 'cancelled', cancellationReason: reason, version: before.version + 1 }
    if ((await deps.flights.replace(next, tx)) !== 1) throw new Error(`flight ${id} changed while it was locked`)
    const { requestId } = actor
    const step = { flightId: id, from: before.status, to: next.status, atMs: nowMs, actor: actor.userId, requestId, note: reason }
    await deps.audit.append([{ ...step, ...differenceOf(before, next) }], tx)
    await deps.announcer.announce({ type: 'flight.cancelled', records: [next], correlationId: requestId, occurredAtMs: nowMs }, tx)
    return next
  })
  if (cancelled) {
    deps.announcer.committed()
    deps.routeDays.forget(id, { from: cancelled.origin, to: cancelled.destination, date: cancelled.localDate })
  }
  return getFlight(id, deps)
}

/** The time counts as much as the state: between the departure and the job that notes it, nobody can call it off any more. */
function assertStillToLeave({ status, departsAtUtcMs }: FlightRecord, nowMs: number): void {
  if (hasDeparted(status) || departsAtUtcMs <= nowMs) throw new Refusal('flight_departed')
  if (!canBecome(status, 'cancelled'))
    throw new Refusal('invalid_transition', { detail: `A flight that is ${status} cannot be cancelled.` })
}
