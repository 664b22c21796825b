import type { Notification } from '@skyhold/contracts'
import type { MailDelivery } from '../domain/delivery.ts'

export const notificationView = ({ id, template, toAddress, status, bookingId, sentAtMs, attempts }: MailDelivery): Notification => ({
  id,
  template,
  to: toAddress,
  status,
  bookingId,
  sentAt: sentAtMs === null ? null : new Date(sentAtMs).toISOString(),
  attempts,
})
