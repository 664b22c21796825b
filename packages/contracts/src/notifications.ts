import { Type, type Static } from 'typebox'
import { Id } from './ids.ts'

export const NOTIFICATION_TEMPLATES = [
  'booking-held',
  'booking-confirmed',
  'booking-expired',
  'booking-cancelled',
  'refund-succeeded',
  'payment-returned',
  'flight-changed',
  'flight-cancelled',
  'waiting-list-offer',
  'trip-reminder',
  'welcome',
  'verify-email',
  'reset-password',
] as const
export const NOTIFICATION_STATUSES = ['queued', 'sending', 'sent', 'failed', 'superseded'] as const
export type NotificationTemplate = (typeof NOTIFICATION_TEMPLATES)[number]
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number]

export const Notification = Type.Object(
  {
    id: Id('notification'),
    template: Type.Enum(NOTIFICATION_TEMPLATES),
    to: Type.String(),
    status: Type.Enum(NOTIFICATION_STATUSES),
    bookingId: Type.Union([Id('booking'), Type.Null()]),
    sentAt: Type.Union([Type.String(), Type.Null()]),
    attempts: Type.Integer(),
  },
  { additionalProperties: false },
)
export type Notification = Static<typeof Notification>
