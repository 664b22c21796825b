import type { BookingStatus, HoldStatus, PaymentStatus, RefundStatus, TicketStatus } from '@skyhold/contracts'

/**
 * The declared graphs: from each status the ones it may turn into. The SQL of a change takes its `WHERE status IN` from here, and the audit trail is checked against it.
 * Three exits leave a terminal status: an expired or cancelled booking may be confirmed by late money, a failed payment may turn out captured on the provider's evidence, and a refund that had
 * succeeded may be sent back by the card's bank, by which its payment has the money again.
 */
export const HOLD_TRANSITIONS = {
  active: ['pinned', 'expired', 'released'],
  pinned: ['consumed', 'active', 'released', 'expired'],
  consumed: [],
  expired: [],
  released: [],
} as const satisfies Record<HoldStatus, readonly HoldStatus[]>

export const BOOKING_TRANSITIONS = {
  awaiting_payment: ['payment_processing', 'expired', 'cancelled'],
  payment_processing: ['confirmed', 'awaiting_payment', 'expired', 'cancelled', 'attention'],
  confirmed: ['cancellation_pending'],
  cancellation_pending: ['cancelled'],
  attention: ['confirmed', 'expired', 'cancelled'],
  expired: ['confirmed'],
  cancelled: ['confirmed'],
} as const satisfies Record<BookingStatus, readonly BookingStatus[]>

export const PAYMENT_TRANSITIONS = {
  processing: ['requires_action', 'captured', 'failed', 'unknown'],
  requires_action: ['processing', 'captured', 'failed', 'unknown'],
  unknown: ['captured', 'failed', 'requires_action'],
  captured: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded', 'captured'],
  failed: ['captured'],
  refunded: ['partially_refunded', 'captured'],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>

export const REFUND_TRANSITIONS = {
  pending: ['succeeded', 'unknown', 'needs_attention'],
  unknown: ['succeeded', 'pending'],
  needs_attention: ['pending'],
  succeeded: ['needs_attention'],
} as const satisfies Record<RefundStatus, readonly RefundStatus[]>

export const TICKET_TRANSITIONS = {
  issued: ['checked_in', 'voided'],
  checked_in: ['flown', 'voided'],
  flown: [],
  voided: [],
} as const satisfies Record<TicketStatus, readonly TicketStatus[]>

/** The statuses from which `to` may be reached. */
export function sourcesOf<S extends string>(graph: Readonly<Record<S, readonly S[]>>, to: S): S[] {
  return (Object.keys(graph) as S[]).filter((from) => graph[from].includes(to))
}

/** Throws on a step that the graph does not have: a bug, never a user's doing. */
export function assertTransition<S extends string>(graph: Readonly<Record<S, readonly S[]>>, from: S, to: S): void {
  if (!graph[from].includes(to)) throw new Error(`${from} → ${to} is not a declared transition`)
}
