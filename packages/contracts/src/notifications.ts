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
  'access-changed',
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

/** `open`: nobody has done anything about it. `replaying`: on its way back to its queue. `replayed`: it is there, as a first attempt. `dismissed`: a person has seen to it otherwise. */
export const DEAD_LETTER_STATUSES = ['open', 'replaying', 'replayed', 'dismissed'] as const
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number]

/** A message that its consumer could not use, whatever the number of tries. */
export const DeadLetter = Type.Object(
  {
    id: Id('deadLetter'),
    queue: Type.String(),
    /** Null when the message cannot be read as an event. */
    eventId: Type.Union([Id('event'), Type.Null()]),
    type: Type.Union([Type.String(), Type.Null()]),
    /** As it came: mostly the JSON of an event. */
    payload: Type.String(),
    error: Type.String(),
    attempts: Type.Integer(),
    status: Type.Enum(DEAD_LETTER_STATUSES),
    deadAt: Type.String(),
    replayedAt: Type.Union([Type.String(), Type.Null()]),
    replayedBy: Type.Union([Id('user'), Type.Null()]),
    /** The letter that this one was replayed from, and died again. */
    replayOf: Type.Union([Id('deadLetter'), Type.Null()]),
  },
  { additionalProperties: false },
)
export type DeadLetter = Static<typeof DeadLetter>
