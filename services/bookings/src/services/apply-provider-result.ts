import type { Transaction } from '@skyhold/platform'
import type { SellableFlight } from '../domain/flight.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { answerOf, isOpen } from '../views/payment-answer.ts'
import { announcePayment } from './announce-payment.ts'
import { cancelBooking } from './cancel-booking.ts'
import { cancelForFlight } from './cancel-for-flight.ts'
import { confirmBooking } from './confirm-booking.ts'
import { expireBooking } from './expire-booking.ts'
import { findCancelledFlight, findDepartedFlight } from './find-cancelled-flight.ts'
import type { Parts } from './parts.ts'
import { type ApplyResult, auditAlso, changePayment, type FinalResult, lockScene, NEVER_MS, type Scene } from './payment-scene.ts'
import { returnMoney, takeLateMoney } from './take-late-money.ts'

/** After a decline there is time for another card, even if the hold was about to lapse; but no hold lives longer than it may. */
const ANOTHER_CARD_MS = 60_000
/** Whoever has approved at his bank may never come back to say so, and the provider's webhook may be lost: recovery looks, well within the two minutes in which money must have its seats. */
const APPROVAL_LOOK_MS = 15_000

/**
 * The one door through which the provider's word becomes ours: answers, webhooks and recovery all come through here, under the payment's lock, any number of times and in any order.
 * It only goes forward: what is captured stays captured. The payment as it is afterwards.
 */
export async function applyProviderResult(apply: ApplyResult, parts: Parts, tx: Transaction): Promise<PaymentRow> {
  const scene = await lockScene(apply.paymentId, parts, tx)
  const { payment } = scene
  // The process that began it has been faster: it has an intent by now and goes on.
  if (apply.onlyWithoutIntent && payment.providerId !== null) return payment
  const isLive = isOpen(payment)
  const { result } = apply
  if (result.kind === 'captured') {
    assertSameAmount(result, payment)
    if (isLive) await capture(apply, scene, parts, tx)
    else if (payment.status === 'failed') await takeLateMoney(apply, scene, parts, tx)
  } else if (isLive && result.kind === 'declined') {
    await decline(apply, result.declineCode, scene, parts, tx)
  } else if (isLive && payment.status !== 'requires_action') {
    await changePayment(
      scene,
      {
        to: 'requires_action',
        nextCheckAtMs: scene.nowMs + APPROVAL_LOOK_MS,
        ...(result.kind === 'requires_action' ? { clientSecret: result.clientSecret } : {}),
      },
      apply,
      parts,
      tx,
    )
  } else if (result.kind === 'declined' && payment.status !== 'failed') {
    parts.logger.error(
      { paymentId: payment.id, status: payment.status },
      'the provider declines a payment that it has captured: the capture stands',
    )
  }
  const after = await parts.payments.find(payment.id, tx)
  if (!after) throw new Error(`payment ${payment.id} is gone`)
  // Whoever found it out, the answer is kept under the key of the request that paid. The first answer stays.
  if (!isOpen(after)) await answerKey(after, apply, parts, tx)
  return after
}

/** The provider has not said in time what became of the payment. Recovery asks for it; what has been learnt meanwhile stands. The payment as it is afterwards. */
export async function markUnknown(
  { paymentId, ...by }: Pick<ApplyResult, 'paymentId' | 'actor' | 'requestId'>,
  parts: Parts,
): Promise<void> {
  await parts.db.transaction(async (tx) => {
    const scene = await lockScene(paymentId, parts, tx)
    if (scene.payment.status === 'processing')
      await changePayment(scene, { to: 'unknown', nextCheckAtMs: scene.payment.nextCheckAtMs }, by, parts, tx)
  })
}

function assertSameAmount({ amount }: Extract<FinalResult, { kind: 'captured' }>, payment: PaymentRow): void {
  if (amount.amountMinor !== payment.amountMinor || amount.currency !== payment.currency)
    throw new Error(
      `the provider captured ${JSON.stringify(amount)} for payment ${payment.id}, which is over ${payment.amountMinor} ${payment.currency}`,
    )
}

