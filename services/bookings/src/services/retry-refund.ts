import { Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import type { Answer } from '../domain/idempotency.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { cancelForRefund, lockRefund, rememberOwnFailure } from './apply-refund-result.ts'
import type { IdempotentRequest } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { assertRefundFits, takesLastMoney } from './queue-refund.ts'
import { refundUnderKey } from './refund-under-key.ts'

export interface RetryRefund extends IdempotentRequest {
  refundId: string
  actor: Actor
}

/**
 * Sends a refund again that failed at the provider, under a key of its own. What was free since it failed may have been refunded otherwise, so the sum is looked at again; and if it is
 * the last money of a confirmed booking now, that is cancelled with it.
 * Answers 200 when the money is back, 202 while it is on its way. Refusals: `refund_not_found`, `invalid_transition`, `refund_exceeds_captured`.
 */
export const retryRefund = (request: RetryRefund, parts: Parts): Promise<Answer> =>
  refundUnderKey({ ...request, doneStatus: 200 }, parts, (tx) => reserveAgain(request, parts, tx))

async function reserveAgain({ refundId, actor, requestId }: RetryRefund, parts: Parts, tx: Transaction): Promise<RefundRow> {
  const { refund, payment, booking, hold, nowMs } = await lockRefund({ refundId, actor: actorName(actor) }, parts, tx)
  if (refund.status !== 'needs_attention')
    throw new Refusal('invalid_transition', {
      detail: `The refund is ${refund.status}; only one that needs attention can be tried again.`,
    })
  const leftMinor = await assertRefundFits(refund, payment, parts, tx)
  await rememberOwnFailure(refund, nowMs, parts, tx)
  const change = { from: refund.status, to: 'pending', nextCheckAtMs: nowMs, nowMs, isNewTry: true } as const
  if ((await parts.refunds.transition(refundId, change, tx)) !== 1) throw new Error(`refund ${refundId} changed under its payment's lock`)
  await parts.audit.append(
    [
      {
        aggregateType: 'refund',
        aggregateId: refundId,
        from: refund.status,
        to: 'pending',
        atMs: nowMs,
        actor: actorName(actor),
        requestId,
        note: `Try ${refund.tries + 1}.`,
      },
    ],
    tx,
  )
  const again: RefundRow = { ...refund, status: 'pending', providerId: null, tries: refund.tries + 1, checks: 0, nextCheckAtMs: nowMs }
  if (takesLastMoney(booking, payment, { amountMinor: refund.amountMinor, leftMinor }))
    await cancelForRefund({ booking, hold, refund: again, nowMs, actor: actorName(actor), requestId }, parts, tx)
  return again
}
