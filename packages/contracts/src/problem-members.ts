import { Type, type TProperties } from 'typebox'
import { SEAT_STATUSES } from './bookings.ts'
import { Id } from './ids.ts'
import type { ProblemCode } from './problems.ts'

const blockingSeat = Type.Object(
  {
    flightId: Id('flight'),
    designator: Type.String(),
    status: Type.Enum(SEAT_STATUSES),
    heldUntil: Type.Optional(Type.String({ description: 'When the hold on it lapses; absent while it is being paid for' })),
  },
  { additionalProperties: false },
)

/** The members that a refusal has beside those of every problem document (RFC 9457, extension members). A code that is not here has none. */
export const PROBLEM_MEMBERS: Partial<Record<ProblemCode, TProperties>> = {
  seat_unavailable: { seats: Type.Optional(Type.Array(blockingSeat, { description: 'The seats that stand in the way' })) },
  flight_not_found: { flightId: Type.Optional(Id('flight')) },
  flight_not_on_sale: { flightId: Type.Optional(Id('flight')) },
  fare_sold_out: { flightId: Type.Optional(Id('flight')) },
  waiting_room: { flightId: Type.Optional(Id('flight')) },
  hold_consumed: { bookingId: Type.Optional(Id('booking')) },
  card_declined: {
    declineCode: Type.Optional(Type.String({ description: "The provider's reason, such as insufficient_funds" })),
    paymentId: Type.Optional(Id('payment')),
  },
}
