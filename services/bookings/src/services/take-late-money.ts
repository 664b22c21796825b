import { newId, type Transaction } from '@skyhold/platform'
import { seatKey } from '../domain/award.ts'
import { stillLeaves } from '../domain/flight.ts'
import { claimsOf } from '../repositories/claims.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { isFree, isOpen } from '../views/payment-answer.ts'
import { announcePayment } from './announce-payment.ts'
import { confirmBooking } from './confirm-booking.ts'
import { expireBooking } from './expire-booking.ts'
import { flightsOf } from './find-cancelled-flight.ts'
import type { Parts } from './parts.ts'
import { type ApplyResult, auditAlso, changePayment, NEVER_MS, type Scene } from './payment-scene.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { queueRefund } from './queue-refund.ts'

/** Between taking the seats and selling them no time passes: it is the same transaction. */
const RETAKEN_FOR_MS = 60_000
const LATE = { note: 'late money', reason: 'The payment came after the seats had been given up.' } as const
const SECOND = { note: 'second charge', reason: 'The booking had been paid already.' } as const

/**
 * The card was charged although we had given the try up. The booking gets its second chance: the seats it still has, or the same ones under a new hold if all are free.
 * Where that cannot be, all of the money goes back at once.
 */
export async function takeLateMoney(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, payment } = scene
  const tries = await parts.payments.listOfBooking(booking.id, tx)
  const other = tries.find(({ id, chargeSlot }) => id !== payment.id && chargeSlot !== null)
  const isSecond = other !== undefined && !isOpen(other)
  const regained = other ? null : await regainSeats(apply, scene, parts, tx)
  if (regained) await sellRegained(apply, regained, parts, tx)
  else await returnMoney(apply, scene, isSecond ? 'second' : 'late', parts, tx)
}

