import type { CreateBooking } from '@skyhold/contracts'
import { errorKind, newId, newReference, Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName, maySee } from '../domain/access.ts'
import { effectiveHoldStatus } from '../domain/hold.ts'
import type { Answer } from '../domain/idempotency.ts'
import { comparableName, planPassengers } from '../domain/passengers.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { bookingFacts, bookingView } from '../views/booking.ts'
import { idempotently, type IdempotentRequest } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { loadBooking } from './read-bookings.ts'

export interface BookHold extends IdempotentRequest {
  body: CreateBooking
  actor: Actor
}

/** Two references in a row that exist already: 28^6 of them, so the second says that something else is wrong. */
const REFERENCE_TRIES = 3

/** Turns a hold into a booking that waits for its payment; expiry and price stay the hold's. Refusals: `hold_not_found`, `hold_expired`, `hold_consumed`, 400 with pointers. */
export async function bookHold(request: BookHold, parts: Parts): Promise<Answer> {
  const { body, actor } = request
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await idempotently(parts, request, async (tx) => {
        const { hold, nowMs } = await lockOpenHold(body.holdId, actor, parts, tx)
        const bookingId = await insertBooking(request, { hold, nowMs }, parts, tx)
        const loaded = await loadBooking(bookingId, parts, tx)
        await parts.audit.append(
          [
            {
              aggregateType: 'booking',
              aggregateId: bookingId,
              from: null,
              to: 'awaiting_payment',
              atMs: nowMs,
              actor: actorName(actor),
              requestId: request.requestId,
            },
          ],
          tx,
        )
        await parts.outbox.append(tx, [
          {
            type: 'booking.created',
            aggregate: { type: 'booking', id: bookingId, sequence: 1 },
            correlationId: request.requestId,
            data: bookingFacts(loaded),
            occurredAtMs: nowMs,
          },
        ])
        return { status: 201, body: { ...bookingView(loaded) } }
      })
      parts.outbox.onCommit()
      return answer
    } catch (error) {
      // The reference exists already; the hold's own uniqueness is checked under its lock.
      if (errorKind(error) !== 'duplicate' || tries === REFERENCE_TRIES) throw error
    }
  }
}

async function lockOpenHold(holdId: string, actor: Actor, parts: Parts, tx: Transaction): Promise<{ hold: HoldRow; nowMs: number }> {
  const hold = await parts.holds.lock(holdId, tx)
  if (!hold || !maySee(actor, { userId: hold.userId })) throw new Refusal('hold_not_found', { detail: `There is no hold ${holdId}.` })
  const booking = await parts.bookings.findByHold(holdId, tx)
  const nowMs = await parts.db.now(tx)
  if (booking) throw new Refusal('hold_consumed', { detail: 'The hold has a booking.', members: { bookingId: booking.id } })
  if (effectiveHoldStatus(hold, nowMs) !== 'active')
    throw new Refusal('hold_expired', { detail: 'The hold has expired; its seats are open to all.' })
  return { hold, nowMs }
}

async function insertBooking(
  { body, requestId }: BookHold,
  { hold, nowMs }: { hold: HoldRow; nowMs: number },
  parts: Parts,
  tx: Transaction,
): Promise<string> {
  const passengers = planPassengers(body.passengers, hold.flights, new Date(nowMs).toISOString().slice(0, 10))
  const bookingId = newId('booking')
  const { operatorId, userId, totalMinor, currency } = hold
  await parts.bookings.insert(
    {
      id: bookingId,
      operatorId,
      userId,
      holdId: hold.id,
      reference: newReference(),
      status: 'awaiting_payment',
      createdAt: nowMs,
      totalMinor,
      currency,
      contactEmail: body.contact.email,
      contactPhone: body.contact.phone ?? null,
      requestId,
    },
    {
      passengers: passengers.map(({ seats, ...passenger }, position) => ({
        ...passenger,
        id: newId('passenger'),
        bookingId,
        position,
        comparableName: comparableName(passenger.familyName),
        seats: JSON.stringify(seats),
      })),
      flightIds: hold.flights.map(({ flightId }) => flightId),
    },
    tx,
  )
  return bookingId
}
