import { may, PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { pageOf, Refusal, type Caller, type Cursors, type Page, type PageQuery } from '@skyhold/platform'
import type { MailDelivery } from '../domain/delivery.ts'
import type { DeliveryFilter, DeliveryRepository } from '../repositories/delivery.ts'

export interface ListNotifications extends PageQuery {
  bookingId?: string
}

/** Everybody sees what was sent to them; staff see everything of their operator. */
const scopeOf = (caller: Caller): DeliveryFilter => ({
  operatorId: caller.operatorId,
  ...(!may(caller.roles, 'notifications.all') && { ownerId: caller.userId }),
})

/** A page of what the caller may see, newest first. */
export async function listNotifications(
  { bookingId, limit = PAGE_LIMIT_DEFAULT, cursor }: ListNotifications,
  caller: Caller,
  { deliveries, cursors }: { deliveries: DeliveryRepository; cursors: Cursors },
): Promise<Page<MailDelivery>> {
  const beforeId = cursor === undefined ? undefined : String(cursors.decode(cursor)[0])
  const found = await deliveries.list(
    { ...scopeOf(caller), ...(bookingId !== undefined && { bookingId }) },
    { limit: limit + 1, ...(beforeId !== undefined && { beforeId }) },
  )
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
}

/** Another customer's is as absent as one that never was. */
export async function getNotification(
  id: string,
  caller: Caller,
  { deliveries }: { deliveries: DeliveryRepository },
): Promise<MailDelivery> {
  const delivery = await deliveries.find(id, scopeOf(caller))
  if (!delivery) throw new Refusal('not_found', { detail: 'There is no such notification.' })
  return delivery
}
