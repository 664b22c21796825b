import { type IntegrityCheck, eventsCheck } from '@skyhold/platform'

/**
 * Which event a step of a booking makes. What one transaction does and goes on from is not told: money for a flight that does not fly is a sale and its cancellation,
 * late money an end and a sale; others hear of the last.
 */
const EVENT_OF_BOOKING_STEP = `WHEN a.from_status IS NULL THEN 'booking.created'
  WHEN a.to_status = 'cancellation_pending' OR (a.to_status = 'cancelled' AND a.from_status <> 'cancellation_pending') THEN 'booking.cancelled'
  WHEN a.to_status NOT IN ('confirmed', 'expired') OR EXISTS
    (SELECT 1 FROM audit n WHERE n.aggregate_id = a.aggregate_id AND n.from_status = a.to_status AND n.at = a.at AND n.id > a.id) THEN NULL
  WHEN a.to_status = 'expired' THEN 'booking.expired'
  ELSE 'booking.confirmed'`

/** Money that has come from the card is told: what it bought, or that it goes back, in which case it has no charge slot. Money that the card's bank has sent back is told as its refund's failure. */
const CAPTURED = `a.to_status = 'captured' AND a.from_status NOT IN ('partially_refunded', 'refunded')`

/** Of a payment that begins, waits or fails nobody is told, nor of a refund until it has its end. */
const EVENT_OF_STEP = `CASE
  WHEN a.aggregate_type = 'payment' THEN CASE
    WHEN ${CAPTURED} THEN CASE WHEN EXISTS (SELECT 1 FROM payments p WHERE p.id = a.aggregate_id AND p.charge_slot IS NULL) THEN 'payment.returned' ELSE 'payment.captured' END END
  WHEN a.aggregate_type = 'refund' THEN CASE a.to_status WHEN 'succeeded' THEN 'refund.succeeded' WHEN 'needs_attention' THEN 'refund.needs_attention' END
  ${EVENT_OF_BOOKING_STEP} END`

/** By the type of an event, the steps that explain it. */
export const STEPS_OF_EVENT = {
  'booking.created': 'a.from_status IS NULL',
  'booking.confirmed': `a.to_status = 'confirmed'`,
  'booking.expired': `a.to_status = 'expired'`,
  'booking.cancelled': `a.to_status IN ('cancellation_pending', 'cancelled')`,
  'payment.captured': CAPTURED,
  'payment.returned': CAPTURED,
  'refund.succeeded': `a.to_status = 'succeeded'`,
  'refund.needs_attention': `a.to_status = 'needs_attention'`,
} as const

export const eventsAndAudit: IntegrityCheck = eventsCheck({
  means: 'Every committed change of a booking, payment or refund that others are told of has its event, and every such event its change.',
  aggregates: ['booking', 'payment', 'refund'],
  eventOfStep: EVENT_OF_STEP,
  stepsOfEvent: STEPS_OF_EVENT,
})
