import { newId, Refusal, type Transaction } from '@skyhold/platform'
import type { ProviderResult } from '../clients/payment-provider.ts'
import { LEG } from '../domain/flight.ts'
import { assertTransition, PAYMENT_TRANSITIONS } from '../domain/transitions.ts'
import type { LockedBooking } from '../repositories/bookings.ts'
import type { HoldRow } from '../repositories/holds.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { bookingFacts } from '../views/booking.ts'
import { answerOf } from '../views/payment-answer.ts'
import type { Parts } from './parts.ts'
import { loadBooking } from './read-bookings.ts'

/** After a decline there is time for another card, even if the hold was about to lapse. */
const ANOTHER_CARD_MS = 60_000
/** A try that was just given up is nobody's work any more. */
const NEVER_MS = Number.MAX_SAFE_INTEGER

/** What is settled for good: these results end a payment, whoever brings them. */
export type FinalResult = Extract<ProviderResult, { kind: 'captured' | 'declined' | 'requires_action' }>

export interface ApplyResult {
  paymentId: string
  result: FinalResult
  /** Who brings it: the answer, a webhook or the recovery job. */
  actor: string
  requestId: string
  ticketNumbers: readonly string[]
}

interface Scene {
  booking: LockedBooking
  hold: HoldRow
  payment: PaymentRow
  nowMs: number
}

/**
 * The one door through which the provider's word becomes ours: answers, webhooks and recovery all come through here, under the payment's lock, any number of times and in any order.
 * It only goes forward: what is captured stays captured. The payment as it is afterwards.
 */
export async function applyProviderResult(apply: ApplyResult, parts: Parts, tx: Transaction): Promise<PaymentRow> {
  const scene = await lockScene(apply.paymentId, parts, tx)
  const { payment } = scene
  const isLive = payment.status === 'processing' || payment.status === 'unknown' || payment.status === 'requires_action'
  const { result } = apply
  if (result.kind === 'captured') {
    if (isLive) await capture(apply, result, scene, parts, tx)
    else if (payment.status === 'failed') await returnLateMoney(apply, scene, parts, tx)
  } else if (isLive && result.kind === 'declined') {
    await decline(apply, result.declineCode, scene, parts, tx)
  } else if (isLive && payment.status !== 'requires_action') {
    await changePayment(
      scene,
      {
        to: 'requires_action',
        nextCheckAtMs: scene.nowMs + parts.paymentRules.pinMaxMs,
        ...(result.kind === 'requires_action' ? { clientSecret: result.clientSecret } : {}),
      },
      apply,
      parts,
      tx,
    )
  } else if (result.kind === 'declined' && payment.status !== 'failed') {
    parts.logger.error(
      { paymentId: payment.id, status: payment.status },
      'the provider declines a payment that it has captured: the capture stands',
    )
  }
  const after = await parts.payments.find(payment.id, tx)
  if (!after) throw new Error(`payment ${payment.id} is gone`)
  return after
}

/** Booking, hold, payment: the order of docs/locking.md; then the time. */
async function lockScene(paymentId: string, parts: Parts, tx: Transaction): Promise<Scene> {
  const found = await parts.payments.find(paymentId, tx)
  if (!found) throw new Refusal('payment_not_found')
  const booking = await parts.bookings.lock(found.bookingId, tx)
  const hold = booking ? await parts.holds.lock(booking.holdId, tx) : null
  const payment = await parts.payments.lock(paymentId, tx)
  if (!booking || !hold || !payment) throw new Error(`payment ${paymentId} has lost its booking or hold`)
  return { booking, hold, payment, nowMs: await parts.db.now(tx) }
}

async function capture(
  apply: ApplyResult,
  result: Extract<FinalResult, { kind: 'captured' }>,
  scene: Scene,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
  const { booking, hold, payment } = scene
  if (result.amount.amountMinor !== payment.amountMinor || result.amount.currency !== payment.currency)
    throw new Error(
      `the provider captured ${JSON.stringify(result.amount)} for payment ${payment.id}, which is over ${payment.amountMinor} ${payment.currency}`,
    )
  const sold = await parts.claims.sell(hold.id, tx)
  // Pinned claims cannot go away; if they have, the money must not stay.
  if (sold !== hold.seatCount || hold.status !== 'pinned') return returnLateMoney(apply, scene, parts, tx)

  await changePayment(scene, { to: 'captured', nextCheckAtMs: NEVER_MS }, apply, parts, tx)
  await parts.holds.transition([hold.id], 'consumed', tx)
  await parts.bookings.transition([booking.id], 'confirmed', tx)
  await issueTickets(apply, scene, parts, tx)
  await parts.marks.add(
    hold.flights.map(({ flightId }) => flightId),
    tx,
  )
  await auditAlso(
    scene,
    apply,
    [
      ['hold', hold.id, 'pinned', 'consumed'],
      ['booking', booking.id, booking.status, 'confirmed'],
    ],
    parts,
    tx,
  )
  const loaded = await loadBooking(booking.id, parts, tx)
  const facts = bookingFacts(loaded)
  const about = { correlationId: apply.requestId || loaded.booking.requestId, occurredAtMs: scene.nowMs }
  await parts.outbox.append(tx, [
    { type: 'booking.confirmed', aggregate: { type: 'booking', id: booking.id, sequence: booking.version + 1 }, data: facts, ...about },
    {
      type: 'payment.captured',
      aggregate: { type: 'payment', id: payment.id, sequence: 2 },
      ...about,
      data: {
        paymentId: payment.id,
        bookingId: booking.id,
        reference: booking.reference,
        ownerId: booking.userId,
        contact: facts.contact,
        amount: { amountMinor: payment.amountMinor, currency: payment.currency },
      },
    },
  ])
  await answerKey({ ...payment, status: 'captured' }, parts, tx)
}

