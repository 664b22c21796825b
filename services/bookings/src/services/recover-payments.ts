import type { IntentState } from '../clients/payment-provider.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { isFree, isOpen } from '../views/payment-answer.ts'
import { settle, settleFree } from './pay-for-booking.ts'
import { markUnknown } from './apply-provider-result.ts'
import type { Parts } from './parts.ts'
import { auditAlso, lockScene } from './payment-scene.ts'

/** So many are looked up at a time. */
const BATCH = 64
/** So many are asked for at once: an outage of minutes leaves hundreds open, whose money must have its seats within two minutes of its end, and the customers keep most of the connections. */
const AT_ONCE = 8
/** A run takes up no payment after so long. While the provider hangs each one takes its whole timeout, and a service that closes waits for the run. */
const RUN_MS_MAX = 30_000
/** The pause doubles from a few seconds to a minute, and never ends: money is at stake. */
const PAUSE_MS_MIN = 2_000
const PAUSE_MS_MAX = 60_000
const ACTOR = 'job:recover'

/**
 * Finishes payments whose process has died or given up: asks the provider what became of them. All that are due when it begins, by any number of replicas at once: each payment is taken by the
 * one that moves its next look. The number that were settled.
 */
export async function recoverPayments(parts: Parts): Promise<number> {
  const startedAtMs = await parts.db.now()
  let settled = 0
  for (;;) {
    // What has been taken is due later than that, here or at another replica: no run sees a payment twice.
    const due = await parts.payments.listDue(startedAtMs, BATCH)
    const ends = await takeAll(due, startedAtMs, parts)
    settled += ends.filter((end) => end === 'settled').length
    if (due.length < BATCH || ends.includes('left')) return settled
  }
}

/** `taken`: by another replica. `left`: for the next run. */
type TakenUp = Recovered | 'taken' | 'left'

/** Several at a time, in order, each beginning when one before it has ended. */
async function takeAll(due: readonly PaymentRow[], startedAtMs: number, parts: Parts): Promise<TakenUp[]> {
  const ends: TakenUp[] = []
  const waiting = due.values()
  const work = async () => {
    for (const payment of waiting) ends.push(await takeUp(payment, startedAtMs, parts))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ends
}

/** Whatever goes wrong with one payment, the others have their turn. */
async function takeUp(payment: PaymentRow, startedAtMs: number, parts: Parts): Promise<TakenUp> {
  let end: TakenUp = 'left'
  try {
    const nowMs = await parts.db.now()
    if (nowMs - startedAtMs >= RUN_MS_MAX) return end
    if ((await parts.payments.claimDue(payment, nowMs + pauseMs(payment.checks))) === 0) return 'taken'
    end = 'unknown'
    end = await tryToRecover(payment, nowMs, parts)
    if (end === 'unknown' && isPinOver(payment, nowMs, parts)) await flag(payment, parts)
  } catch (error) {
    parts.logger.error({ err: error, paymentId: payment.id }, 'the recovery of a payment is left to its next turn')
  }
  return end
}

/** Asks now for the payments of a booking whose end is not known, whenever they are due. The number that were settled. */
export async function recheckPayments(bookingId: string, parts: Parts): Promise<number> {
  let settled = 0
  const nowMs = await parts.db.now()
  for (const payment of await parts.payments.listOfBooking(bookingId))
    if (isOpen(payment) && (await tryToRecover(payment, nowMs, parts)) === 'settled') settled += 1
  return settled
}

/** `waiting`: for the customer and the bank, who have their time. */
type Recovered = 'settled' | 'waiting' | 'unknown'

/** A provider that cannot be asked leaves the payment open. */
async function tryToRecover(payment: PaymentRow, nowMs: number, parts: Parts): Promise<Recovered> {
  try {
    return await recover(payment, nowMs, parts)
  } catch (error) {
    parts.logger.warn({ err: error, paymentId: payment.id, checks: payment.checks }, 'a payment could not be recovered yet')
    if (payment.providerId !== null) await markUnknown({ paymentId: payment.id, actor: ACTOR, requestId: '' }, parts)
    return 'unknown'
  }
}

const pauseMs = (checks: number) => Math.min(PAUSE_MS_MIN * 2 ** Math.min(checks, 10), PAUSE_MS_MAX)

async function recover(payment: PaymentRow, nowMs: number, parts: Parts): Promise<Recovered> {
  const by = { paymentId: payment.id, actor: ACTOR, requestId: '' }
  if (isFree(payment)) return endOf(await settleFree(payment, by, parts))
  // Without an intent on the row nothing has been confirmed, and after this change nothing can be: the process that began it finds the row taken.
  if (payment.providerId === null)
    return endOf(await settle({ ...by, onlyWithoutIntent: true, result: { kind: 'declined', declineCode: 'not_attempted' } }, parts))

  const state = await parts.provider.retrieve(payment.providerId)
  if (state.kind === 'captured') return endOf(await settle({ ...by, result: state }, parts))
  if (state.kind === 'canceled') return declined(payment, state, parts)
  if (state.kind === 'requires_action') {
    if (payment.status !== 'requires_action') await settle({ ...by, result: state }, parts)
    // Nobody has approved it for as long as a pin may last: the seats are for somebody else.
    else if (isPinOver(payment, nowMs, parts) && (await parts.provider.cancel(payment.providerId, payment.id)))
      return declined(payment, { declineCode: 'authentication_abandoned' }, parts)
    return 'waiting'
  }
  // "No charge" is believed only after a cancel, because the first confirmation may still be on its way and would find the intent open.
  if (state.kind === 'open' && (await parts.provider.cancel(payment.providerId, payment.id))) return declined(payment, state, parts)
  return 'unknown'
}

const endOf = (payment: PaymentRow): Recovered => (isOpen(payment) ? 'unknown' : 'settled')

async function declined(
  payment: PaymentRow,
  state: Pick<Extract<IntentState, { kind: 'open' }>, 'declineCode'>,
  parts: Parts,
): Promise<Recovered> {
  const result = { kind: 'declined' as const, declineCode: state.declineCode ?? 'not_charged' }
  return endOf(await settle({ paymentId: payment.id, actor: ACTOR, requestId: '', result }, parts))
}

/** Seats do not wait for a payment for ever. */
const isPinOver = ({ createdAtMs }: PaymentRow, nowMs: number, { paymentRules }: Parts): boolean =>
  nowMs - createdAtMs >= paymentRules.pinMaxMs

/** The seats stay with the booking, but a person must look at it. Only for the sake of this payment: it may have ended meanwhile, and the booking be paid by another card. */
async function flag({ id: paymentId }: PaymentRow, parts: Parts): Promise<void> {
  const flagged = await parts.db.transaction(async (tx) => {
    const scene = await lockScene(paymentId, parts, tx)
    const { booking, payment } = scene
    if (booking.status !== 'payment_processing' || !isOpen(payment)) return null
    await parts.bookings.transition([booking.id], 'attention', tx)
    const by = { actor: ACTOR, requestId: '', note: 'The outcome of the payment is not known.' }
    await auditAlso(scene, by, [['booking', booking.id, booking.status, 'attention']], parts, tx)
    return booking.id
  })
  if (flagged)
    parts.logger.error({ bookingId: flagged, paymentId }, 'a booking needs attention: the provider does not say what became of its payment')
}
