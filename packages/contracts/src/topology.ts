import type { EventType } from './events.ts'

/** Who listens to what. Declared by every publisher before its relay starts, so that an event for a consumer that never ran waits for it. */
export const EXCHANGE = 'skyhold.events'
export const UNROUTED = 'skyhold.unrouted'

/** A handler that fails is tried again after these waits; then the message goes to the dead letters, where a person looks at it. */
export const RETRY_DELAYS_MS = [5_000, 30_000, 300_000] as const

export interface ConsumerQueue {
  name: string
  consumer: 'flights' | 'bookings' | 'notifications'
  events: readonly EventType[]
  /** How many messages are worked on at a time. */
  prefetch: number
}

export const QUEUES = {
  flightsInventory: { name: 'flights.inventory', consumer: 'flights', events: ['inventory.changed'], prefetch: 50 },
  bookingsFlights: {
    name: 'bookings.flights',
    consumer: 'bookings',
    events: ['flight.scheduled', 'flight.changed', 'flight.cancelled'],
    prefetch: 50,
  },
  notificationsMail: {
    name: 'notifications.mail',
    consumer: 'notifications',
    prefetch: 20,
    events: [
      'user.registered',
      'user.verification_requested',
      'user.password_reset_requested',
      'user.access_changed',
      'booking.created',
      'booking.confirmed',
      'booking.expired',
      'booking.cancelled',
      'payment.returned',
      'refund.succeeded',
      'refund.needs_attention',
    ],
  },
} as const satisfies Record<string, ConsumerQueue>

export const retryQueue = (queue: string, n: number) => `${queue}.retry.${n}`
export const deadQueue = (queue: string) => `${queue}.dead`

/** False for a type that nobody listens to: such an event is recorded in the outbox and not published. */
export const hasSubscriber = (type: EventType): boolean =>
  Object.values(QUEUES).some((queue) => (queue.events as readonly EventType[]).includes(type))
