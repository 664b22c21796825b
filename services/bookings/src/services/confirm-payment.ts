import { CommitUnknown, errorKind, newId, Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import { type Answer, assertSameRequest, type KeyRecord, replayOf } from '../domain/idempotency.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { answerOf, isOpen } from '../views/payment-answer.ts'
import type { IdempotentRequest } from './idempotent.ts'
import { inTime } from './in-time.ts'
import type { Parts } from './parts.ts'
import { settle } from './pay-for-booking.ts'
import { getSeenPayment } from './read-payments.ts'

export interface ConfirmPayment extends IdempotentRequest {
  paymentId: string
  actor: Actor
}

/** What a client is told to wait before it asks again. */
const ASK_AGAIN_SECONDS = 2
const COMMIT_TRIES = 3

/**
 * After the bank has approved (3-D Secure): asks the provider and answers as the payment itself does, within PAYMENT_ANSWER_MS. Its key is bound to this payment before the provider is asked,
 * and keeps the answer once the payment has its end. Equal requests need not wait for each other, because the provider is only asked; the first answer kept is the answer of all.
 * Refusals: `payment_not_found`, `card_declined`, `idempotency_key_reused`, `unavailable` while the provider cannot be asked.
 */
export async function confirmPayment(request: ConfirmPayment, parts: Parts): Promise<Answer> {
  const { paymentId, path, requestId } = request
  const payment = await getSeenPayment(request, parts)
  const replay = replayOf(await bindKey(request, parts))
  if (replay) return replay

  const asked = await inTime(askProvider(payment, request, parts), { ms: parts.paymentRules.answerMs, paymentId }, parts)
  const present = asked ?? (await parts.payments.find(paymentId)) ?? payment
  const answer = answerOf(present, { requestId, instance: path })
  if (isOpen(present)) return { ...answer, isReplayed: false, headers: { 'retry-after': String(ASK_AGAIN_SECONDS) } }
  return keepAnswer(request, answer, parts)
}

/** From here on the key is this payment's. Nothing else is committed with it: a process that dies later leaves a key without an answer, and the repeat asks again. */
const bindKey = ({ key, paymentId }: ConfirmPayment, parts: Parts): Promise<KeyRecord> =>
  committed(parts, async (tx) => {
    const createdAtMs = await parts.db.now(tx)
    const unanswered = { owner: newId('event'), lockedUntilMs: 0, responseStatus: null, responseBody: null }
    await parts.keys.insertNew([{ ...key, ...unanswered, resourceId: paymentId, createdAtMs }], tx)
    const record = await parts.keys.lock(key, tx)
    if (!record) throw new Error('an idempotency key is gone in the transaction that wrote it')
    assertSameRequest(record, key)
    return record
  })

/** After the payment's own transaction: whoever dies between them has answered nobody, and the repeat finds the payment ended. */
async function keepAnswer({ key }: ConfirmPayment, answer: Pick<Answer, 'status' | 'body'>, parts: Parts): Promise<Answer> {
  return committed(parts, async (tx) => {
    const kept = await parts.keys.storeAnswer(key, { status: answer.status, body: JSON.stringify(answer.body) }, tx)
    if (kept === 1) return { ...answer, isReplayed: false }
    const record = await parts.keys.lock(key, tx)
    // An equal request was faster, or the commit before this one went through after all. Without the row its 72 hours are over.
    return (record && replayOf(record)) ?? { ...answer, isReplayed: false }
  })
}

/** Does it again where it is not known whether it was committed: both steps find what they have done. */
async function committed<T>({ db }: Parts, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction(work, { onLockTimeout: 'throw' })
    } catch (error) {
      if (errorKind(error) === 'lock_timeout') throw new Refusal('request_in_progress', { retryAfterSeconds: 1 })
      if (!(error instanceof CommitUnknown) || tries === COMMIT_TRIES) throw error
    }
  }
}

/** The payment as it is after the provider's word; unchanged where that is no end. */
async function askProvider(payment: PaymentRow, { actor, requestId }: ConfirmPayment, parts: Parts): Promise<PaymentRow> {
  if (payment.status !== 'requires_action' || !payment.providerId) return payment
  const { id: paymentId, providerId } = payment
  const by = { paymentId, actor: actorName(actor), requestId }
  const retrieve = () => orUnavailable(parts.provider.retrieve(providerId), paymentId, parts)
  const found = await retrieve()
  // Declined by the bank: believed once the intent is fenced. A fence that fails says that it is not open any more; an equal request may have been faster.
  const isFenced = found.kind === 'open' && (await orUnavailable(parts.provider.cancel(providerId, paymentId), paymentId, parts))
  const state = found.kind === 'open' && !isFenced ? await retrieve() : found
  if (state.kind === 'captured') return settle({ ...by, result: state }, parts)
  if (state.kind === 'canceled' || (state.kind === 'open' && isFenced))
    return settle({ ...by, result: { kind: 'declined', declineCode: state.declineCode ?? 'authentication_failed' } }, parts)
  return payment
}

/** Where the provider says nothing, the client is told to come back, and nothing has changed. */
async function orUnavailable<T>(work: Promise<T>, paymentId: string, { logger }: Parts): Promise<T> {
  try {
    return await work
  } catch (error) {
    logger.warn({ err: error, paymentId }, 'the provider could not be asked what became of a payment')
    throw new Refusal('unavailable', {
      detail: 'The payment provider cannot be asked right now. Try again.',
      retryAfterSeconds: ASK_AGAIN_SECONDS,
    })
  }
}
