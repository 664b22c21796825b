import { Refusal, type Transaction } from '@skyhold/platform'
import type { RefundStatus } from '@skyhold/contracts'
import type { RefundResult } from '../clients/payment-provider.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { RefundRow, Settlement } from '../repositories/refunds.ts'
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

/** A word of the provider's that changes nothing: one of before, that came late, or one of money that has gone back a second time. */
export interface Contradiction {
  kind: 'outdated' | 'given_twice'
  note: string
}

export interface AppliedRefund {
  /** As it is afterwards. */
  refund: RefundRow
  contradiction: Contradiction | null
}

/** What a refund's outcome changes, locked, and the time read under the locks. */
interface RefundScene {
  booking: LockedBooking
  hold: HoldRow
  payment: PaymentRow
  refund: RefundRow
  nowMs: number
  actor: string
  /** Empty where no request is behind it. */
  requestId: string
}

/** What makes a refund succeed: the provider's refund that stands for it, or a person who gave the money back in another way. */
type Success = { providerId: string } | { settlement: Settlement }

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
 */
export async function applyRefundResult(apply: ApplyRefundResult, parts: Parts): Promise<AppliedRefund> {
  const applied = await parts.db.transaction(async (tx) => {
    const scene = await lockRefund(apply, parts, tx)
    const contradiction = await takeResult(scene, apply, parts, tx)
    return { refund: await parts.refunds.find(apply.refundId, tx), contradiction }
  })
  const { refund, contradiction } = applied
  if (!refund) throw new Error(`refund ${apply.refundId} is gone`)
  parts.outbox.onCommit()
  if (contradiction) complain(contradiction, apply, parts)
  return { refund, contradiction }
}

/** Words that come late are the provider's everyday; money that has gone twice is for a person. */
function complain({ kind, note }: Contradiction, { refundId, result, actor }: ApplyRefundResult, { logger }: Parts): void {
  const log = { refundId, result, actor, note }
  if (kind === 'outdated') logger.warn(log, 'the provider says again what is not so any more, and nothing is changed by it')
  else logger.error(log, 'a refund has been given back twice and needs a person')
}

/** Booking, hold, payment: the order of docs/locking.md. A refund changes under its payment's lock alone. */
export async function lockRefund(
  { refundId, actor, requestId = '' }: { refundId: string; actor: string; requestId?: string },
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
  return { booking, hold, payment, refund, nowMs: await parts.db.now(tx), actor, requestId }
}

async function takeResult(
  scene: RefundScene,
  { tries, result }: ApplyRefundResult,
  parts: Parts,
  tx: Transaction,
): Promise<Contradiction | null> {
  const { refund, nowMs } = scene
  if (result.kind === 'succeeded') {
    const contradiction = await contradictionOf(refund, result.providerId, parts, tx)
    if (contradiction || refund.status === 'succeeded') return contradiction
    await succeed(scene, { providerId: result.providerId }, parts, tx)
    return null
  }
  // Kept whatever is made of it now, because a success of before may still come.
  if (result.kind === 'failed') await parts.refunds.rememberFailure({ refundId: refund.id, providerId: result.providerId, nowMs }, tx)
  await takeOther(scene, { tries, result }, parts, tx)
  return null
}

/**
 * At the provider a refund never goes from failed to succeeded: the success of one that has failed was true before, and comes late. Another one that succeeds beside the one that stands for
 * ours, or beside what a person gave back in another way, is money that has gone twice.
 */
async function contradictionOf(refund: RefundRow, providerId: string, parts: Parts, tx: Transaction): Promise<Contradiction | null> {
  const { id, status } = refund
  // One that failed under a version that did not remember it is told by its own row.
  const hasFailed = (status === 'needs_attention' && refund.providerId === providerId) || (await parts.refunds.hasFailed(providerId, tx))
  if (hasFailed) return { kind: 'outdated', note: `${providerId} of refund ${id} has failed since it succeeded` }
  if (status !== 'succeeded' || refund.providerId === providerId) return null
  const before = refund.settledAtMs === null ? `: ${refund.providerId} and ${providerId}` : `: in another way, and ${providerId}`
  return { kind: 'given_twice', note: `refund ${id} is given back twice${before}` }
}

/** What is no success: on its way, failed, refused or not known. */
async function takeOther(
  scene: RefundScene,
  { tries, result }: Pick<ApplyRefundResult, 'tries' | 'result'>,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { refund } = scene
  const log = { refundId: refund.id, bookingId: refund.bookingId, result }
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
  { refund, nowMs, actor, requestId }: RefundScene,
  to: RefundStatus,
  { note = '', ...change }: { providerId?: string; settlement?: Settlement; nextCheckAtMs: number; note?: string },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  let from = refund.status
  if (from === 'needs_attention') await rememberOwnFailure(refund, nowMs, parts, tx)
  for (const step of PATHS[`${from}>${to}`] ?? [to]) {
    if ((await parts.refunds.transition(refund.id, { from, to: step, nowMs, ...change }, tx)) !== 1)
      throw new Error(`refund ${refund.id} changed under its payment's lock`)
    const said = step === to ? note : ''
    await parts.audit.append(
      [{ aggregateType: 'refund', aggregateId: refund.id, from, to: step, atMs: nowMs, actor, requestId, note: said }],
      tx,
    )
    from = step
  }
}

