import type { RefundRow } from '../repositories/refunds.ts'
import type { Parts } from './parts.ts'
import { NEVER_MS } from './payment-scene.ts'

const BATCH = 50
const PAUSE_MS_MIN = 5_000
const PAUSE_MS_MAX = 300_000

/** Sends the refunds that are due to the provider, each under its own id as key, so that a repeat is the same refund. The number that succeeded. */
export async function sendRefunds(parts: Parts): Promise<number> {
  let sent = 0
  for (const refund of await parts.refunds.listDue(await parts.db.now(), BATCH)) {
    const nowMs = await parts.db.now()
    if ((await parts.refunds.claimDue(refund, nowMs + Math.min(PAUSE_MS_MIN * 2 ** Math.min(refund.checks, 10), PAUSE_MS_MAX))) === 0)
      continue
    try {
      if (await send(refund, parts)) sent += 1
    } catch (error) {
      parts.logger.warn({ err: error, refundId: refund.id }, 'a refund could not be sent yet')
    }
  }
  return sent
}

async function send(refund: RefundRow, parts: Parts): Promise<boolean> {
  const payment = await parts.payments.find(refund.paymentId)
  if (!payment?.providerId) throw new Error(`refund ${refund.id} is of a payment that the provider does not know`)
  const { providerId, status } = await parts.provider.refund({
    refundId: refund.id,
    intentId: payment.providerId,
    amount: { amountMinor: refund.amountMinor, currency: refund.currency },
  })
  if (status === 'pending') return false
  await parts.db.transaction(async (tx) => {
    const nowMs = await parts.db.now(tx)
    const to = status === 'succeeded' ? ('succeeded' as const) : ('needs_attention' as const)
    const change = { from: refund.status, to, providerId, nowMs, nextCheckAtMs: NEVER_MS }
    if ((await parts.refunds.transition(refund.id, change, tx)) === 0) return
    const by = { atMs: nowMs, actor: 'job:refund', requestId: '' }
    await parts.audit.append([{ aggregateType: 'refund', aggregateId: refund.id, from: refund.status, to, ...by }], tx)
    if (to === 'needs_attention') return
    await parts.payments.transition(payment.id, { to: 'refunded', nowMs, nextCheckAtMs: NEVER_MS }, tx)
    await parts.audit.append([{ aggregateType: 'payment', aggregateId: payment.id, from: 'captured', to: 'refunded', ...by }], tx)
  })
  if (status === 'failed') parts.logger.error({ refundId: refund.id }, 'a refund failed at the provider and needs a person')
  return status === 'succeeded'
}
