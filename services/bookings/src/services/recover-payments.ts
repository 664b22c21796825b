import type { IntentState } from '../clients/payment-provider.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { isFree, isOpen } from '../views/payment-answer.ts'
import { settle, settleFree } from './pay-for-booking.ts'
import { markUnknown } from './apply-provider-result.ts'
import type { Parts } from './parts.ts'

const BATCH = 50
/** The pause doubles from a few seconds to a minute, and never ends: money is at stake. */
const PAUSE_MS_MIN = 2_000
const PAUSE_MS_MAX = 60_000
const ACTOR = 'job:recover'

/** Finishes payments whose process has died or given up: asks the provider what became of them. The number that were settled. */
export async function recoverPayments(parts: Parts): Promise<number> {
  let settled = 0
  for (const payment of await parts.payments.listDue(await parts.db.now(), BATCH)) {
    const nowMs = await parts.db.now()
    if ((await parts.payments.claimDue(payment, nowMs + pauseMs(payment.checks))) === 0) continue
    const recovered = await tryToRecover(payment, nowMs, parts)
    if (recovered === 'settled') settled += 1
    if (recovered === 'unknown') await flagIfTooLong(payment, nowMs, parts)
  }
  return settled
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

/** One payment that cannot be asked for must not keep the others waiting. */
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

/** The seats stay with the booking, but a person must look at it. */
async function flagIfTooLong(payment: PaymentRow, nowMs: number, parts: Parts): Promise<void> {
  if (!isPinOver(payment, nowMs, parts)) return
  const flagged = await parts.db.transaction(async (tx) => {
    const booking = await parts.bookings.lock(payment.bookingId, tx)
    if (booking?.status !== 'payment_processing') return false
    await parts.bookings.transition([booking.id], 'attention', tx)
    await parts.audit.append(
      [
        {
          aggregateType: 'booking',
          aggregateId: booking.id,
          from: booking.status,
          to: 'attention',
          atMs: nowMs,
          actor: ACTOR,
          requestId: '',
          note: 'The outcome of the payment is not known.',
        },
      ],
      tx,
    )
    return true
  })
  if (flagged)
    parts.logger.error(
      { bookingId: payment.bookingId, paymentId: payment.id },
      'a booking needs attention: the provider does not say what became of its payment',
    )
}
