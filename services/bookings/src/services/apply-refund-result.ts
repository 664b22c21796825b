import { Refusal, type Transaction } from '@skyhold/platform'
import type { RefundStatus } from '@skyhold/contracts'
import type { RefundResult } from '../clients/payment-provider.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { contactOf } from '../views/booking.ts'
import { type CancelBooking, cancelBooking } from './cancel-booking.ts'
import type { Parts } from './parts.ts'
import { NEVER_MS } from './payment-scene.ts'

export interface ApplyRefundResult {
  refundId: string
  /** The try that the result is about; another one may have begun since. */
  tries: number
  result: RefundResult
  /** Who brings it: the sender, the job or the provider. */
  actor: string
}

/** What a refund's outcome changes, locked, and the time read under the locks. */
interface RefundScene {
  booking: LockedBooking
  hold: HoldRow
  payment: PaymentRow
  refund: RefundRow
  nowMs: number
  actor: string
}

/** The pause before the next look doubles from a few seconds to five minutes, and never ends: money is at stake. */
const PAUSE_MS_MIN = 5_000
const PAUSE_MS_MAX = 300_000

/** Steps of the graph on the way to where the provider says a refund is: what was unknown or given up is first known to be with the provider. */
const PATHS: Partial<Record<`${RefundStatus}>${RefundStatus}`, readonly RefundStatus[]>> = {
  'unknown>needs_attention': ['pending', 'needs_attention'],
  'needs_attention>succeeded': ['pending', 'succeeded'],
}

/**
 * The one door through which the provider's word about a refund becomes ours, under the booking's and the payment's locks, any number of times and in any order.
 * The refund as it is afterwards.
 */
export async function applyRefundResult(apply: ApplyRefundResult, parts: Parts): Promise<RefundRow> {
  const after = await parts.db.transaction(async (tx) => {
    const scene = await lockRefund(apply, parts, tx)
    await settle(scene, apply, parts, tx)
    return parts.refunds.find(apply.refundId, tx)
  })
  if (!after) throw new Error(`refund ${apply.refundId} is gone`)
  parts.outbox.onCommit()
  return after
}

/** Booking, hold, payment: the order of docs/locking.md. A refund changes under its payment's lock alone. */
export async function lockRefund(
  { refundId, actor }: { refundId: string; actor: string },
  parts: Parts,
  tx: Transaction,
): Promise<RefundScene> {
  const found = await parts.refunds.find(refundId, tx)
  if (!found) throw new Refusal('refund_not_found', { detail: `There is no refund ${refundId}.` })
  const booking = await parts.bookings.lock(found.bookingId, tx)
  const hold = booking ? await parts.holds.lock(booking.holdId, tx) : null
  const payment = await parts.payments.lock(found.paymentId, tx)
  const refund = await parts.refunds.find(refundId, tx)
  if (!booking || !hold || !payment || !refund) throw new Error(`refund ${refundId} has lost its booking, hold or payment`)
  return { booking, hold, payment, refund, nowMs: await parts.db.now(tx), actor }
}

async function settle(scene: RefundScene, { tries, result }: ApplyRefundResult, parts: Parts, tx: Transaction): Promise<void> {
  const { refund } = scene
  const log = { refundId: refund.id, bookingId: refund.bookingId, result }
  if (result.kind === 'succeeded') return succeed(scene, result.providerId, parts, tx)
  if (refund.status === 'succeeded') {
    if (result.kind === 'failed' && result.providerId === refund.providerId) await sendBack(scene, log, parts, tx)
    return
  }
  // A word about a try that is over, or about a refund that waits for a person, is no news.
  if (tries !== refund.tries || refund.status === 'needs_attention') return
  if (result.kind === 'failed' || result.kind === 'refused') return giveUp(scene, result, parts, tx)
  const nextCheckAtMs = scene.nowMs + Math.min(PAUSE_MS_MIN * 2 ** Math.min(refund.checks, 10), PAUSE_MS_MAX)
  const providerId = result.kind === 'pending' ? { providerId: result.providerId } : {}
  const to = result.kind
  if (to !== refund.status) await moveRefund(scene, to, { ...providerId, nextCheckAtMs }, parts, tx)
  else await parts.refunds.postpone(refund.id, { nextCheckAtMs, ...providerId }, tx)
  if (result.kind === 'unknown') {
    parts.logger.warn(log, 'the outcome of a refund is not known yet')
    // Before a refund is sent again it is looked for; so the next key is used only when nothing was made under this one.
    if (result.isStored) await parts.refunds.nextTry(refund, tx)
  }
}

async function moveRefund(
  { refund, nowMs, actor }: RefundScene,
  to: RefundStatus,
  change: { providerId?: string; nextCheckAtMs: number },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  let from = refund.status
  for (const step of PATHS[`${from}>${to}`] ?? [to]) {
    if ((await parts.refunds.transition(refund.id, { from, to: step, nowMs, ...change }, tx)) !== 1)
      throw new Error(`refund ${refund.id} changed under its payment's lock`)
    await parts.audit.append([{ aggregateType: 'refund', aggregateId: refund.id, from, to: step, atMs: nowMs, actor, requestId: '' }], tx)
    from = step
  }
}