/** One ticket for each passenger on each flight. */
async function issueTickets({ ticketNumbers }: ApplyResult, { booking, nowMs }: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking: model, hold } = await loadBooking(booking.id, parts, tx)
  const numbers = [...ticketNumbers]
  const tickets = (model.passengers ?? []).flatMap((passenger) => {
    const seats = JSON.parse(passenger.seats) as string[]
    return hold.flights.map(({ flightId }, i) => {
      const number = numbers.shift()
      if (!number) throw new Error(`booking ${booking.id} needs more ticket numbers than it was given`)
      const seat = seats[i] ?? null
      return {
        number,
        bookingId: booking.id,
        passengerId: passenger.id,
        flightId,
        leg: LEG,
        seat,
        liveSeat: seat,
        status: 'issued' as const,
        issuedAt: nowMs,
      }
    })
  })
  await parts.tickets.insert(tickets, tx)
}

/** A no with time left gives the hold its time back; past its time the booking is over. */
async function decline(apply: ApplyResult, declineCode: string, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, hold, payment, nowMs } = scene
  await changePayment(scene, { to: 'failed', nextCheckAtMs: NEVER_MS, chargeSlot: null, declineCode }, apply, parts, tx)
  if (hold.status === 'pinned') {
    const isInTime = hold.expiresAtMs > nowMs
    if (isInTime) {
      const expiresAtMs = Math.max(hold.expiresAtMs, nowMs + ANOTHER_CARD_MS)
      await parts.claims.unpin(hold.id, expiresAtMs, tx)
      await parts.holds.setExpiry(hold.id, { status: 'active', expiresAtMs }, tx)
    } else {
      await parts.claims.release([hold.id], tx)
      await parts.holds.transition([hold.id], 'expired', tx)
      await parts.marks.add(
        hold.flights.map(({ flightId }) => flightId),
        tx,
      )
    }
    const to = isInTime ? 'awaiting_payment' : 'expired'
    await parts.bookings.transition([booking.id], to, tx)
    await auditAlso(
      scene,
      apply,
      [
        ['hold', hold.id, 'pinned', isInTime ? 'active' : 'expired'],
        ['booking', booking.id, booking.status, to],
      ],
      parts,
      tx,
    )
    if (!isInTime) await announceExpiry(scene, parts, tx)
  }
  await answerKey({ ...payment, status: 'failed', declineCode }, parts, tx)
}

async function announceExpiry({ booking, nowMs }: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const loaded = await loadBooking(booking.id, parts, tx)
  await parts.outbox.append(tx, [
    {
      type: 'booking.expired',
      aggregate: { type: 'booking', id: booking.id, sequence: booking.version + 1 },
      correlationId: loaded.booking.requestId,
      data: bookingFacts(loaded),
      occurredAtMs: nowMs,
    },
  ])
}

/** The card was charged although we had given the try up: all of it goes back. It keeps no charge slot, so that another payment of the booking is not in its way. */
async function returnLateMoney(apply: ApplyResult, scene: Scene, parts: Parts, tx: Transaction): Promise<void> {
  const { booking, payment, nowMs } = scene
  parts.logger.error({ paymentId: payment.id, bookingId: booking.id }, 'late money: charged without seats, it goes back in full')
  await changePayment(scene, { to: 'captured', nextCheckAtMs: NEVER_MS, chargeSlot: null }, apply, parts, tx)
  const loaded = await loadBooking(booking.id, parts, tx)
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const reason = 'The payment came after the seats had been given up.'
  await parts.refunds.insertOnce(
    {
      id: newId('refund'),
      operatorId: payment.operatorId,
      paymentId: payment.id,
      bookingId: booking.id,
      cause: `late:${payment.id}`,
      status: 'pending',
      ...amount,
      reason,
      nowMs,
      nextCheckAtMs: nowMs,
    },
    tx,
  )
  await parts.outbox.append(tx, [
    {
      type: 'payment.returned',
      aggregate: { type: 'payment', id: payment.id, sequence: 3 },
      correlationId: apply.requestId || loaded.booking.requestId,
      occurredAtMs: nowMs,
      data: {
        paymentId: payment.id,
        bookingId: booking.id,
        reference: booking.reference,
        ownerId: booking.userId,
        contact: bookingFacts(loaded).contact,
        amount,
        reason,
      },
    },
  ])
}

interface PaymentStep {
  to: 'captured' | 'failed' | 'requires_action'
  nextCheckAtMs: number
  chargeSlot?: null
  declineCode?: string
  clientSecret?: string
}

async function changePayment(
  { payment, nowMs }: Scene,
  step: PaymentStep,
  apply: ApplyResult,
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
        note: step.declineCode ?? '',
      },
    ],
    tx,
  )
}

type Step = [type: 'hold' | 'booking', id: string, from: string, to: string]
const auditAlso = ({ nowMs }: Scene, { actor, requestId }: ApplyResult, steps: Step[], parts: Parts, tx: Transaction) =>
  parts.audit.append(
    steps.map(([aggregateType, aggregateId, from, to]) => ({ aggregateType, aggregateId, from, to, atMs: nowMs, actor, requestId })),
    tx,
  )

/** Stores the answer under the key of the request that paid, whoever found it out. */
async function answerKey(payment: PaymentRow, parts: Parts, tx: Transaction): Promise<void> {
  const answer = answerOf(payment)
  await parts.keys.storeAnswer(
    { scope: payment.keyScope, idemKey: payment.idemKey },
    { status: answer.status, body: JSON.stringify(answer.body) },
    tx,
  )
}
