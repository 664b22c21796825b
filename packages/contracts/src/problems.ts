import { Type, type Static } from 'typebox'

/** Every error code that Skyhold answers, with its HTTP status and title. The code is what programs read; it never changes its meaning. */
export const PROBLEMS = {
  invalid_request: [400, 'The request is not valid'],
  idempotency_key_required: [400, 'This call needs an Idempotency-Key header'],
  no_such_seat: [400, 'The aircraft has no such seat'],
  duplicate_seat: [400, 'A seat is asked for twice'],
  duplicate_flight: [400, 'A flight is asked for twice'],
  fare_cabin_mismatch: [400, 'The seat is not in the cabin of the fare'],
  invalid_signature: [400, 'The signature is not valid'],
  unauthenticated: [401, 'Sign in first'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  second_factor_required: [401, 'This account needs a code of its second factor too'],
  invalid_second_factor: [401, 'The code of the second factor is wrong or was used already'],
  invalid_token: [401, 'The token is not valid'],
  card_declined: [402, 'The card was declined'],
  forbidden: [403, 'Your role may not do this'],
  csrf_failed: [403, 'The request does not come from the site itself'],
  not_found: [404, 'There is no such thing here'],
  flight_not_found: [404, 'There is no such flight'],
  hold_not_found: [404, 'There is no such hold'],
  booking_not_found: [404, 'There is no such booking'],
  payment_not_found: [404, 'There is no such payment'],
  refund_not_found: [404, 'There is no such refund'],
  cancellation_not_found: [404, 'There is no such cancellation'],
  method_not_allowed: [405, 'This method is not for this address'],
  email_taken: [409, 'This e-mail address has an account'],
  email_not_verified: [409, 'Verify your e-mail address first'],
  seat_unavailable: [409, 'A seat is not available'],
  flight_not_on_sale: [409, 'The flight is not on sale'],
  flight_departed: [409, 'The flight has departed'],
  fare_sold_out: [409, 'The fare is sold out'],
  hold_expired: [409, 'The hold has expired'],
  hold_consumed: [409, 'The hold is used by a booking'],
  booking_expired: [409, 'The booking has expired'],
  booking_cancelled: [409, 'The booking is cancelled'],
  already_paid: [409, 'The booking is paid already'],
  payment_in_progress: [409, 'A payment is in progress'],
  payment_not_confirmable: [409, 'The payment does not wait for a confirmation'],
  not_cancellable: [409, 'The booking cannot be cancelled'],
  quote_expired: [409, 'The quote has expired'],
  quote_superseded: [409, 'A newer quote has taken the place of this one'],
  not_refundable: [409, 'There is nothing to refund'],
  request_in_progress: [409, 'A request with this key is still running'],
  invalid_transition: [409, 'The change is not possible in this state'],
  stale_version: [412, 'The resource has changed since you read it'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The content type is not supported'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another request'],
  hold_limit_reached: [422, 'You have as many live holds as one may have'],
  hold_extension_limit: [422, 'The hold cannot be extended further'],
  refund_exceeds_captured: [422, 'The refunds would come to more than was captured'],
  mixed_currencies: [422, 'The flights are sold in different currencies'],
  if_match_required: [428, 'This call needs an If-Match header'],
  rate_limited: [429, 'Too many requests'],
  waiting_room: [429, 'There is a line for this flight'],
  headers_too_large: [431, 'The headers are too large'],
  internal_error: [500, 'Something went wrong on our side'],
  bad_gateway: [502, 'A service gave no usable answer'],
  unavailable: [503, 'A service is not available'],
  gateway_timeout: [504, 'A service did not answer in time'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof PROBLEMS

export const FieldError = Type.Object({ pointer: Type.String(), code: Type.String(), message: Type.String() })
export type FieldError = Static<typeof FieldError>

/** RFC 9457 problem details with the members that every refusal has; a code may add its own. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(FieldError)),
  },
  { additionalProperties: true },
)
export type Problem = Static<typeof Problem>
