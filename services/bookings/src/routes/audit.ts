import { AuditItem, Id, ListOf, PageQuery, rolesWith } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { auditControllers } from '../controllers/audit.ts'
import type { Parts } from '../services/parts.ts'

/** `secret` signs the cursors. */
export function auditRoutes(http: App, parts: Parts, secret: string): void {
  const audit = auditControllers(parts, secret)
  http.get(
    '/api/v1/bookings/:id/audit',
    {
      config: { access: rolesWith('audit.read') },
      schema: {
        tags: ['bookings'],
        operationId: 'listBookingAudit',
        summary:
          'Everything that happened to a booking, its hold, payments, refunds and tickets: who, when, and the status before and after; newest first',
        description:
          '`actorId` is a user, `look-up:` with the booking for whoever has looked it up, `provider` for news of the payment provider, or a job such as `job:expire-holds`. What the staff wrote about an act is `after.note`.',
        params: Type.Object({ id: Id('booking') }),
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: ListOf(AuditItem), ...refusals('invalid_request', 'unauthenticated', 'forbidden', 'booking_not_found') },
      },
    },
    audit.list,
  )
}
