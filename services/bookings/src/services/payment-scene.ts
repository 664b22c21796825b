import type { BookingStatus, HoldStatus } from '@skyhold/contracts'
import { Refusal, type Transaction } from '@skyhold/platform'
import type { ProviderResult } from '../clients/payment-provider.ts'
import { assertTransition, BOOKING_TRANSITIONS, HOLD_TRANSITIONS, PAYMENT_TRANSITIONS } from '../domain/transitions.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { Parts } from './parts.ts'

/** A payment that has its end is nobody's work any more. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER

/** What is settled for good: these results end a payment, whoever brings them. */
export type FinalResult = Extract<ProviderResult, { kind: 'captured' | 'declined' | 'requires_action' }>

export interface ApplyResult {
  paymentId: string
  result: FinalResult
  /** Who brings it: the answer, a webhook or the recovery job. */
  actor: string
  requestId: string
  ticketNumbers: readonly string[]
  /** Holds for a payment alone that has no intent at the provider; looked at under the lock. */
  onlyWithoutIntent?: true
}

/** What a payment's outcome changes, locked, and the time read under the locks. */
export interface Scene {
  booking: LockedBooking
  hold: HoldRow
  payment: PaymentRow
  nowMs: number
}

/** Booking, hold, payment: the order of docs/locking.md; then the time. */
export async function lockScene(paymentId: string, parts: Parts, tx: Transaction): Promise<Scene> {
  const found = await parts.payments.find(paymentId, tx)
  if (!found) throw new Refusal('payment_not_found')
  const booking = await parts.bookings.lock(found.bookingId, tx)
  const hold = booking ? await parts.holds.lock(booking.holdId, tx) : null
  const payment = await parts.payments.lock(paymentId, tx)
  if (!booking || !hold || !payment) throw new Error(`payment ${paymentId} has lost its booking or hold`)
  return { booking, hold, payment, nowMs: await parts.db.now(tx) }
}

interface PaymentStep {
  to: 'captured' | 'failed' | 'requires_action' | 'unknown'
  nextCheckAtMs: number
  chargeSlot?: string | null
  declineCode?: string
  clientSecret?: string
  /** For the audit. */
  note?: string
}

/** Who changes something, for the audit. */
type By = Pick<ApplyResult, 'actor' | 'requestId'>

export async function changePayment(
  { payment, nowMs }: Scene,
  { note, ...step }: PaymentStep,
  apply: By,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  assertTransition(PAYMENT_TRANSITIONS, payment.status, step.to)
  const changed = await parts.payments.transition(payment.id, { ...step, nowMs }, tx)
  if (changed !== 1) throw new Error(`payment ${payment.id} changed under its lock`)
  await parts.audit.append(
    [
      {
        aggregateType: 'payment',
        aggregateId: payment.id,
        from: payment.status,
        to: step.to,
        atMs: nowMs,
        actor: apply.actor,
        requestId: apply.requestId,
        note: note ?? step.declineCode ?? '',
      },
    ],
    tx,
  )
}

type Step =
  | readonly [type: 'hold', id: string, from: HoldStatus, to: HoldStatus]
  | readonly [type: 'booking', id: string, from: BookingStatus, to: BookingStatus]

/** Writes down what else changes with a payment. Throws where no such change is declared: the row has then not been changed either, and the audit must not say so. */
export function auditAlso(
  { nowMs }: Scene,
  { actor, requestId, note = '' }: By & { note?: string },
  steps: readonly Step[],
  parts: Parts,
  tx: Transaction,
): Promise<unknown> {
  for (const step of steps) {
    if (step[0] === 'hold') assertTransition(HOLD_TRANSITIONS, step[2], step[3])
    else assertTransition(BOOKING_TRANSITIONS, step[2], step[3])
  }
  return parts.audit.append(
    steps.map(([aggregateType, aggregateId, from, to]) => ({ aggregateType, aggregateId, from, to, atMs: nowMs, actor, requestId, note })),
    tx,
  )
}