async function succeed(scene: RefundScene, providerId: string, parts: Parts, tx: Transaction): Promise<void> {
  const { refund } = scene
  if (refund.status === 'succeeded') return
  await moveRefund(scene, 'succeeded', { providerId, nextCheckAtMs: NEVER_MS }, parts, tx)
  const isAllBack = await moveMoney(scene, parts, tx)
  await finishCancellation(scene, isAllBack, parts, tx)
  await announce(scene, 'refund.succeeded', parts, tx)
}

/** The card's bank has sent the money back: it is here again, and owed. What was cancelled for it stays cancelled. */
async function sendBack(scene: RefundScene, log: object, parts: Parts, tx: Transaction): Promise<void> {
  await moveRefund(scene, 'needs_attention', { nextCheckAtMs: NEVER_MS }, parts, tx)
  await moveMoney(scene, parts, tx)
  await announce(scene, 'refund.needs_attention', parts, tx)
  parts.logger.error(log, 'a refund that had succeeded has failed at the provider and needs a person')
}

/** What has gone back of the payment, as its status says. True when it is all of it. */
async function moveMoney({ payment, nowMs, actor }: RefundScene, parts: Parts, tx: Transaction): Promise<boolean> {
  const backMinor = await parts.refunds.sumSucceeded(payment.id, tx)
  const isAllBack = backMinor >= payment.amountMinor
  const to = isAllBack ? 'refunded' : backMinor > 0 ? 'partially_refunded' : 'captured'
  if ((await parts.payments.transition(payment.id, { to, nowMs, nextCheckAtMs: NEVER_MS }, tx)) !== 1)
    throw new Error(`payment ${payment.id} is ${payment.status} and has had a refund`)
  await parts.audit.append(
    [{ aggregateType: 'payment', aggregateId: payment.id, from: payment.status, to, atMs: nowMs, actor, requestId: '' }],
    tx,
  )
  return isAllBack
}

/** A cancelled booking has its end with its own refund, or once everything that was paid is back by whatever way. One that is not cancelled yet is so by that. */
async function finishCancellation(scene: RefundScene, isAllBack: boolean, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, payment, refund, nowMs, actor } = scene
  if (isAllBack && booking.status === 'confirmed' && payment.chargeSlot === booking.id)
    return cancelForRefund({ booking, hold, refund: { ...refund, status: 'succeeded' }, nowMs, actor, requestId: '' }, parts, tx)
  const isItsRefund = refund.cause === `cancel:${booking.id}` || refund.cause === `flight:${booking.id}`
  if (booking.status !== 'cancellation_pending' || payment.chargeSlot !== booking.id || !(isItsRefund || isAllBack)) return
  if ((await parts.bookings.transition([booking.id], 'cancelled', tx)) !== 1)
    throw new Error(`booking ${booking.id} changed under its lock`)
  await parts.audit.append(
    [{ aggregateType: 'booking', aggregateId: booking.id, from: booking.status, to: 'cancelled', atMs: nowMs, actor, requestId: '' }],
    tx,
  )
}

/** Cancels a confirmed booking whose last money this refund is. */
export async function cancelForRefund(
  { refund, ...cancel }: Pick<CancelBooking, 'booking' | 'hold' | 'nowMs' | 'actor' | 'requestId'> & { refund: RefundRow },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { reason, amountMinor: refundMinor } = refund
  await cancelBooking({ ...cancel, cause: 'airline', refund, refundMinor, feeMinor: 0, refundCause: refund.cause, reason }, parts, tx)
}

async function giveUp(
  scene: RefundScene,
  result: Exclude<RefundResult, { kind: 'unknown' }>,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { refund } = scene
  const providerId = result.kind === 'refused' ? {} : { providerId: result.providerId }
  await moveRefund(scene, 'needs_attention', { ...providerId, nextCheckAtMs: NEVER_MS }, parts, tx)
  await announce(scene, 'refund.needs_attention', parts, tx)
  parts.logger.error({ refundId: refund.id, bookingId: refund.bookingId, result }, 'a refund failed at the provider and needs a person')
}

async function announce(
  { booking, payment, refund, nowMs }: RefundScene,
  type: 'refund.succeeded' | 'refund.needs_attention',
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const model = await parts.bookings.find(booking.id, tx)
  if (!model) throw new Error(`booking ${booking.id} is gone under its lock`)
  await parts.outbox.append(tx, [
    {
      type,
      // Refunds have no version of their own: each try may say that it is done or has failed, and then that it has failed after all.
      aggregate: { type: 'refund', id: refund.id, sequence: 2 * refund.tries + (refund.status === 'succeeded' ? 2 : 1) },
      correlationId: model.requestId,
      occurredAtMs: nowMs,
      data: {
        refundId: refund.id,
        paymentId: payment.id,
        bookingId: booking.id,
        reference: booking.reference,
        ownerId: booking.userId,
        contact: contactOf(model),
        amount: { amountMinor: refund.amountMinor, currency: refund.currency },
        reason: refund.reason,
      },
    },
  ])
}
