import { randomUUID } from 'node:crypto'
import { DEFAULT_OPERATOR_ID } from '@skyhold/contracts'
import type { Database } from '@skyhold/platform'
import type { Actor } from '../../services/bookings/src/domain/access.ts'
import { requestRefund } from '../../services/bookings/src/services/request-refund.ts'
import { retryRefund } from '../../services/bookings/src/services/retry-refund.ts'
import { settleRefund } from '../../services/bookings/src/services/settle-refund.ts'
import type { Cluster } from './cluster.ts'

const LOOK_EVERY_MS = 15_000

const BY_TRANSFER = { note: 'The account of the card is closed.', reference: 'transfer 1' }

const CLERK: Actor = {
  kind: 'user',
  caller: { userId: 'usr_clerk', sessionId: 'ses_simulated', roles: ['admin'], operatorId: DEFAULT_OPERATOR_ID },
}

/** The person at the desk: gives money back by hand now and then, and sends again what failed at the provider, or gives it back in another way. */
export async function workAtTheDesk(cluster: Cluster, db: Database): Promise<never> {
  const { world } = cluster
  const keyed = (path: string) => {
    const idemKey = randomUUID()
    return { key: { scope: 'usr_clerk', idemKey, fingerprint: path }, path, requestId: idemKey, actor: CLERK }
  }
  for (;;) {
    await world.sleep(LOOK_EVERY_MS)
    for (const { id } of await db.rows<{ id: string }>(`SELECT id FROM refunds WHERE status = 'needs_attention'`)) {
      const isGivenOtherwise = world.strikes(0.5)
      const request = { ...keyed(`/api/v1/refunds/${id}/${isGivenOtherwise ? 'settlement' : 'retry'}`), refundId: id }
      if (isGivenOtherwise) await cluster.call(`settle ${id}`, ({ parts }) => settleRefund({ ...request, settlement: BY_TRANSFER }, parts))
      else await cluster.call(`retry ${id}`, ({ parts }) => retryRefund(request, parts))
    }
    const paid = await db.rows<{ id: string; amount: number }>(
      `SELECT id, amount_minor AS amount FROM payments WHERE status IN ('captured', 'partially_refunded') AND amount_minor > 0 ORDER BY id`,
    )
    if (paid.length === 0 || !world.strikes(0.5)) continue
    const { id, amount } = world.chance.pick(paid)
    const body = { reason: 'goodwill', ...(world.chance.hit(0.5) ? { amountMinor: world.chance.between(1, amount) } : {}) }
    const request = { ...keyed(`/api/v1/payments/${id}/refunds`), paymentId: id, body }
    // Both at once now and then: more than was taken must never go back.
    const calls = Array.from({ length: world.chance.between(1, 2) }, () =>
      cluster.call(`refund ${id}`, ({ parts }) => requestRefund({ ...request, ...keyed(request.path) }, parts)),
    )
    await Promise.all(calls)
  }
}
