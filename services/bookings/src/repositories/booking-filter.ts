import type { BookingStatus } from '@skyhold/contracts'
import type { SqlValues } from '@skyhold/platform'

/** What a list of bookings is narrowed to. Names are comparable ones (domain/passengers.ts). */
export interface BookingFilter {
  userId?: string | undefined
  reference?: string | undefined
  /** In whatever case it is typed. */
  email?: string | undefined
  comparableName?: string | undefined
  flightId?: string | undefined
  /** As its owner sees it at that instant: an unpaid booking past its time is `expired`, swept or not. */
  status?: { is: BookingStatus; nowMs: number } | undefined
  /** The last one of the page before: bookings come newest first. */
  before?: { createdAtMs: number; id: string } | undefined
}

const LAPSED = `b.status = 'awaiting_payment' AND EXISTS
  (SELECT 1 FROM holds h WHERE h.id = b.hold_id AND (h.status = 'expired' OR (h.status = 'active' AND h.expires_at <= :nowMs)))`

/** The filter as a condition over `bookings b`. In the query and not after it, so that a page is full and its cursor right. */
export function conditionOf(filter: BookingFilter): { condition: string; values: SqlValues } {
  const { userId, reference, email, comparableName, flightId, status, before } = filter
  const parts: [condition: string, values: SqlValues][] = []
  if (userId !== undefined) parts.push(['b.user_id = :userId', { userId }])
  if (reference !== undefined) parts.push(['b.reference = :reference', { reference }])
  if (email !== undefined) parts.push(['b.email_key = LOWER(:email)', { email }])
  if (comparableName !== undefined)
    parts.push(['b.id IN (SELECT booking_id FROM passengers WHERE comparable_name = :comparableName)', { comparableName }])
  if (flightId !== undefined) parts.push(['b.id IN (SELECT booking_id FROM booking_flights WHERE flight_id = :flightId)', { flightId }])
  if (status !== undefined) parts.push([statusCondition(status.is), { status: status.is, nowMs: status.nowMs }])
  if (before !== undefined) parts.push(['(b.created_at < :createdAtMs OR (b.created_at = :createdAtMs AND b.id < :id))', { ...before }])
  return {
    condition: parts.length === 0 ? '1 = 1' : parts.map(([condition]) => `(${condition})`).join(' AND '),
    values: Object.assign({}, ...parts.map(([, values]) => values)) as SqlValues,
  }
}

function statusCondition(status: BookingStatus): string {
  if (status === 'expired') return `b.status = 'expired' OR (${LAPSED})`
  if (status === 'awaiting_payment') return `b.status = 'awaiting_payment' AND NOT (${LAPSED})`
  return 'b.status = :status'
}