/** The scene with a pinned hold on all the seats, whatever it took; null when the booking is over for good, a flight has gone, or a seat is somebody else's. */
async function regainSeats(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<Scene | null> {
  const { booking, hold, nowMs } = scene
  if (booking.status !== 'awaiting_payment' && booking.status !== 'expired') return null
  const flights = await flightsOf(hold, parts, tx)
  if (!flights.every((flight) => stillLeaves(flight, nowMs))) return null
  if (booking.status === 'expired') return retake(apply, scene, parts, tx)

  const pinned = await parts.claims.pin(hold.id, nowMs, tx)
  if (pinned === hold.seatCount) {
    await parts.holds.transition([hold.id], 'pinned', tx)
    await parts.bookings.transition([booking.id], 'payment_processing', tx)
    const steps = [
      ['hold', hold.id, hold.status, 'pinned'] as const,
      ['booking', booking.id, booking.status, 'payment_processing'] as const,
    ]
    await auditAlso(scene, { ...apply, note: LATE.note }, steps, parts, tx)
    return { ...scene, hold: { ...hold, status: 'pinned' }, booking: { ...booking, status: 'payment_processing' } }
  }
  if (pinned !== 0) throw new Error(`hold ${hold.id} has ${pinned} of its ${hold.seatCount} claims in time: they share one end`)
  return retakeUnswept(apply, scene, parts, tx)
}

/** Its time is over and no sweeper has been there: the seats may be free still. If not, it ends as by the sweeper. */
async function retakeUnswept(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<Scene | null> {
  const retaken = await retake(apply, scene, parts, tx)
  if (!retaken) {
    await expireBooking(apply, scene, parts, tx)
    return null
  }
  const { booking, hold } = scene
  await parts.holds.transition([hold.id], 'expired', tx)
  await parts.bookings.transition([booking.id], 'payment_processing', tx)
  const steps = [['hold', hold.id, hold.status, 'expired'] as const, ['booking', booking.id, booking.status, 'payment_processing'] as const]
  await auditAlso(scene, { ...apply, note: LATE.note }, steps, parts, tx)
  return { ...retaken, booking: { ...retaken.booking, status: 'payment_processing' } }
}

/** The same seats under a new hold, all or none. The claims decide, as for every taker; the owners are read back. */
async function retake(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<Scene | null> {
  const { booking, hold: old, nowMs } = scene
  const expiresAtMs = nowMs + RETAKEN_FOR_MS
  const hold: HoldRow = { ...old, id: newId('hold'), status: 'active', createdAtMs: nowMs, expiresAtMs, expiresAtMaxMs: expiresAtMs }
  const claims = claimsOf(hold)
  await parts.claims.takeOver(claims, nowMs, tx)
  const ours = (await parts.claims.find(claims, tx)).filter(({ holdId }) => holdId === hold.id)
  if (new Set(ours.map(({ flightId, seat }) => seatKey(flightId, seat))).size !== hold.seatCount) {
    await parts.claims.giveBack([hold.id], tx)
    return null
  }
  if ((await parts.claims.pin(hold.id, nowMs, tx)) !== hold.seatCount)
    throw new Error(`the claims of ${hold.id} are gone under their locks`)
  await parts.holds.insert([hold], tx)
  await parts.holds.transition([hold.id], 'pinned', tx)
  const by = { atMs: nowMs, actor: apply.actor, requestId: apply.requestId, note: LATE.note }
  await parts.audit.append([{ aggregateType: 'hold', aggregateId: hold.id, from: null, to: 'active', ...by }], tx)
  await auditAlso(scene, { ...apply, note: LATE.note }, [['hold', hold.id, 'active', 'pinned']], parts, tx)
  if ((await parts.bookings.moveToHold(booking.id, { from: old.id, to: hold.id }, tx)) !== 1)
    throw new Error(`booking ${booking.id} changed under its lock`)
  return { ...scene, hold: { ...hold, status: 'pinned' }, booking: { ...booking, holdId: hold.id } }
}

async function sellRegained(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, payment } = scene
  if ((await parts.claims.sell(hold.id, tx)) !== hold.seatCount) throw new Error(`the claims of ${hold.id} are gone under their locks`)
  await changePayment(scene, { to: 'captured', nextCheckAtMs: NEVER_MS, chargeSlot: booking.id, note: LATE.note }, apply, parts, tx)
  await parts.holds.transition([hold.id], 'consumed', tx)
  await auditAlso(scene, { ...apply, note: LATE.note }, [['hold', hold.id, 'pinned', 'consumed']], parts, tx)
  await confirmBooking(apply, scene, { note: LATE.note }, parts, tx)
  parts.paymentMetrics.lateMoney('seats_found')
  parts.logger.warn({ paymentId: payment.id, bookingId: booking.id }, 'late money: its booking has its seats after all')
}

/** All of it goes back. The payment keeps no charge slot, so that another payment of the booking is not in its way. The refund; null for a free booking. */
export async function returnMoney(
  apply: ApplyResult,
  scene: Scene,
  kind: 'late' | 'second',
  parts: Parts,
  tx: Transaction,
): Promise<RefundRow | null> {
  const { booking, payment, nowMs } = scene
  // For a free booking nothing was charged: nothing goes back, and nobody is told of money.
  if (isFree(payment)) {
    await failFreePayment(apply, scene, parts, tx)
    return null
  }
  const { note, reason } = kind === 'second' ? SECOND : LATE
  await changePayment(scene, { to: 'captured', nextCheckAtMs: NEVER_MS, chargeSlot: null, note }, apply, parts, tx)
  const refund = await queueRefund(
    {
      payment,
      cause: `${kind}:${payment.id}`,
      amountMinor: payment.amountMinor,
      reason,
      nowMs,
      actor: apply.actor,
      requestId: apply.requestId,
    },
    parts,
    tx,
  )
  await announcePayment({ type: 'payment.returned', reason }, { apply, scene }, parts, tx)
  parts.paymentMetrics.lateMoney(kind === 'second' ? 'second_charge' : 'returned')
  parts.logger.error(
    { paymentId: payment.id, bookingId: booking.id },
    kind === 'second'
      ? 'a booking was charged twice: the second charge goes back in full'
      : 'late money: charged without seats, it goes back in full',
  )
  return refund
}

async function failFreePayment(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  if (!isOpen(scene.payment)) return
  await changePayment(scene, { to: 'failed', nextCheckAtMs: NEVER_MS, chargeSlot: null, declineCode: 'not_attempted' }, apply, parts, tx)
}
