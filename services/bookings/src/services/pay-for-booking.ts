import { setTimeout as sleep } from 'node:timers/promises'
import type { Money } from '@skyhold/contracts'
import { checkpoint, CommitUnknown, errorKind, Refusal } from '@skyhold/platform'
import { actorName } from '../domain/access.ts'
import type { Intent } from '../clients/payment-provider.ts'
import { type Answer, assertSameRequest, type IdempotencyKey, isFinal, type KeyRecord, replayOf, WAIT_MS } from '../domain/idempotency.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { answerOf, isFree, isOpen } from '../views/payment-answer.ts'
import { applyProviderResult, markUnknown } from './apply-provider-result.ts'
import { beginPayment, PaymentBusy, type PayForBooking } from './begin-payment.ts'
import { storeRefusal } from './idempotent.ts'
import { inTime } from './in-time.ts'
import type { Parts } from './parts.ts'
import type { ApplyResult } from './payment-scene.ts'

const POLL_MS_MIN = 50
const POLL_MS_MAX = 250
/** So often the provider is asked to give up an approval that nobody waits for any more. */
const GIVE_UP_TRIES = 3
/** A commit whose end is not known is asked for so often; then recovery has it. */
const SETTLE_TRIES = 3
/** What a client is told to wait after a 202. */
const ASK_AGAIN_SECONDS = 2

/**
 * Charges a booking once, whatever the number of tries, tabs, replicas and crashes. Payments of one booking are served one after the other; only one that waits for its payer's approval at his
 * bank makes way, since he is paying otherwise now.
 * Refusals: `booking_expired`, `already_paid`, `payment_in_progress`, `card_declined`, `request_in_progress`.
 */
export async function payForBooking(request: PayForBooking, parts: Parts): Promise<Answer> {
  const deadlineMs = Date.now() + WAIT_MS
  let giveUps = 0
  for (let waitMs = POLL_MS_MIN; ; waitMs = Math.min(waitMs * 2, POLL_MS_MAX)) {
    const begun = await tryToBegin(request, parts)
    if ('answer' in begun) return begun.answer
    if (begun.kind === 'begun') {
      checkpoint('payment.begun')
      return answerInTime(begun.payment, request, parts)
    }
    const leftMs = deadlineMs - Date.now()
    if (begun.kind === 'busy' && begun.isPaymentBusy && leftMs > 0 && giveUps++ < GIVE_UP_TRIES && (await madeWay(request, leftMs, parts)))
      continue
    const isLate = Date.now() >= deadlineMs
    // Whoever has waited for a lock, or lost the answer of a commit, has not seen the key: a repeat must still hear what is kept under it.
    const record = begun.kind === 'known' ? begun.record : isLate ? await recordOf(request.key, parts) : null
    if (record) {
      const answer = await answerOfKnown(record, { isLate, requestId: request.requestId }, parts)
      if (answer) return answer
    } else if (isLate) {
      throw new Refusal('payment_in_progress', {
        detail: 'Another payment of this booking is at work. Its outcome decides.',
        retryAfterSeconds: ASK_AGAIN_SECONDS,
      })
    }
    // Waiting holds no connection and no lock. The jitter keeps many waiters from coming back together.
    await sleep(waitMs * (0.75 + Math.random() / 2))
  }
}

type Beginning = Awaited<ReturnType<typeof beginPayment>> | { kind: 'busy'; isPaymentBusy: boolean } | { answer: Answer }

async function tryToBegin(request: PayForBooking, parts: Parts): Promise<Beginning> {
  try {
    return await parts.db.transaction((tx) => beginPayment(request, parts, tx), { onLockTimeout: 'throw' })
  } catch (error) {
    const isPaymentBusy = error instanceof PaymentBusy
    if (isPaymentBusy || errorKind(error) === 'lock_timeout') return { kind: 'busy', isPaymentBusy }
    // Committed or not, the key tells: the next look finds the payment there, and nothing has been charged yet.
    if (error instanceof CommitUnknown) return { kind: 'busy', isPaymentBusy }
    if (error instanceof Refusal && isFinal(error)) return { answer: await storeRefusal(parts, request, error) }
    throw error
  }
}

