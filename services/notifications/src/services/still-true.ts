import type { Transaction } from '@skyhold/platform'
import type { MailDelivery } from '../domain/delivery.ts'
import type { DeliveryRepository } from '../repositories/delivery.ts'
import { getTemplate } from '../views/templates/index.ts'

/** Whether an e-mail may still be sent: its time is not over, and no newer fact of the booking is known that makes it untrue. */
export async function isStillTrue(
  delivery: MailDelivery,
  { deliveries, nowMs, tx }: { deliveries: Pick<DeliveryRepository, 'hasNewer'>; nowMs: number; tx?: Transaction },
): Promise<boolean> {
  const { validUntilMs, supersededBy } = getTemplate(delivery.template)
  return nowMs < validUntilMs(delivery.event) && !(await deliveries.hasNewer(delivery, supersededBy, tx))
}
