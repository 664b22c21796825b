import { CommitUnknown, errorKind, newId, Refusal, type Transaction } from '@skyhold/platform'
import { type Answer, assertSameRequest, isFinal, type KeyRecord, replayOf } from '../domain/idempotency.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { refundView } from '../views/refund.ts'
import { type IdempotentRequest, storeRefusal } from './idempotent.ts'
import { within } from './in-time.ts'
import type { Parts } from './parts.ts'
import { sendRefundSoon } from './send-refunds.ts'

export interface RefundRequest extends IdempotentRequest {
  /** The refund that the key stands for. */
  refundId: string
  /** What is answered once the money is back. */
  doneStatus: 200 | 201
}

/** What a client is told to wait after a 202. */
const ASK_AGAIN_SECONDS = 2
const COMMIT_TRIES = 3

/**
 * Runs work that leaves a refund to be sent, sends it, and answers within PAYMENT_ANSWER_MS. The key and the refund are committed together, before the provider hears of it;
 * a repeat under the key is answered by the refund's present state, until one has heard that the money is back: that comes again, whatever becomes of the refund.
 */
export async function refundUnderKey(request: RefundRequest, parts: Parts, work: (tx: Transaction) => Promise<RefundRow>): Promise<Answer> {
  const begun = await begin(request, parts, work)
  if ('answer' in begun) return begun.answer
  if ('record' in begun) return answerOfKnown(begun.record, request, parts)
  parts.outbox.onCommit()
  const sent = await within(sendRefundSoon(begun.refund.id, parts), parts.paymentRules.answerMs)
  const refund = sent ?? (await parts.refunds.find(begun.refund.id)) ?? begun.refund
  return answerOf(refund, request, { isReplayed: false }, parts)
}

type Begun = { refund: RefundRow } | { record: KeyRecord } | { answer: Answer }

async function begin(request: RefundRequest, parts: Parts, work: (tx: Transaction) => Promise<RefundRow>): Promise<Begun> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await parts.db.transaction((tx) => underKey(request, parts, tx, work), { onLockTimeout: 'throw' })
    } catch (error) {
      if (error instanceof Refusal && isFinal(error)) return { answer: await storeRefusal(parts, request, error) }
      if (errorKind(error) === 'lock_timeout') throw new Refusal('request_in_progress', { retryAfterSeconds: 1 })
      // Committed or not, the key tells at the next try.
      if (!(error instanceof CommitUnknown) || tries === COMMIT_TRIES) throw error
    }
  }
}

async function underKey(
  { key, refundId }: RefundRequest,
  parts: Parts,
  tx: Transaction,
  work: (tx: Transaction) => Promise<RefundRow>,
): Promise<Begun> {
  const owner = newId('event')
  const createdAtMs = await parts.db.now(tx)
  const answer = { responseStatus: null, responseBody: null }
  await parts.keys.insertNew([{ ...key, owner, lockedUntilMs: 0, resourceId: refundId, ...answer, createdAtMs }], tx)
  const record = await parts.keys.lock(key, tx)
  if (record && record.owner !== owner) {
    assertSameRequest(record, key)
    return { record }
  }
  return { refund: await work(tx) }
}

async function answerOfKnown(record: KeyRecord, request: RefundRequest, parts: Parts): Promise<Answer> {
  const replay = replayOf(record)
  if (replay) return replay
  const refund = record.resourceId ? await parts.refunds.find(record.resourceId) : null
  if (!refund) throw new Error(`idempotency key of ${record.scope} has no refund`)
  return answerOf(refund, request, { isReplayed: true }, parts)
}

async function answerOf(
  refund: RefundRow,
  { key, doneStatus: status }: RefundRequest,
  how: Pick<Answer, 'isReplayed'>,
  { db, keys }: Parts,
): Promise<Answer> {
  const body = { ...refundView(refund) }
  if (refund.status === 'succeeded') {
    await db.transaction((tx) => keys.storeAnswer(key, { status, body: JSON.stringify(body) }, tx))
    return { status, body, ...how }
  }
  // One that waits for a person has no time to tell.
  const isOnItsWay = refund.status !== 'needs_attention'
  return { status: 202, body, headers: isOnItsWay ? { 'retry-after': String(ASK_AGAIN_SECONDS) } : {}, ...how }
}
