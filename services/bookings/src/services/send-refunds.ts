import { checkpoint } from '@skyhold/platform'
import type { RefundResult } from '../clients/payment-provider.ts'
import type { RefundRow } from '../repositories/refunds.ts'
import { applyRefundResult } from './apply-refund-result.ts'
import type { Parts } from './parts.ts'

const BATCH = 50

/** Sends the refunds that are due: those whose process has died, whose outcome is not known, or that the provider had pending. The number that succeeded. */
export async function sendRefunds(parts: Parts): Promise<number> {
  let succeeded = 0
  for (;;) {
    // Each one that is taken up is due later, so the next look finds others: a cancelled flight has hundreds.
    const due = await parts.refunds.listDue(await parts.db.now(), BATCH)
    let failed = 0
    for (const refund of due) {
      try {
        if ((await takeUp(refund, 'job:refund', parts))?.status === 'succeeded') succeeded += 1
      } catch (error) {
        // One refund that cannot be sent must not keep the others waiting.
        parts.logger.warn({ err: error, refundId: refund.id }, 'a refund could not be sent yet')
        failed += 1
      }
    }
    if (due.length < BATCH || failed === due.length) return succeeded
  }
}

/**
 * Sends a refund right after its transaction is committed, beside the caller's answer; the service waits for it before it closes. What fails is the job's.
 * The refund as it is then; null when another sender has it.
 */
export function sendRefundSoon(refundId: string, parts: Parts): Promise<RefundRow | null> {
  const work = (async () => {
    try {
      const refund = await parts.refunds.find(refundId)
      return refund && (await takeUp(refund, 'refund', parts))
    } catch (error) {
      parts.logger.warn({ err: error, refundId }, 'a refund is left to its job')
      return null
    }
  })()
  parts.unfinished.add(work)
  return work.finally(() => parts.unfinished.delete(work))
}

/** Null when another sender was first, or there is nothing to send. */
async function takeUp(refund: RefundRow, actor: string, parts: Parts): Promise<RefundRow | null> {
  const leaseMs = 3 * parts.paymentRules.timeoutMs
  if ((await parts.refunds.claimDue(refund, (await parts.db.now()) + leaseMs)) === 0) return null
  const result = await send(refund, parts)
  checkpoint('refund.sent')
  return (await applyRefundResult({ refundId: refund.id, tries: refund.tries, result, actor }, parts)).refund
}

/**
 * Each try goes out under a key of its own, so that a repeat of it is the same refund. Whatever may have been sent before is looked for first: keys are forgotten after a day,
 * and an error kept under a key says nothing of the money.
 */
async function send(refund: RefundRow, parts: Parts): Promise<RefundResult> {
  const { id: refundId, tries, amountMinor, currency } = refund
  const payment = await parts.payments.find(refund.paymentId)
  if (!payment?.providerId) throw new Error(`refund ${refundId} is of a payment that the provider does not know`)
  const order = { refundId, tries, intentId: payment.providerId, amount: { amountMinor, currency } }
  const wasTakenUp = refund.checks > 0 || refund.status === 'unknown'
  const found = wasTakenUp ? await parts.provider.findRefund(order) : null
  return found ?? parts.provider.refund(order)
}
