import type { Transaction } from '@skyhold/platform'
import { LEG } from '../domain/flight.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import { bookingFacts } from '../views/booking.ts'
import { answerOf, isOpen } from '../views/payment-answer.ts'
import type { Parts } from './parts.ts'
import { type ApplyResult, auditAlso, changePayment, type FinalResult, lockScene, NEVER_MS, type Scene } from './payment-scene.ts'
import { loadBooking } from './read-bookings.ts'
import { returnLateMoney } from './return-late-money.ts'

/** After a decline there is time for another card, even if the hold was about to lapse. */
const ANOTHER_CARD_MS = 60_000

/**
 * The one door through which the provider's word becomes ours: answers, webhooks and recovery all come through here, under the payment's lock, any number of times and in any order.
 * It only goes forward: what is captured stays captured. The payment as it is afterwards.
 */
export async function applyProviderResult(apply: ApplyResult, parts: Parts, tx: Transaction): Promise<PaymentRow> {
  const scene = await lockScene(apply.paymentId, parts, tx)
  const { payment } = scene
  // The process that began it has been faster: it has an intent by now and goes on.
  if (apply.onlyWithoutIntent && payment.providerId !== null) return payment
  const isLive = isOpen(payment)
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
  await answerKey({ ...payment, status: 'captured' }, apply, parts, tx)
}

/** One ticket for each passenger on each flight. */
async function issueTickets(
  { ticketNumbers, actor, requestId }: ApplyResult,
  { booking, nowMs }: Scene,
  parts: Parts,
  tx: Transaction,
): Promise<void> {
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
  await parts.audit.append(
    tickets.map(({ number, status }) => ({
      aggregateType: 'ticket' as const,
      aggregateId: number,
      from: null,
      to: status,
      atMs: nowMs,
      actor,
      requestId,
    })),
    tx,
  )
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
  await answerKey({ ...payment, status: 'failed', declineCode }, apply, parts, tx)
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

/** Stores the answer under the key of the request that paid, whoever found it out. */
async function answerKey(payment: PaymentRow, { requestId }: ApplyResult, parts: Parts, tx: Transaction): Promise<void> {
  const answer = answerOf(payment, { requestId })
  await parts.keys.storeAnswer(
    { scope: payment.keyScope, idemKey: payment.idemKey },
    { status: answer.status, body: JSON.stringify(answer.body) },
    tx,
  )
}
