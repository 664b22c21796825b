/** The objects as they go over the wire and stand in the store: Stripe's names and shapes, without the members that nothing here uses. */

export type Metadata = Record<string, string>

export type IntentStatus = 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'processing' | 'succeeded' | 'canceled'

/** The inside of Stripe's `{ "error": … }`. */
export interface ErrorBody {
  type: 'card_error' | 'invalid_request_error' | 'idempotency_error' | 'api_error'
  message: string
  code?: string
  decline_code?: string
  param?: string
  charge?: string
  payment_intent?: IntentObject
}

export interface IntentObject {
  id: string
  object: 'payment_intent'
  amount: number
  amount_capturable: 0
  amount_received: number
  canceled_at: number | null
  cancellation_reason: string | null
  capture_method: 'automatic'
  client_secret: string
  confirmation_method: 'automatic' | 'manual'
  /** Seconds since 1970, as everywhere in Stripe's objects. */
  created: number
  currency: string
  customer: null
  description: string | null
  last_payment_error: ErrorBody | null
  latest_charge: string | null
  livemode: false
  metadata: Metadata
  next_action: { type: 'redirect_to_url'; redirect_to_url: { url: string; return_url: string | null } } | null
  payment_method: string | null
  payment_method_types: ['card']
  processing: { type: 'card' } | null
  receipt_email: string | null
  status: IntentStatus
}

export interface ChargeObject {
  id: string
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  captured: true
  created: number
  currency: string
  description: string | null
  disputed: boolean
  livemode: false
  metadata: Metadata
  paid: true
  payment_intent: string
  payment_method: string
  payment_method_details: { type: 'card'; card: { brand: string; last4: string } }
  receipt_email: string | null
  refunded: boolean
  status: 'succeeded'
}

export interface RefundObject {
  id: string
  object: 'refund'
  amount: number
  balance_transaction: null
  charge: string
  created: number
  currency: string
  failure_reason?: string
  metadata: Metadata
  payment_intent: string
  reason: string | null
  status: 'pending' | 'succeeded' | 'failed'
}

/** A cardholder's complaint. `warning_…` and other words of Stripe's are not played. */
export const DISPUTE_STATUSES = ['needs_response', 'under_review', 'won', 'lost'] as const
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number]

export interface DisputeObject {
  id: string
  object: 'dispute'
  amount: number
  charge: string
  created: number
  currency: string
  evidence_details: { due_by: number; has_evidence: boolean; past_due: false; submission_count: number }
  is_charge_refundable: false
  livemode: false
  metadata: Metadata
  payment_intent: string
  reason: string
  status: DisputeStatus
}

/** Only what a shop of this kind listens to is made; the webhook and `GET /v1/events` show the same list. */
export type EventType =
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'charge.refunded'
  | 'refund.updated'
  | 'refund.failed'
  | 'charge.dispute.created'
  | 'charge.dispute.updated'
  | 'charge.dispute.closed'

export interface EventObject {
  id: string
  object: 'event'
  api_version: null
  created: number
  data: { object: IntentObject | ChargeObject | RefundObject | DisputeObject }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: EventType
}
