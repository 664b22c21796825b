import { Booking, Cancellation, Id } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { cancellationControllers } from '../controllers/cancellations.ts'
import type { Parts } from '../services/parts.ts'
import { EVERYONE, NeedsKey } from './shared.ts'

const ofBooking = Type.Object({ id: Id('booking') })
const ofCancellation = Type.Object({ id: Id('cancellation') })
/** Signed in, or with the token of a look-up. */
const opened = { access: EVERYONE, bookingToken: true } as const
const tags = ['cancellations']

export function cancellationRoutes(http: App, parts: Parts): void {
  const cancellations = cancellationControllers(parts)
  http.post(
    '/api/v1/bookings/:id/cancellations',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'quoteCancellation',
        summary: 'Quote what cancelling a booking gives back; good for ten minutes',
        params: ofBooking,
        headers: NeedsKey,
        response: {
          201: Cancellation,
          ...refusals(
            'idempotency_key_required',
            'unauthenticated',
            'booking_not_found',
            'not_cancellable',
            'payment_in_progress',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    cancellations.quote,
  )
  http.get(
    '/api/v1/cancellations/:id',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'readCancellation',
        summary: 'Read a quote',
        params: ofCancellation,
        response: { 200: Cancellation, ...refusals('unauthenticated', 'cancellation_not_found') },
      },
    },
    cancellations.read,
  )
  http.post(
    '/api/v1/cancellations/:id/confirmation',
    {
      config: opened,
      schema: {
        tags,
        operationId: 'confirmCancellation',
        summary: 'Cancel the booking as quoted',
        params: ofCancellation,
        headers: NeedsKey,
        response: {
          200: Booking,
          ...refusals(
            'idempotency_key_required',
            'unauthenticated',
            'cancellation_not_found',
            'not_cancellable',
            'quote_expired',
            'quote_superseded',
            'payment_in_progress',
            'request_in_progress',
            'idempotency_key_reused',
          ),
        },
      },
    },
    cancellations.confirm,
  )
}
