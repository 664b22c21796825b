import { checkAll } from '../../src/checkers/index.ts'
import type { Call, FaultSpan } from '../../src/history/history.ts'
import type { Observations } from '../../src/observe/observations.ts'
import { ADA, bookingOf, callOf, historyWith, holdOf, paymentOf } from './histories.ts'

/** A sale as its buyer saw it. */
export const soundCalls = (): Call[] => [
  callOf({ operation: 'hold', method: 'POST', path: '/holds', key: 'k1', status: 201, body: holdOf(), startedAtMs: 1000 }),
  callOf({
    operation: 'book',
    method: 'POST',
    path: '/bookings',
    key: 'k2',
    status: 201,
    body: bookingOf({ status: 'awaiting_payment', payments: [] }),
    startedAtMs: 2000,
  }),
  callOf({
    operation: 'pay',
    method: 'POST',
    path: '/bookings/bkg_1/payments',
    key: 'k3',
    status: 201,
    body: paymentOf(),
    startedAtMs: 3000,
  }),
  callOf({ body: bookingOf(), startedAtMs: 4000 }),
]

/** Only that a payment was asked for. */
export const paying = (): Call[] => [
  callOf({
    operation: 'pay',
    method: 'POST',
    path: '/bookings/bkg_1/payments',
    key: 'k3',
    status: 202,
    body: paymentOf({ status: 'processing' }),
    startedAtMs: 3000,
  }),
]

export const violated = (calls: readonly Call[], observations: Observations, faults: readonly FaultSpan[] = []) =>
  checkAll(historyWith(calls, faults), observations)
    .filter(({ violations }) => violations.length)
    .map(({ id }) => id)

export const oneBooking = (booking = bookingOf()) => ({ bookings: [{ user: ADA.name, booking }] })

/** Every sentence, each with the invariant that it is about. */
export const sentences = (calls: readonly Call[], observations: Observations, faults: readonly FaultSpan[] = []): string[] =>
  checkAll(historyWith(calls, faults), observations).flatMap(({ id, violations }) => violations.map((violation) => `${id}: ${violation}`))

/** A quote, and its confirmation by the customer. */
export function cancelCalls({ fee = 0, isLost = false }: { fee?: number; isLost?: boolean } = {}): [Call, Call] {
  const quote = { id: 'cxl_1', fee: { amountMinor: fee, currency: 'INR' } }
  const path = '/bookings/bkg_1/cancellations'
  return [
    callOf({ operation: 'quote cancellation', method: 'POST', path, key: 'k8', status: 201, body: quote, startedAtMs: 200_000 }),
    callOf({ operation: 'cancel', method: 'POST', path: '/cancellations/cxl_1/confirmation', key: 'k9', isLost, startedAtMs: 201_000 }),
  ]
}
