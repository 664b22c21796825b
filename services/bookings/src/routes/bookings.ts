import {
  BOOKING_STATUSES,
  Booking,
  BookingLookup,
  Contact,
  CreateBooking,
  CreatePayment,
  Email,
  Id,
  ListOf,
  PageQuery,
  Payment,
} from '@skyhold/contracts'
import type { App, Cursors } from '@skyhold/platform'
import { Type } from 'typebox'
import { bookingControllers } from '../controllers/bookings.ts'
import type { Parts } from '../services/parts.ts'
import { EVERYONE, NeedsKey, REFUSALS } from './shared.ts'

const closed = { additionalProperties: false } as const
const ofBooking = Type.Object({ id: Id('booking') })
const ofPayment = Type.Object({ id: Id('payment') })
const signedIn = { access: EVERYONE }
/** Signed in, or with the token of a look-up. */
const opened = { access: EVERYONE, bookingToken: true } as const
const tags = ['Bookings']
const payments = ['Payments']

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
      schema: { tags, summary: 'Book a hold', headers: NeedsKey, body: CreateBooking, response: { 201: Booking, ...REFUSALS } },
    },
    bookings.create,
  )
  http.get(
    '/api/v1/bookings',
    {
      config: signedIn,
      schema: { tags, summary: 'List bookings, newest first', querystring: ListQuery, response: { 200: ListOf(Booking), ...REFUSALS } },
    },
    bookings.list,
  )
  http.get(
    '/api/v1/bookings/:id',
    { config: opened, schema: { tags, summary: 'Read a booking', params: ofBooking, response: { 200: Booking, ...REFUSALS } } },
    bookings.read,
  )
  http.patch(
    '/api/v1/bookings/:id',
    {
      config: opened,
      schema: {
        tags,
        summary: 'Change the contact',
        params: ofBooking,
        body: Type.Object({ contact: Contact }, closed),
        response: { 200: Booking, ...REFUSALS, 412: REFUSALS[400], 428: REFUSALS[400] },
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
        summary: 'Open a booking by reference and surname',
        body: BookingLookup,
        response: { 200: Type.Object({ booking: Booking, accessToken: Type.String() }), ...REFUSALS },
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
        summary: 'Pay for a booking, once',
        params: ofBooking,
        headers: NeedsKey,
        body: CreatePayment,
        response: { 201: Payment, 202: Payment, ...REFUSALS, 402: REFUSALS[400] },
      },
    },
    bookings.pay,
  )
  http.get(
    '/api/v1/bookings/:id/payments',
    {
      config: opened,
      schema: { tags: payments, summary: 'List all tries to pay', params: ofBooking, response: { 200: ListOf(Payment), ...REFUSALS } },
    },
    bookings.listPayments,
  )
  http.get(
    '/api/v1/payments/:id',
    { config: opened, schema: { tags: payments, summary: 'Read a payment', params: ofPayment, response: { 200: Payment, ...REFUSALS } } },
    bookings.readPayment,
  )
  http.post(
    '/api/v1/payments/:id/confirmation',
    {
      config: opened,
      schema: {
        tags: payments,
        summary: 'Go on after the bank has approved',
        params: ofPayment,
        headers: NeedsKey,
        response: { 201: Payment, 202: Payment, ...REFUSALS, 402: REFUSALS[400] },
      },
    },
    bookings.confirmPayment,
  )
}
