import { type AuditItem, PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { createCursors, type Page, pageOf, type PageQuery, Refusal } from '@skyhold/platform'
import { auditView } from '../views/audit.ts'
import type { Parts } from './parts.ts'

export interface ReadAudit extends PageQuery {
  bookingId: string
}

/** What was done to a booking and to all that belongs to it, by whom and when; newest first. Refusal: `booking_not_found`. */
export async function listBookingAudit(
  { bookingId, limit = PAGE_LIMIT_DEFAULT, cursor }: ReadAudit,
  parts: Pick<Parts, 'audit' | 'bookings'>,
  secret: string,
): Promise<Page<AuditItem>> {
  if (!(await parts.bookings.find(bookingId))) throw new Refusal('booking_not_found', { detail: `There is no booking ${bookingId}.` })
  const cursors = createCursors(secret, `audit of ${bookingId}`)
  const beforeId = cursor === undefined ? undefined : Number(cursors.decode(cursor)[0])
  const found = await parts.audit.listOfBooking(bookingId, { beforeId, limit: limit + 1 })
  const { data, nextCursor } = pageOf(found, limit, ({ id }) => cursors.encode([id]))
  return { data: data.map(auditView), nextCursor }
}
