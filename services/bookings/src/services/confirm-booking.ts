import type { Transaction } from '@skyhold/platform'
import { LEG } from '../domain/flight.ts'
import { bookingFacts } from '../views/booking.ts'
import { announcePayment } from './announce-payment.ts'
import type { Parts } from './parts.ts'
import { type ApplyResult, auditAlso, type Scene } from './payment-scene.ts'
import { loadBooking } from './read-bookings.ts'

/**
 * Turns a booking into `confirmed`: tickets, audit, and what the others are told. In this transaction its claims have been sold and its payment captured.
 * `note` goes into the audit.
 */
export async function confirmBooking(
  apply: ApplyResult,
  scene: Scene,
  { note = '' }: { note?: string },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { booking, hold, nowMs } = scene
  if ((await parts.bookings.transition([booking.id], 'confirmed', tx)) !== 1)
    throw new Error(`booking ${booking.id} changed under its lock`)
  await auditAlso(scene, { ...apply, note }, [['booking', booking.id, booking.status, 'confirmed']], parts, tx)
  await issueTickets(apply, scene, parts, tx)
  await parts.marks.add(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  const loaded = await loadBooking(booking.id, parts, tx)
  await parts.outbox.append(tx, [
    {
      type: 'booking.confirmed',
      aggregate: { type: 'booking', id: booking.id, sequence: loaded.booking.version },
      data: bookingFacts(loaded),
      correlationId: apply.requestId || loaded.booking.requestId,
      occurredAtMs: nowMs,
    },
  ])
  await announcePayment({ type: 'payment.captured' }, { apply, scene }, parts, tx)
}

/** One ticket for each passenger on each flight. */
async function issueTickets(
  { ticketNumbers, actor, requestId }: ApplyResult,
  { booking, nowMs }: Scene,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { booking: whole, hold } = await loadBooking(booking.id, parts, tx)
  const numbers = [...ticketNumbers]
  const tickets = whole.passengers.flatMap((passenger) => {
    const seats = JSON.parse(passenger.seats) as string[]
    return hold.flights.map(({ flightId }, i) => {
      const number = numbers.shift()
      if (!number) throw new Error(`booking ${booking.id} needs more ticket numbers than it was given`)
      const seat = seats[i] ?? null
      return {
        number,
        bookingId: booking.id,
        passengerId: passenger.id,
        flightId,
        leg: LEG,
        seat,
        liveSeat: seat,
        status: 'issued' as const,
        issuedAt: nowMs,
      }
    })
  })
  await parts.tickets.insert(tickets, tx)
  await parts.audit.append(
    tickets.map(({ number, status }) => ({
      aggregateType: 'ticket' as const,
      aggregateId: number,
      from: null,
      to: status,
      atMs: nowMs,
      actor,
      requestId,
    })),
    tx,
  )
}
