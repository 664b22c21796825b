import { may, PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { Refusal, type Caller, type Cursors } from '@skyhold/platform'
import type { MailDelivery } from '../domain/delivery.ts'
import type { DeliveryFilter, DeliveryRepository } from '../repositories/delivery.repository.ts'

export interface ListNotifications {
  bookingId?: string
  limit?: number
  cursor?: string
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
): Promise<{ data: MailDelivery[]; nextCursor: string | null }> {
  const beforeId = cursor === undefined ? undefined : String(cursors.decode(cursor)[0])
  const found = await deliveries.list(
    { ...scopeOf(caller), ...(bookingId !== undefined && { bookingId }) },
    { limit: limit + 1, ...(beforeId !== undefined && { beforeId }) },
  )
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: last && found.length > limit ? cursors.encode([last.id]) : null }
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
