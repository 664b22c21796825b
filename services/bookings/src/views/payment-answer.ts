import { problemOf, Refusal } from '@skyhold/platform'
import type { PaymentRow } from '../repositories/payments.ts'
import { paymentView } from './booking.ts'

/** The call that is answered; its address is the one that paid unless told. */
export interface AnsweredCall {
  requestId: string
  instance?: string
}

/** What a payment answers: 201 when it is captured, 402 when it was declined, 202 while nobody knows. */
export function answerOf(
  payment: PaymentRow,
  { requestId, instance = `/api/v1/bookings/${payment.bookingId}/payments` }: AnsweredCall,
): { status: number; body: Record<string, unknown> } {
  if (payment.status === 'failed') {
    const declineCode = payment.declineCode ?? 'declined'
    const refusal = new Refusal('card_declined', {
      detail: `The card was declined (${declineCode}).`,
      members: { declineCode, paymentId: payment.id },
    })
    return { status: 402, body: { ...problemOf(refusal, { instance, requestId }) } }
  }
  const shown = payment.status === 'unknown' ? { ...payment, status: 'processing' as const } : payment
  return { status: isOpen(payment) ? 202 : 201, body: { ...paymentView(shown) } }
}

/** True while nobody knows how it ends. */
export const isOpen = ({ status }: Pick<PaymentRow, 'status'>): boolean =>
  status === 'processing' || status === 'unknown' || status === 'requires_action'

/** True where nothing is to be paid and no provider takes part. */
export const isFree = ({ amountMinor }: Pick<PaymentRow, 'amountMinor'>): boolean => amountMinor === 0