/**
 * True when a payment that waited for an approval has its end now. Only who may pay comes here: beginPayment has looked at that before it said that the booking is busy. A provider that is silent
 * keeps the request no longer than it may wait; the work goes on, for whoever asks next.
 */
async function madeWay(request: PayForBooking, leftMs: number, parts: Parts): Promise<boolean> {
  const waiting = (await parts.payments.listOfBooking(request.bookingId)).find(({ status }) => status === 'requires_action')
  if (!waiting?.providerId) return false
  const givenUp = giveUpApproval({ ...waiting, providerId: waiting.providerId }, request, parts)
  return (await inTime(givenUp, { ms: leftMs, paymentId: waiting.id }, parts)) ?? false
}

/** Fences the payment, so that it can never be charged; if it has been charged already, that counts. True when it has its end by that. */
async function giveUpApproval(
  { id: paymentId, providerId }: Pick<PaymentRow, 'id'> & { providerId: string },
  { actor, requestId }: PayForBooking,
  parts: Parts,
): Promise<boolean> {
  const by = { paymentId, actor: actorName(actor), requestId }
  try {
    const state = await parts.provider.retrieve(providerId)
    if (state.kind === 'captured') await settle({ ...by, result: state }, parts)
    else if (state.kind === 'canceled' || (await parts.provider.cancel(providerId, paymentId)))
      await settle({ ...by, result: { kind: 'declined', declineCode: 'authentication_abandoned' } }, parts)
    else return false
    return true
  } catch (error) {
    // Then the earlier payment still decides.
    parts.logger.warn({ err: error, paymentId }, 'an approval that nobody waits for any more could not be given up')
    return false
  }
}

/** An equal request came first: its stored answer, or the present state once it was answered 202; null while it is at work and there is time to wait. */
async function answerOfKnown(
  record: KeyRecord,
  { isLate, requestId }: { isLate: boolean; requestId: string },
  parts: Parts,
): Promise<Answer | null> {
  const replay = replayOf(record)
  if (replay) return replay
  const payment = record.resourceId ? await parts.payments.find(record.resourceId) : null
  if (!payment) throw new Error(`idempotency key of ${record.scope} has no payment`)
  // A lock past its time is a process that died: the recovery job finishes the payment, and until then the present state is the answer.
  if (record.lockedUntilMs <= (await parts.db.now())) {
    return { ...(await answerLikeKept(payment, record, requestId, parts)), isReplayed: true, headers: headersOf(payment) }
  }
  if (isLate) throw new Refusal('request_in_progress', { retryAfterSeconds: ASK_AGAIN_SECONDS })
  return null
}

const headersOf = (payment: PaymentRow): Record<string, string> => (isOpen(payment) ? { 'retry-after': String(ASK_AGAIN_SECONDS) } : {})

/** Past PAYMENT_ANSWER_MS the client has its 202 and the same process goes on. */
async function answerInTime(payment: PaymentRow, request: PayForBooking, parts: Parts): Promise<Answer> {
  const work = charge(payment, request, parts)
  const settled = (await inTime(work, { ms: parts.paymentRules.answerMs, paymentId: payment.id }, parts)) ?? payment
  if (isOpen(settled)) await parts.keys.unlock(request.key)
  return { ...(await answerLikeKept(settled, request.key, request.requestId, parts)), isReplayed: false, headers: headersOf(settled) }
}

/** Recovery or a webhook may have been first to end the payment and keep the answer: what a repeat will hear is the answer now. */
async function answerLikeKept(
  payment: PaymentRow,
  key: IdempotencyKey,
  requestId: string,
  parts: Parts,
): Promise<Pick<Answer, 'status' | 'body'>> {
  const answer = answerOf(payment, { requestId })
  // A capture reads the same whoever has kept it. A refusal names its request, and captured money may have gone back since.
  if (isOpen(payment) || payment.status === 'captured') return answer
  const record = await recordOf(key, parts)
  return (record && replayOf(record)) ?? answer
}

