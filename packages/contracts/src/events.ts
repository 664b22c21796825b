import { Type, type Static, type TSchema } from 'typebox'
import { BookedFlight, CANCELLATION_CAUSES, Contact, Passenger } from './bookings.ts'
import { Cabin, FlightState } from './flights.ts'
import { Id, Reference } from './ids.ts'
import { Money } from './money.ts'

const closed = { additionalProperties: false } as const

/** All that an e-mail, a ticket or a calendar file says of a booking, so that nobody has to ask bookings for it. */
export const BookingFacts = Type.Object(
  {
    bookingId: Id('booking'),
    reference: Reference,
    ownerId: Id('user'),
    operatorId: Type.String(),
    contact: Contact,
    total: Money,
    flights: Type.Array(BookedFlight),
    passengers: Type.Array(Passenger),
    expiresAt: Type.Optional(Type.String()),
    /** Only in `booking.cancelled`: why, and what goes back. */
    cancellation: Type.Optional(
      Type.Object(
        {
          cause: Type.Enum(CANCELLATION_CAUSES),
          refund: Money,
          fee: Money,
          reason: Type.Optional(Type.String()),
          /** The flight that does not fly. */
          flightId: Type.Optional(Id('flight')),
          /** The flight that had left before its payment was known to be made. */
          departedFlightId: Type.Optional(Id('flight')),
          /** Nobody knows yet whether a card was charged. If it was, all of it goes back: `payment.returned` tells. */
          isPaymentOpen: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type BookingFacts = Static<typeof BookingFacts>

const PaymentFacts = Type.Object(
  {
    paymentId: Id('payment'),
    bookingId: Id('booking'),
    reference: Reference,
    ownerId: Id('user'),
    contact: Contact,
    amount: Money,
    declineCode: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
  },
  closed,
)
const RefundFacts = Type.Object(
  {
    refundId: Id('refund'),
    paymentId: Id('payment'),
    bookingId: Id('booking'),
    reference: Reference,
    ownerId: Id('user'),
    contact: Contact,
    amount: Money,
    reason: Type.String(),
    /** Only in `refund.succeeded`: it went back in another way than to the card, and is found by this reference. */
    settlement: Type.Optional(Type.Object({ reference: Type.Optional(Type.String()) }, closed)),
  },
  closed,
)

/** What opens an account, and was changed, used up or tried in vain: its owner hears of it by e-mail, in case it was not he. */
export const ACCESS_CHANGES = [
  'password_changed',
  'password_reset',
  'email_change_requested',
  'email_changed',
  'second_factor_set_up',
  'second_factor_removed',
  'second_factor_reset',
  'recovery_code_used',
  'wrong_codes_tried',
] as const
export type AccessChange = (typeof ACCESS_CHANGES)[number]

const MailLinkFacts = Type.Object(
  {
    userId: Id('user'),
    email: Type.String(),
    givenNames: Type.String(),
    familyName: Type.String(),
    linkHandle: Type.String({ pattern: '^[\\w-]{43}$' }),
  },
  closed,
)

/** Every event and its data. A type is a fact in the past tense; its schema is checked where it leaves and where it arrives. */
export const EVENTS = {
  'flight.scheduled': FlightState,
  'flight.changed': FlightState,
  'flight.cancelled': FlightState,
  /** Absolute numbers, so that a lost or doubled one does no harm. */
  'inventory.changed': Type.Object(
    {
      flightId: Id('flight'),
      cabins: Type.Array(Type.Object({ cabin: Cabin, seats: Type.Integer(), available: Type.Integer() }, closed)),
      fares: Type.Array(Type.Object({ code: Type.String(), seatsLeft: Type.Integer() }, closed)),
    },
    closed,
  ),
  'booking.created': BookingFacts,
  'booking.confirmed': BookingFacts,
  'booking.expired': BookingFacts,
  'booking.cancelled': BookingFacts,
  'payment.captured': PaymentFacts,
  'payment.failed': PaymentFacts,
  'payment.returned': PaymentFacts,
  'refund.succeeded': RefundFacts,
  'refund.needs_attention': RefundFacts,
  'user.registered': Type.Object(
    { userId: Id('user'), email: Type.String(), givenNames: Type.String(), familyName: Type.String() },
    closed,
  ),
  /** The handle opens nothing: notifications has the secret link of it from identity when it sends the mail. */
  'user.verification_requested': MailLinkFacts,
  'user.password_reset_requested': MailLinkFacts,
  /** `email` is where to tell it: of a changed address the one before. */
  'user.access_changed': Type.Object(
    { userId: Id('user'), email: Type.String(), givenNames: Type.String(), familyName: Type.String(), change: Type.Enum(ACCESS_CHANGES) },
    closed,
  ),
  'session.revoked': Type.Object({ sessionId: Id('session'), userId: Id('user') }, closed),
} as const satisfies Record<string, TSchema>

export type EventType = keyof typeof EVENTS
export type EventData<T extends EventType> = Static<(typeof EVENTS)[T]>

export const EVENT_VERSION = 1

/** What travels: the data in its envelope. `aggregate.sequence` is the aggregate row's version, raised under its lock. */
export interface EventEnvelope<T extends EventType = EventType> {
  eventId: string
  type: T
  version: number
  occurredAt: string
  producer: string
  aggregate: { type: string; id: string; sequence: number }
  correlationId: string
  causationId: string | null
  data: EventData<T>
}

export const EnvelopeOf = (data: TSchema) =>
  Type.Object({
    eventId: Id('event'),
    type: Type.Enum(Object.keys(EVENTS)),
    version: Type.Integer({ minimum: 1 }),
    occurredAt: Type.String(),
    producer: Type.String(),
    aggregate: Type.Object({ type: Type.String(), id: Type.String(), sequence: Type.Integer() }),
    correlationId: Type.String(),
    causationId: Type.Union([Type.String(), Type.Null()]),
    data,
  })
