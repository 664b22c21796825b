import { problemOf, Refusal } from '@skyhold/platform'
import type { PaymentRow } from '../repositories/payments.ts'
import { paymentView } from './booking.ts'

/** What a payment answers: 201 when it is captured, 402 when it was declined, 202 while nobody knows. */
export function answerOf(payment: PaymentRow): { status: number; body: Record<string, unknown> } {
  if (payment.status === 'failed') {
    const declineCode = payment.declineCode ?? 'declined'
    const refusal = new Refusal('card_declined', {
      detail: `The card was declined (${declineCode}).`,
      members: { declineCode, paymentId: payment.id },
    })
    return { status: 402, body: { ...problemOf(refusal, { instance: `/api/v1/bookings/${payment.bookingId}/payments`, requestId: '' }) } }
  }
  const isOpen = payment.status === 'processing' || payment.status === 'unknown' || payment.status === 'requires_action'
  const shown = payment.status === 'unknown' ? { ...payment, status: 'processing' as const } : payment
  return { status: isOpen ? 202 : 201, body: { ...paymentView(shown) } }
}