/** What stood for a refund that waits for a person has failed; before it gives way to another it is written down. */
export async function rememberOwnFailure(
  { id: refundId, providerId }: Pick<RefundRow, 'id' | 'providerId'>,
  nowMs: number,
  { refunds }: Pick<Parts, 'refunds'>,
  tx: Transaction,
): Promise<void> {
  if (providerId) await refunds.rememberFailure({ refundId, providerId, nowMs }, tx)
}

/** The money is back: what it was for has its end with it. */
export async function succeed(scene: RefundScene, success: Success, parts: Parts, tx: Transaction): Promise<void> {
  const settlement = 'settlement' in success ? success.settlement : null
  const note = settlement ? [...(settlement.reference ? [settlement.reference] : []), settlement.note].join(': ') : ''
  await moveRefund(scene, 'succeeded', { ...success, nextCheckAtMs: NEVER_MS, note }, parts, tx)
  const isAllBack = await moveMoney(scene, parts, tx)
  await finishCancellation(scene, isAllBack, parts, tx)
  await announce(scene, { type: 'refund.succeeded', settlement }, parts, tx)
}

/** The card's bank has sent the money back: it is here again, and owed. What was cancelled for it stays cancelled. */
async function sendBack(scene: RefundScene, log: object, parts: Parts, tx: Transaction): Promise<void> {
  await moveRefund(scene, 'needs_attention', { nextCheckAtMs: NEVER_MS }, parts, tx)
  await moveMoney(scene, parts, tx)
  await announce(scene, { type: 'refund.needs_attention', settlement: null }, parts, tx)
  parts.logger.error(log, 'a refund that had succeeded has failed at the provider and needs a person')
}

/** What has gone back of the payment, as its status says. True when it is all of it. */
async function moveMoney({ payment, nowMs, actor, requestId }: RefundScene, parts: Parts, tx: Transaction): Promise<boolean> {
  const backMinor = await parts.refunds.sumSucceeded(payment.id, tx)
  const isAllBack = backMinor >= payment.amountMinor
  const to = isAllBack ? 'refunded' : backMinor > 0 ? 'partially_refunded' : 'captured'
  if ((await parts.payments.transition(payment.id, { to, nowMs, nextCheckAtMs: NEVER_MS }, tx)) !== 1)
    throw new Error(`payment ${payment.id} is ${payment.status} and has had a refund`)
  await parts.audit.append(
    [{ aggregateType: 'payment', aggregateId: payment.id, from: payment.status, to, atMs: nowMs, actor, requestId }],
    tx,
  )
  return isAllBack
}

/** A cancelled booking has its end with its own refund, or once everything that was paid is back by whatever way. One that is not cancelled yet is so by that. */
async function finishCancellation(scene: RefundScene, isAllBack: boolean, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, payment, refund, nowMs, actor, requestId } = scene
  if (isAllBack && booking.status === 'confirmed' && payment.chargeSlot === booking.id)
    return cancelForRefund({ booking, hold, refund: { ...refund, status: 'succeeded' }, nowMs, actor, requestId }, parts, tx)
  const isItsRefund = refund.cause === `cancel:${booking.id}` || refund.cause === `flight:${booking.id}`
  if (booking.status !== 'cancellation_pending' || payment.chargeSlot !== booking.id || !(isItsRefund || isAllBack)) return
  if ((await parts.bookings.transition([booking.id], 'cancelled', tx)) !== 1)
    throw new Error(`booking ${booking.id} changed under its lock`)
  await parts.audit.append(
    [{ aggregateType: 'booking', aggregateId: booking.id, from: booking.status, to: 'cancelled', atMs: nowMs, actor, requestId }],
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
  await announce(scene, { type: 'refund.needs_attention', settlement: null }, parts, tx)
  parts.logger.error({ refundId: refund.id, bookingId: refund.bookingId, result }, 'a refund failed at the provider and needs a person')
}

async function announce(
  { booking, payment, refund, nowMs }: RefundScene,
  { type, settlement }: { type: 'refund.succeeded' | 'refund.needs_attention'; settlement: Settlement | null },
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const model = await parts.bookings.find(booking.id, tx)
  if (!model) throw new Error(`booking ${booking.id} is gone under its lock`)
  // Refunds have no version of their own, and each may be done, fail after all, and be done in the end: whoever acts on the one must know whether the other came later.
  const sequence = await parts.audit.countSteps({ aggregateType: 'refund', aggregateId: refund.id }, tx)
  await parts.outbox.append(tx, [
    {
      type,
      aggregate: { type: 'refund', id: refund.id, sequence },
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
        ...(settlement ? { settlement: settlement.reference ? { reference: settlement.reference } : {} } : {}),
      },
    },
  ])
}
