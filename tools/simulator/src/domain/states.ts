import type { IntentObject, IntentStatus } from './objects.ts'
import { invalidRequest, unexpectedState } from './refusal.ts'

/** From which states an intent may be confirmed and cancelled (https://docs.stripe.com/payments/paymentintents/lifecycle). */
const CONFIRMABLE: readonly IntentStatus[] = ['requires_payment_method', 'requires_confirmation', 'requires_action']
const CANCELABLE: readonly IntentStatus[] = ['requires_payment_method', 'requires_confirmation', 'requires_action']

/** Refuses after success, so that nothing is charged twice, and after a cancel, which is how a caller fences a confirmation still on its way. */
export function assertConfirmable(intent: IntentObject): void {
  if (CONFIRMABLE.includes(intent.status)) return
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
      intent,
    )
  }
  throw unexpectedState(
    `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${CONFIRMABLE.join(', ')}.`,
    intent,
  )
}

export function assertCancelable(intent: IntentObject): void {
  if (CANCELABLE.includes(intent.status)) return
  throw unexpectedState(
    `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
    intent,
  )
}

export const CANCELLATION_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const
export const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const

export function assertOneOf(value: string | null, allowed: readonly string[], param: string): void {
  if (value !== null && !allowed.includes(value)) {
    throw invalidRequest(`Invalid ${param}: must be one of ${allowed.join(', ')}`, { param })
  }
}
