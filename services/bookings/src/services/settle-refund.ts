import { Refusal, type Transaction } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import type { Answer } from '../domain/idempotency.ts'
import type { Settlement } from '../repositories/refunds.ts'
import { refundView } from '../views/refund.ts'
import { lockRefund, succeed } from './apply-refund-result.ts'
import { idempotently, type IdempotentRequest, type Outcome } from './idempotent.ts'
import type { Parts } from './parts.ts'
import { assertRefundFits } from './queue-refund.ts'

export interface SettleRefund extends IdempotentRequest {
  refundId: string
  settlement: Settlement
  actor: Actor
}

/**
 * Books a refund that can never succeed at the provider, because the card's account is closed or a dispute is lost, and that a person has given back in another way. From then on it is as good as
 * any that succeeded; the provider is not expected to know of it.
 * Refusals: `refund_not_found`, `invalid_transition` when it does not wait for a person, `refund_exceeds_captured`.
 */
export async function settleRefund(request: SettleRefund, parts: Parts): Promise<Answer> {
  const answer = await idempotently(parts, request, (tx) => settle(request, parts, tx))
  parts.outbox.onCommit()
  return answer
}

async function settle({ refundId, settlement, actor, requestId }: SettleRefund, parts: Parts, tx: Transaction): Promise<Outcome> {
  const scene = await lockRefund({ refundId, actor: actorName(actor), requestId }, parts, tx)
  const { refund, payment } = scene
  if (refund.status !== 'needs_attention')
    throw new Refusal('invalid_transition', {
      detail: `The refund is ${refund.status}; only one that needs attention can be settled in another way.`,
    })
  await assertRefundFits(refund, payment, parts, tx)
  await succeed(scene, { settlement }, parts, tx)
  return { status: 200, body: { ...refundView({ ...refund, status: 'succeeded' }) } }
}
