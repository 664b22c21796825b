import { Type, type Static } from 'typebox'
import { Cabin, FlightBrief, SeatDesignator, SeatFeature } from './flights.ts'
import { Id, Reference } from './ids.ts'
import { Money } from './money.ts'
import { Refund } from './refunds.ts'
import { Instant } from './time.ts'

/** Nine is what one booking of the reservation systems carries; larger parties phone in. */
export const SEATS_PER_FLIGHT_MAX = 9
/** A return trip with two connections each way. */
export const FLIGHTS_PER_HOLD_MAX = 6

export const HOLD_STATUSES = ['active', 'pinned', 'consumed', 'expired', 'released'] as const
export const BOOKING_STATUSES = [
  'awaiting_payment',
  'payment_processing',
  'confirmed',
  'expired',
  'cancellation_pending',
  'cancelled',
  'attention',
] as const
export const PAYMENT_STATUSES = [
  'processing',
  'requires_action',
  'captured',
  'failed',
  'unknown',
  'partially_refunded',
  'refunded',
] as const
/** Who or what ended a booking: its owner, the airline by hand (a full refund, an operator's decision), or the airline by not flying. */
export const CANCELLATION_CAUSES = ['customer', 'airline', 'flight_cancelled'] as const
export type CancellationCause = (typeof CANCELLATION_CAUSES)[number]
export const TICKET_STATUSES = ['issued', 'checked_in', 'flown', 'voided'] as const
export const SEAT_STATUSES = ['available', 'held', 'sold', 'blocked'] as const
export const BOOKING_ACTIONS = ['pay', 'extend', 'cancel', 'change_seats', 'check_in', 'download_tickets'] as const

export type HoldStatus = (typeof HOLD_STATUSES)[number]
export type BookingStatus = (typeof BOOKING_STATUSES)[number]
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]
export type TicketStatus = (typeof TICKET_STATUSES)[number]
export type SeatStatus = (typeof SEAT_STATUSES)[number]
export type BookingAction = (typeof BOOKING_ACTIONS)[number]

const closed = { additionalProperties: false } as const

// ---- holds ----
export const CreateHold = Type.Object(
  {
    flights: Type.Array(
      Type.Object(
        {
          flightId: Id('flight'),
          fare: Type.String({ pattern: '^[A-Z0-9]{2,12}$' }),
          /** `null` leaves the choice to us, together if there is room. */
          seats: Type.Array(Type.Union([SeatDesignator, Type.Null()]), { minItems: 1, maxItems: SEATS_PER_FLIGHT_MAX }),
        },
        closed,
      ),
      { minItems: 1, maxItems: FLIGHTS_PER_HOLD_MAX },
    ),
  },
  { ...closed, examples: [{ flights: [{ flightId: 'flt_2VfUX7', fare: 'ECOFLEX', seats: ['12A', null] }] }] },
)
export type CreateHold = Static<typeof CreateHold>

export const HeldFlight = Type.Object(
  {
    flightId: Id('flight'),
    fare: Type.String(),
    seats: Type.Array(Type.Object({ designator: Type.String(), price: Money }, closed)),
  },
  closed,
)
export type HeldFlight = Static<typeof HeldFlight>

export const Hold = Type.Object(
  {
    id: Id('hold'),
    status: Type.Enum(['active', 'consumed', 'expired', 'released']),
    expiresAt: Instant,
    expiresInSeconds: Type.Integer(),
    total: Money,
    flights: Type.Array(HeldFlight),
    bookingId: Type.Optional(Id('booking')),
  },
  closed,
)
export type Hold = Static<typeof Hold>