/** The money is taken: the seats are sold for it, in this transaction. */
async function capture(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, nowMs } = scene
  // The attention desk has given the seats back while the outcome was open.
  if (hold.status !== 'pinned') return takeLateMoney(apply, scene, parts, tx)
  const sold = await parts.claims.sell(hold.id, tx)
  if (sold !== hold.seatCount) return loseSeats(apply, scene, parts, tx)

  await changePayment(scene, { to: 'captured', nextCheckAtMs: NEVER_MS }, apply, parts, tx)
  await parts.holds.transition([hold.id], 'consumed', tx)
  await auditAlso(scene, apply, [['hold', hold.id, 'pinned', 'consumed']], parts, tx)
  const cancelled = await findCancelledFlight(hold, parts, tx)
  const departed = cancelled ? null : await findDepartedFlight(hold, nowMs, parts, tx)
  if (!cancelled && !departed) return confirmBooking(apply, scene, {}, parts, tx)

  // Confirmed and undone at once, without tickets: the customer hears of the cancellation alone.
  await parts.bookings.transition([booking.id], 'confirmed', tx)
  await auditAlso(scene, apply, [['booking', booking.id, booking.status, 'confirmed']], parts, tx)
  await announcePayment({ type: 'payment.captured' }, { apply, scene }, parts, tx)
  const confirmed: Scene = { ...scene, booking: { ...booking, status: 'confirmed' } }
  if (cancelled) await cancelForFlight({ ...confirmed, flight: cancelled, ...apply }, parts, tx)
  else if (departed) await cancelLeftBehind(apply, confirmed, departed, parts, tx)
}

/** Nobody can fly any more on what the card has paid for: all of it goes back. */
async function cancelLeftBehind(apply: ApplyResult, scene: Scene, flight: SellableFlight, parts: Parts, tx: Transaction): Promise<void> {
  const reason = `Flight ${flight.state.number} had left before the payment was known.`
  await cancelBooking({ ...byAirline(apply, scene), refundMinor: 'all', reason, departedFlightId: flight.id }, parts, tx)
}

/** Pinned claims cannot go away. If they have, the money must not stay, nor the booking wait for it. */
async function loseSeats(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold } = scene
  parts.logger.error({ bookingId: booking.id, holdId: hold.id }, 'the pinned claims of a payment are gone: the booking is cancelled')
  await parts.claims.releaseSold(hold.id, tx)
  // First the money, so that the news of the cancellation says what goes back.
  const refund = await returnMoney(apply, scene, 'late', parts, tx)
  await cancelBooking({ ...byAirline(apply, scene), refundMinor: 0, ...(refund ? { refund } : {}) }, parts, tx)
}

const byAirline = ({ actor, requestId }: ApplyResult, { booking, hold, nowMs }: Scene) => ({
  booking,
  hold,
  nowMs,
  cause: 'airline' as const,
  feeMinor: 0,
  refundCause: `cancel:${booking.id}`,
  actor,
  requestId,
})

/** A no with time left gives the hold its time back; past its time, after a wait that needed attention, or when a flight has gone meanwhile, the booking is over. */
async function decline(apply: ApplyResult, declineCode: string, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, nowMs } = scene
  await changePayment(scene, { to: 'failed', nextCheckAtMs: NEVER_MS, chargeSlot: null, declineCode }, apply, parts, tx)
  const cancelled = hold.status === 'pinned' ? await findCancelledFlight(hold, parts, tx) : null
  if (cancelled) {
    await cancelForFlight({ ...scene, flight: cancelled, ...apply }, parts, tx)
  } else if (hold.status === 'pinned') {
    if (hold.expiresAtMs > nowMs && booking.status === 'payment_processing') await giveTimeBack(apply, scene, parts, tx)
    else await expireBooking(apply, scene, parts, tx)
  }
}

/** Stores the answer under the key of the request that paid, whoever found it out. */
async function answerKey(payment: PaymentRow, { requestId }: ApplyResult, parts: Parts, tx: Transaction): Promise<void> {
  const answer = answerOf(payment, { requestId })
  await parts.keys.storeAnswer(
    { scope: payment.keyScope, idemKey: payment.idemKey },
    { status: answer.status, body: JSON.stringify(answer.body) },
    tx,
  )
}

async function giveTimeBack(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, nowMs } = scene
  const expiresAtMs = Math.max(hold.expiresAtMs, Math.min(nowMs + ANOTHER_CARD_MS, hold.expiresAtMaxMs))
  await parts.claims.unpin(hold.id, expiresAtMs, tx)
  await parts.holds.setExpiry(hold.id, { status: 'active', expiresAtMs }, tx)
  await parts.bookings.transition([booking.id], 'awaiting_payment', tx)
  const steps = [['hold', hold.id, 'pinned', 'active'] as const, ['booking', booking.id, booking.status, 'awaiting_payment'] as const]
  await auditAlso(scene, apply, steps, parts, tx)
}