/** As it is at this moment, whoever is at work with it. Refusals: `idempotency_key_reused`. */
async function recordOf(key: IdempotencyKey, parts: Parts): Promise<KeyRecord | null> {
  const [record] = await parts.keys.find([key])
  if (record) assertSameRequest(record, key)
  return record ?? null
}

/** Asks the provider and applies what it says. Nothing is charged before its id is on our row, so that recovery can always ask for it. */
async function charge(payment: PaymentRow, { actor, requestId }: PayForBooking, parts: Parts): Promise<PaymentRow> {
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const by = { paymentId: payment.id, requestId, actor: actorName(actor) }
  if (isFree(payment)) return settleFree(payment, by, parts)

  const intent = await openIntent(payment, amount, parts)
  if (!intent) return presentState(payment, parts)
  const remembered = await parts.payments.rememberIntent(payment.id, {
    providerId: intent.id,
    clientSecret: intent.clientSecret,
    nowMs: await parts.db.now(),
  })
  if (remembered === 0) return presentState(payment, parts) // Recovery was faster and has given this try up: nothing is charged.
  checkpoint('payment.intent_kept')

  const result = await parts.provider.confirm(intent.id, { paymentId: payment.id, paymentMethod: payment.paymentMethod ?? '' })
  checkpoint('payment.charged')
  if (result.kind === 'unknown' || result.kind === 'processing') {
    // A timeout is not a refusal: it is asked for later, never sent again under a new key.
    parts.logger.warn({ paymentId: payment.id, result }, 'the outcome of a payment is not known yet')
    if (result.kind === 'unknown') await markUnknown(by, parts)
    return presentState(payment, parts)
  }
  const settled = await settle({ ...by, result }, parts)
  checkpoint('payment.settled')
  return settled
}

/** Null when the provider cannot be had: nothing can be charged then, recovery gives the try up, and the client asks again. */
async function openIntent({ id: paymentId, bookingId }: PaymentRow, amount: Money, { provider, logger }: Parts): Promise<Intent | null> {
  try {
    return await provider.createIntent({ paymentId, bookingId, amount })
  } catch (error) {
    logger.warn({ err: error, paymentId }, 'the provider took no intent; recovery gives this payment up')
    return null
  }
}

/** A free booking asks no provider: its process settles the payment at once or, when that has died, recovery does. */
export const settleFree = (
  { id: paymentId, amountMinor, currency }: PaymentRow,
  by: Pick<ApplyResult, 'actor' | 'requestId'>,
  parts: Parts,
): Promise<PaymentRow> =>
  settle({ ...by, paymentId, result: { kind: 'captured', providerId: '', amount: { amountMinor, currency } } }, parts)

/** T2, by whoever has learnt the outcome. Where it is not known whether that was committed it is done once more: an outcome that is there already changes nothing. */
export async function settle(outcome: Omit<ApplyResult, 'ticketNumbers'>, parts: Parts): Promise<PaymentRow> {
  const ticketNumbers =
    outcome.result.kind === 'captured' ? await parts.ticketNumbers.take(await countTickets(outcome.paymentId, parts)) : []
  for (let tries = 1; ; tries += 1) {
    try {
      const settled = await parts.db.transaction((tx) => applyProviderResult({ ...outcome, ticketNumbers }, parts, tx))
      parts.outbox.onCommit()
      return settled
    } catch (error) {
      if (!(error instanceof CommitUnknown) || tries === SETTLE_TRIES) throw error
    }
  }
}

async function countTickets(paymentId: string, parts: Parts): Promise<number> {
  const payment = await parts.payments.find(paymentId)
  const booking = payment ? await parts.bookings.find(payment.bookingId) : null
  const hold = booking ? await parts.holds.find(booking.holdId) : null
  return (booking?.passengers.length ?? 0) * (hold?.flights.length ?? 0)
}

async function presentState(payment: PaymentRow, parts: Parts): Promise<PaymentRow> {
  return (await parts.payments.find(payment.id)) ?? payment
}