export const SeatMap = Type.Object(
  {
    flightId: Id('flight'),
    version: Type.String(),
    cabins: Type.Array(
      Type.Object(
        {
          cabin: Cabin,
          layout: Type.String(),
          rows: Type.Array(
            Type.Object(
              {
                row: Type.Integer(),
                seats: Type.Array(
                  Type.Object(
                    { designator: Type.String(), status: Type.Enum(SEAT_STATUSES), features: Type.Array(SeatFeature), surcharge: Money },
                    closed,
                  ),
                ),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type SeatMap = Static<typeof SeatMap>

/** The data of a `seats` event: the seats that have changed, and the version of the map that they make. */
export const SeatChanges = Type.Object(
  {
    version: Type.String(),
    seats: Type.Array(Type.Object({ designator: Type.String(), status: Type.Enum(SEAT_STATUSES) }, closed)),
  },
  closed,
)
export type SeatChanges = Static<typeof SeatChanges>

// ---- bookings ----
/** Names as in a passport: letters, marks, blanks, apostrophes, hyphens and full stops of any script. */
export const PersonName = Type.String({ minLength: 1, maxLength: 200, pattern: "^[\\p{L}\\p{M}][\\p{L}\\p{M}\\p{Zs}'’.\\-]*$" })
export const Email = Type.String({
  maxLength: 254,
  pattern:
    "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?)+$",
})
export const Phone = Type.String({ pattern: '^\\+?[0-9 ()\\-]{5,24}$' })
export const PASSENGER_TYPES = ['adult', 'child', 'infant'] as const
export type PassengerType = (typeof PASSENGER_TYPES)[number]

export const NewPassenger = Type.Object(
  {
    givenNames: PersonName,
    familyName: PersonName,
    type: Type.Enum(PASSENGER_TYPES),
    bornOn: Type.Optional(Type.String({ format: 'date' })),
    /** `seats[i]` is the seat on the hold's i-th flight; an infant sits on a lap and has none. */
    seats: Type.Optional(Type.Array(SeatDesignator, { minItems: 1, maxItems: FLIGHTS_PER_HOLD_MAX })),
  },
  closed,
)
export const Contact = Type.Object({ email: Email, phone: Type.Optional(Phone) }, closed)
export type Contact = Static<typeof Contact>
export const CreateBooking = Type.Object(
  {
    holdId: Id('hold'),
    passengers: Type.Array(NewPassenger, { minItems: 1, maxItems: SEATS_PER_FLIGHT_MAX * 2 }),
    contact: Contact,
  },
  {
    ...closed,
    examples: [
      {
        holdId: 'hld_7Kq2Rm',
        passengers: [
          { givenNames: 'Asha', familyName: 'Rao', type: 'adult', seats: ['12A'] },
          { givenNames: 'Ravi', familyName: 'Rao', type: 'child', bornOn: '2019-05-04', seats: ['12B'] },
        ],
        contact: { email: 'asha@example.com', phone: '+91 22 5550 0100' },
      },
    ],
  },
)
export type CreateBooking = Static<typeof CreateBooking>

export const Ticket = Type.Object({ number: Type.String(), flightId: Id('flight'), seat: Type.Optional(Type.String()) }, closed)
export const Passenger = Type.Object(
  {
    id: Id('passenger'),
    givenNames: Type.String(),
    familyName: Type.String(),
    type: Type.Enum(PASSENGER_TYPES),
    bornOn: Type.Optional(Type.String()),
    seats: Type.Array(Type.String()),
    tickets: Type.Array(Ticket),
  },
  closed,
)
export type Passenger = Static<typeof Passenger>

export const Payment = Type.Object(
  {
    id: Id('payment'),
    bookingId: Id('booking'),
    status: Type.Enum(PAYMENT_STATUSES),
    amount: Money,
    createdAt: Instant,
    declineCode: Type.Optional(Type.String()),
    clientSecret: Type.Optional(Type.String()),
  },
  closed,
)
export type Payment = Static<typeof Payment>

/** What cancelling would give back, and until when that offer stands. */
export const Cancellation = Type.Object(
  {
    id: Id('cancellation'),
    bookingId: Id('booking'),
    status: Type.Enum(['quoted', 'superseded', 'confirmed']),
    refund: Money,
    fee: Money,
    expiresAt: Instant,
  },
  closed,
)
export type Cancellation = Static<typeof Cancellation>
export const BookedFlight = Type.Object({ flight: FlightBrief, fare: Type.String(), seats: HeldFlight.properties.seats }, closed)
export type BookedFlight = Static<typeof BookedFlight>
export const Booking = Type.Object(
  {
    id: Id('booking'),
    reference: Reference,
    status: Type.Enum(BOOKING_STATUSES),
    holdId: Id('hold'),
    expiresAt: Type.Optional(Instant),
    createdAt: Instant,
    total: Money,
    flights: Type.Array(BookedFlight),
    passengers: Type.Array(Passenger),
    /** Not told to whoever has looked the booking up: a reference and a name are on every bag tag. */
    contact: Type.Optional(Contact),
    payments: Type.Array(Payment),
    refunds: Type.Array(Refund),
    availableActions: Type.Array(Type.Enum(BOOKING_ACTIONS)),
  },
  closed,
)
export type Booking = Static<typeof Booking>

export const BookingLookup = Type.Object(
  { reference: Type.String({ minLength: 1, maxLength: 12 }), familyName: Type.String({ minLength: 1, maxLength: 200 }) },
  { ...closed, examples: [{ reference: 'XK7R2B', familyName: 'Rao' }] },
)
/** What a look-up finds, and the token that opens it. */
export const FoundBooking = Type.Object({ booking: Booking, accessToken: Type.String() })
export type FoundBooking = Static<typeof FoundBooking>
export const CreatePayment = Type.Object(
  { paymentMethod: Type.Optional(Type.String({ pattern: '^pm_[A-Za-z0-9_]{1,64}$' })) },
  { ...closed, examples: [{ paymentMethod: 'pm_card_visa' }] },
)
export type CreatePayment = Static<typeof CreatePayment>
