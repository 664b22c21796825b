import type { Payment } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import type { Actor } from '../domain/access.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { paymentView } from '../views/booking.ts'
import type { Parts } from './parts.ts'
import { getBooking } from './read-bookings.ts'

/** All tries of a booking, oldest first. Refusals: `booking_not_found`. */
export async function listPayments(
  { bookingId, actor }: { bookingId: string; actor: Actor },
  parts: Parts,
): Promise<{ data: Payment[]; nextCursor: null }> {
  await getBooking({ bookingId, actor }, parts)
  return { data: (await parts.payments.listOfBooking(bookingId)).map(paymentView), nextCursor: null }
}

/** Refusals: `payment_not_found`, for another's payment too. */
export async function getPayment(asked: { paymentId: string; actor: Actor }, parts: Parts): Promise<Payment> {
  return paymentView(await getSeenPayment(asked, parts))
}

/** Refusals: `payment_not_found`, for another's payment too. */
export async function getSeenPayment({ paymentId, actor }: { paymentId: string; actor: Actor }, parts: Parts): Promise<PaymentRow> {
  const payment = await parts.payments.find(paymentId)
  const absent = new Refusal('payment_not_found', { detail: `There is no payment ${paymentId}.` })
  if (!payment) throw absent
  try {
    await getBooking({ bookingId: payment.bookingId, actor }, parts)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'booking_not_found' ? absent : error
  }
  return payment
}
