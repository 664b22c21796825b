import { Booking, Dispute, Id, ListOf, PageQuery, rolesWith } from '@skyhold/contracts'
import { type App, type Cursors, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { moneyDeskControllers } from '../controllers/money-desk.ts'
import type { Parts } from '../services/parts.ts'
import { NeedsKey } from './shared.ts'

const closed = { additionalProperties: false } as const
const NOTE_MAX = 200

const Resolution = Type.Object(
  {
    action: Type.Enum(['recheck', 'cancel']),
    note: Type.String({ minLength: 1, maxLength: NOTE_MAX, description: 'Why; kept in the audit and not shown to the customer' }),
  },
  closed,
)

export function moneyDeskRoutes(http: App, parts: Parts, cursors: Cursors): void {
  const desk = moneyDeskControllers(parts, cursors)
  http.post(
    '/api/v1/bookings/:id/resolution',
    {
      config: { access: rolesWith('bookings.resolve') },
      schema: {
        tags: ['bookings'],
        operationId: 'resolveBooking',
        summary: 'Resolve a booking that needs attention',
        description:
          'For a booking in `attention`: `recheck` asks the payment provider now, `cancel` gives the seats back now. If money of it ever proves charged after a cancel, it is returned in full.',
        params: Type.Object({ id: Id('booking') }),
        headers: NeedsKey,
        body: Resolution,
        response: {
          200: Booking,
          ...refusals(
            'invalid_request',
            'idempotency_key_required',
            'unauthenticated',
            'forbidden',
            'booking_not_found',
            'invalid_transition',
            'idempotency_key_reused',
            'request_in_progress',
          ),
        },
      },
    },
    desk.resolve,
  )
  http.get(
    '/api/v1/disputes',
    {
      config: { access: rolesWith('disputes.read') },
      schema: {
        tags: ['payments'],
        operationId: 'listDisputes',
        summary: "List cardholders' disputes, newest first",
        querystring: Type.Object(PageQuery, closed),
        response: { 200: ListOf(Dispute), ...refusals('invalid_request', 'unauthenticated', 'forbidden') },
      },
    },
    desk.listDisputes,
  )
}
