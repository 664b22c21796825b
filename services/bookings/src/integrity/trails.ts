import { ID_PREFIXES } from '@skyhold/contracts'
import { type IntegrityCheck, trailsCheck, type TrailKind } from '@skyhold/platform'
import {
  BOOKING_TRANSITIONS,
  HOLD_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
  TICKET_TRANSITIONS,
} from '../domain/transitions.ts'

export const TRAILS: readonly TrailKind[] = [
  { type: 'hold', table: 'holds', key: 'id', lowest: ID_PREFIXES.hold, graph: HOLD_TRANSITIONS },
  { type: 'booking', table: 'bookings', key: 'id', lowest: ID_PREFIXES.booking, graph: BOOKING_TRANSITIONS },
  { type: 'payment', table: 'payments', key: 'id', lowest: ID_PREFIXES.payment, graph: PAYMENT_TRANSITIONS },
  { type: 'refund', table: 'refunds', key: 'id', lowest: ID_PREFIXES.refund, graph: REFUND_TRANSITIONS },
  { type: 'ticket', table: 'tickets', key: 'number', graph: TICKET_TRANSITIONS },
]

export const auditTrails: IntegrityCheck = trailsCheck({
  means:
    'The audit trail of every hold, booking, payment, refund and ticket is a path in its declared graph, from its beginning to its present status.',
  kinds: TRAILS,
})
