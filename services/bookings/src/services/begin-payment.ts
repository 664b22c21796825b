import type { CreatePayment } from '@skyhold/contracts'
import { invalidAt, newId, Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName, maySee } from '../domain/access.ts'
import { isCancelled, isOnSale, stillLeaves } from '../domain/flight.ts'
import { assertSameRequest, KEY_LOCK_MS, type KeyRecord } from '../domain/idempotency.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { flightsOf } from './find-cancelled-flight.ts'
import type { IdempotentRequest } from './idempotent.ts'
import type { Parts } from './parts.ts'

export interface PayForBooking extends IdempotentRequest {
  bookingId: string
  body: CreatePayment
  actor: Actor
}

/** What T1 finds: a payment of ours to go on with, or the record of an earlier request under this key. */
export type Begun = { kind: 'begun'; payment: PaymentRow } | { kind: 'known'; record: KeyRecord }

/** The slack that the recovery job gives the process that began a payment. */
const RECOVERY_SLACK_MS = 5_000

/**
 * T1: the key, the payment and the pinned claims are committed together, so that from here on the seats wait for the card and any replica can finish what this one began.
 * Refusals: `booking_not_found`, `booking_expired`, `booking_cancelled`, `flight_not_on_sale`, `already_paid`, 400 at `/paymentMethod`.
 */
export async function beginPayment(request: PayForBooking, parts: Parts, tx: Transaction): Promise<Begun> {
  const { key, bookingId, actor } = request
  const paymentId = newId('payment')
  const keyAtMs = await parts.db.now(tx)
  await parts.keys.insertNew(
    [
      {
        ...key,
        owner: paymentId,
        lockedUntilMs: keyAtMs + KEY_LOCK_MS,
        resourceId: paymentId,
        responseStatus: null,
        responseBody: null,
        createdAtMs: keyAtMs,
      },
    ],
    tx,
  )
  const record = await parts.keys.lock(key, tx)
  if (record && record.owner !== paymentId) {
    assertSameRequest(record, key)
    return { kind: 'known', record }
  }

  const booking = await parts.bookings.lock(bookingId, tx)
  if (!booking || !maySee(actor, { userId: booking.userId, bookingId }))
    throw new Refusal('booking_not_found', { detail: `There is no booking ${bookingId}.` })
  if (booking.status === 'payment_processing') throw new PaymentBusy()
  assertPayable(booking)
  assertMethod(booking, request.body)
  const hold = await parts.holds.lock(booking.holdId, tx)
  if (!hold) throw new Error(`booking ${bookingId} has no hold`)
  const nowMs = await parts.db.now(tx)
  await assertFlies(hold, nowMs, parts, tx)
  await pinHold(hold, nowMs, parts, tx)
  const payment = newPayment({ paymentId, booking, request, nowMs, parts })
  await parts.payments.insert(payment, tx)
  await parts.holds.transition([hold.id], 'pinned', tx)
  await parts.bookings.transition([bookingId], 'payment_processing', tx)
  const by = { atMs: nowMs, actor: actorName(actor), requestId: request.requestId }
  await parts.audit.append(
    [
      { aggregateType: 'payment', aggregateId: paymentId, from: null, to: 'processing', ...by },
      { aggregateType: 'hold', aggregateId: hold.id, from: 'active', to: 'pinned', ...by },
      { aggregateType: 'booking', aggregateId: bookingId, from: booking.status, to: 'payment_processing', ...by },
    ],
    tx,
  )
  return { kind: 'begun', payment }
}

/** Thrown to roll T1 back: an earlier payment is at work, and this request, its key included, comes again later. */
export class PaymentBusy extends Error {
  override name = 'PaymentBusy'
}

function assertPayable({ status }: LockedBooking): void {
  if (status === 'awaiting_payment') return
  if (status === 'expired') throw new Refusal('booking_expired', { detail: 'The booking has expired; nothing was charged.' })
  if (status === 'cancelled' || status === 'cancellation_pending')
    throw new Refusal('booking_cancelled', { detail: 'The booking is cancelled; nothing was charged.' })
  if (status === 'attention')
    throw new Refusal('payment_in_progress', { detail: 'An earlier payment is being looked into.', retryAfterSeconds: 60 })
  throw new Refusal('already_paid', { detail: 'The booking is paid; nothing more was charged.' })
}

/** A booking on a cancelled flight is about to be cancelled too, and nobody is to pay for a flight without him. */
async function assertFlies(hold: HoldRow, nowMs: number, parts: Parts, tx: Transaction): Promise<void> {
  const flights = await flightsOf(hold, parts, tx)
  const cancelled = flights.find(isCancelled)
  if (cancelled)
    throw new Refusal('booking_cancelled', {
      detail: `Flight ${cancelled.state.number} is cancelled, and the booking with it; nothing was charged.`,
    })
  const gone = flights.find((flight) => !stillLeaves(flight, nowMs))
  if (gone)
    throw new Refusal('flight_not_on_sale', {
      detail: `Flight ${gone.state.number} is ${isOnSale(gone) ? 'past its departure' : gone.state.status}; nothing was charged.`,
      members: { flightId: gone.id },
    })
}

function assertMethod({ totalMinor }: LockedBooking, { paymentMethod }: CreatePayment): void {
  if (totalMinor > 0 && !paymentMethod) throw invalidAt('/paymentMethod', 'required', 'A payment method is needed.')
  if (totalMinor === 0 && paymentMethod)
    throw invalidAt('/paymentMethod', 'nothing_to_pay', 'There is nothing to pay; leave the payment method out.')
}

/** Stops the clock. A claim that has lapsed, or that somebody has taken over, does not count, and then the booking is over: nobody has been charged. */
async function pinHold(hold: HoldRow, nowMs: number, parts: Parts, tx: Transaction): Promise<void> {
  const pinned = hold.status === 'active' ? await parts.claims.pin(hold.id, nowMs, tx) : 0
  if (pinned !== hold.seatCount) throw new Refusal('booking_expired', { detail: 'The booking has expired; nothing was charged.' })
}

function newPayment({
  paymentId,
  booking,
  request,
  nowMs,
  parts,
}: {
  paymentId: string
  booking: LockedBooking
  request: PayForBooking
  nowMs: number
  parts: Parts
}): PaymentRow {
  return {
    id: paymentId,
    operatorId: booking.operatorId,
    bookingId: booking.id,
    chargeSlot: booking.id,
    status: 'processing',
    amountMinor: booking.totalMinor,
    currency: booking.currency,
    paymentMethod: request.body.paymentMethod ?? null,
    providerId: null,
    clientSecret: null,
    declineCode: null,
    keyScope: request.key.scope,
    idemKey: request.key.idemKey,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    nextCheckAtMs: nowMs + parts.paymentRules.timeoutMs + RECOVERY_SLACK_MS,
    checks: 0,
  }
}
