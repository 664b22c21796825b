import type { Transaction } from '@skyhold/platform'
import type { MailDelivery } from '../domain/delivery.ts'
import type { DeliveryRepository } from '../repositories/delivery.ts'
import type { NotedFacts } from '../repositories/noted-facts.ts'
import { getTemplate } from '../views/templates/index.ts'

interface StillTrueDeps {
  deliveries: Pick<DeliveryRepository, 'hasNewer'>
  facts: Pick<NotedFacts, 'hasNewer'>
  nowMs: number
  tx?: Transaction
}

/** Whether an e-mail may still be sent: its time is not over, and no newer fact is known that makes it untrue. */
export async function isStillTrue(delivery: MailDelivery, { deliveries, facts, nowMs, tx }: StillTrueDeps): Promise<boolean> {
  const { validUntilMs, supersededBy, undoneBy } = getTemplate(delivery.template)
  if (nowMs >= validUntilMs(delivery.event)) return false
  if (await deliveries.hasNewer(delivery, supersededBy, tx)) return false
  return !(await facts.hasNewer(delivery.event, undoneBy, tx))
}
