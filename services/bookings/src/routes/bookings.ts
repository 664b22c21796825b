import {
  BOOKING_STATUSES,
  Booking,
  BookingLookup,
  Contact,
  CreateBooking,
  CreatePayment,
  Email,
  FoundBooking,
  Id,
  ListOf,
  PageQuery,
  Payment,
} from '@skyhold/contracts'
import { type App, type Cursors, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { bookingControllers } from '../controllers/bookings.ts'
import type { Parts } from '../services/parts.ts'
import { EVERYONE, NeedsKey } from './shared.ts'

const closed = { additionalProperties: false } as const
const ofBooking = Type.Object({ id: Id('booking') })
const ofPayment = Type.Object({ id: Id('payment') })
const signedIn = { access: EVERYONE }
/** Signed in, or with the token of a look-up. */
const opened = { access: EVERYONE, bookingToken: true } as const
const tags = ['bookings']
const payments = ['payments']

const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 200, description: 'The ETag of the booking as it was read. Required.' })),
})

const ListQuery = Type.Object(
  {
    ...PageQuery,
    reference: Type.Optional(Type.String({ maxLength: 12 })),
    familyName: Type.Optional(Type.String({ maxLength: 200 })),
    email: Type.Optional(Email),
    flightId: Type.Optional(Id('flight')),
    status: Type.Optional(Type.Enum(BOOKING_STATUSES)),
  },
  closed,
)

export function bookingRoutes(http: App, parts: Parts, cursors: Cursors): void {
  const bookings = bookingControllers(parts, cursors)
  http.post(
    '/api/v1/bookings',
    {
      config: signedIn,
      schema: {
        tags,
        operationId: 'createBooking',
        summary: 'Book a hold',
        headers: NeedsKey,
        body: CreateBooking,
        response: {
          201: Booking,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'unauthenticated',
            'hold_not_found',
            'hold_expired',
            'hold_consumed',
            'idempotency_key_reused',
            'request_in_progress',
          ),
        },
      },
    },
    bookings.create,
  )
  http.get(
    '/api/v1/bookings',
    {
      config: signedIn,
      schema: {
        tags,
        operationId: 'listBookings',
        summary: 'List bookings, newest first',
        querystring: ListQuery,
        response: { 200: ListOf(Booking), ...refusals('invalid_request', 'unauthenticated') },
      },
    },
    bookings.list,
  )
  http.get(
    '/api/v1/bookings/:id',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'readBooking',
        summary: 'Read a booking',
        params: ofBooking,
        response: { 200: Booking, ...refusals('unauthenticated', 'booking_not_found') },
      },
    },
    bookings.read,
  )
  http.patch(
    '/api/v1/bookings/:id',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'changeContact',
        summary: 'Change the contact',
        params: ofBooking,
        headers: IfMatch,
        body: Type.Object({ contact: Contact }, closed),
        response: {
          200: Booking,
          ...refusals('invalid_request', 'unauthenticated', 'forbidden', 'booking_not_found', 'stale_version', 'if_match_required'),
        },
      },
    },
    bookings.changeContact,
  )
  http.post(
    '/api/v1/bookings/lookup',
    {
      config: { access: 'public' },
      schema: {
        tags,
        operationId: 'lookUpBooking',
        summary: 'Open a booking by reference and surname',
        body: BookingLookup,
        response: {
          200: FoundBooking,
          ...refusals('invalid_request', 'booking_not_found', 'rate_limited'),
        },
      },
    },
    bookings.lookUp,
  )
  http.post(
    '/api/v1/bookings/:id/payments',
    {
      config: opened,
      schema: {
        tags: payments,
        operationId: 'payForBooking',
        summary: 'Pay for a booking, once',
        description:
          'Payments of one booking run one after the other: a second one waits up to five seconds for the first, then it is 409 `already_paid`, or has its own try if the first was declined, ' +
          'or is 409 `payment_in_progress`. One that waits for an approval at the bank (`requires_action`) is not waited for: its payer is paying otherwise now, so it is cancelled at the ' +
          'provider at once and can never be charged. If it was approved already, that counts, and the second is `already_paid`.',
        params: ofBooking,
        headers: NeedsKey,
        body: CreatePayment,
        response: {
          201: Payment,
          202: Payment,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'unauthenticated',
            'card_declined',
            'booking_not_found',
            'booking_expired',
            'booking_cancelled',
            'flight_not_on_sale',
            'already_paid',
            'payment_in_progress',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    bookings.pay,
  )
  http.get(
    '/api/v1/bookings/:id/payments',
    {
      config: opened,
      schema: {
        tags: payments,
        operationId: 'listPayments',
        summary: 'List all tries to pay',
        params: ofBooking,
        response: { 200: ListOf(Payment), ...refusals('unauthenticated', 'booking_not_found') },
      },
    },
    bookings.listPayments,
  )
  http.get(
    '/api/v1/payments/:id',
    {
      config: opened,
      schema: {
        tags: payments,
        operationId: 'readPayment',
        summary: 'Read a payment',
        params: ofPayment,
        response: { 200: Payment, ...refusals('unauthenticated', 'payment_not_found') },
      },
    },
    bookings.readPayment,
  )
  http.post(
    '/api/v1/payments/:id/confirmation',
    {
      config: opened,
      schema: {
        tags: payments,
        operationId: 'confirmPayment',
        summary: 'Go on after the bank has approved',
        params: ofPayment,
        headers: NeedsKey,
        response: {
          201: Payment,
          202: Payment,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'unauthenticated',
            'card_declined',
            'payment_not_found',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    bookings.confirmPayment,
  )
}
