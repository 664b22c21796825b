import type { Booking, Payment } from '@skyhold/contracts'
import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { certainHolds } from './certain-holds.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { keptMinor } from './money.ts'
import {
  bookingsSeen,
  cancelTries,
  codeIn,
  finalBookings,
  flightsCancelled,
  fresh,
  holdsSeen,
  idInPath,
  isCaptured,
  isDone,
  isOver,
  paymentsSeen,
  textIn,
} from './seen.ts'

/** I11. */
export const nothingAcknowledgedIsLost: Checker = {
  id: 'I11',
  title: 'what was acknowledged is there',
  check(history, observations): Finding {
    const there = new Set(finalBookings(observations).map(({ id }) => id))
    const acknowledged = new Set(bookingsSeen(history).map(({ thing }) => thing.id))
    const payments = new Set(paymentsSeen(history).map(({ thing }) => thing.id))
    const goneHolds = observations.holds.filter(({ hold }) => hold === null)
    return {
      violations: [
        ...[...acknowledged].filter((id) => !there.has(id)).map((id) => `${id} was shown to its owner, and is not there any more`),
        ...lostPayments(history, observations),
        ...falseDeclines(history, observations),
        ...goneHolds.map(({ id }) => `${id} was granted, and is not there any more`),
        ...heldTooShort(history),
        ...undoneReleases(history, observations),
        ...undoneCancellations(history, observations),
        ...flights(history, observations),
      ],
      looked: `${counted(acknowledged.size, 'booking')}, ${counted(payments.size, 'payment')}, ${counted(observations.holds.length, 'hold')}`,
    }
  },
}

const paymentsAtTheEnd = (observations: Observations): Map<string, Payment> =>
  new Map(finalBookings(observations).flatMap(({ payments }) => payments.map((payment) => [payment.id, payment])))

/** By whatever answer it was shown: of the payment, its approval, a look at it, its booking. */
function lostPayments(history: History, observations: Observations): string[] {
  const there = paymentsAtTheEnd(observations)
  const shown = new Map<string, Payment['status']>()
  for (const { thing } of paymentsSeen(history))
    if (!isCaptured({ status: shown.get(thing.id) ?? 'processing' })) shown.set(thing.id, thing.status)
  return [...shown].flatMap(([id, status]) => {
    const payment = there.get(id)
    if (payment && (!isCaptured({ status }) || isCaptured(payment))) return []
    return [`${id} was answered as ${status}, and is ${payment?.status ?? 'not there'}`]
  })
}

/** Said where the card has not been asked, or its answer is not known: its money may prove true all the same, as late money. */
const NOT_OF_THE_CARD = ['not_attempted', 'not_charged', 'authentication_abandoned', 'authentication_failed', 'declined']

/** What the card itself has declined cannot turn out charged. */
function falseDeclines({ calls }: History, observations: Observations): string[] {
  const there = paymentsAtTheEnd(observations)
  const told = new Map(
    calls
      .filter(({ operation, answer }) => answer?.status === 402 && operation !== 'snoop')
      .map(({ answer }) => [textIn(answer?.body, 'paymentId') ?? '', textIn(answer?.body, 'declineCode') ?? ''] as const),
  )
  return [...told].flatMap(([id, declineCode]) => {
    const payment = there.get(id)
    if (!payment) return [`${id} was answered as declined, and is not there`]
    const isFalse = isCaptured(payment) && !NOT_OF_THE_CARD.includes(declineCode)
    return isFalse ? [`${id} was answered as declined (${declineCode}), and is ${payment.status}`] : []
  })
}

/** Of the time that a hold was granted for, its seats are its owner's to the end. */
function heldTooShort(history: History): string[] {
  const certain = Map.groupBy(certainHolds(history), ({ holdId }) => holdId)
  const bookings = new Map(bookingsSeen(history).map(({ thing }) => [thing.id, thing.holdId]))
  const over = [
    ...fresh(holdsSeen(history)).flatMap(({ call, thing }) =>
      thing.status === 'expired' || thing.status === 'released' ? [{ call, holdId: thing.id, how: `read ${thing.status}` }] : [],
    ),
    ...history.calls.flatMap((call) => {
      const holdId = refusedHold(call, bookings)
      return holdId === null ? [] : [{ call, holdId, how: `was refused with ${codeIn(call.answer?.body)}` }]
    }),
  ]
  return over.flatMap(({ call, holdId, how }) => {
    const grant = certain.get(holdId)?.find(({ fromMs, toMs }) => fromMs < call.startedAtMs && call.endedAtMs < toMs)
    return grant
      ? [`${holdId} was granted until ${new Date(grant.toMs).toISOString()} at least, and ${how} ${grant.toMs - call.endedAtMs} ms before`]
      : []
  })
}

/** The hold that an answer says is over. */
function refusedHold({ operation, path, body, answer }: Call, bookings: ReadonlyMap<string, string>): string | null {
  if (answer === null || answer.isReplayed) return null
  const code = codeIn(answer.body)
  if (code === 'booking_expired' && operation === 'pay') return bookings.get(idInPath(path)) ?? null
  if (code !== 'hold_expired') return null
  return operation === 'book' ? textIn(body, 'holdId') : operation === 'extend' ? idInPath(path) : null
}

function undoneReleases({ calls }: History, { holds }: Observations): string[] {
  const released = new Set(calls.filter((call) => call.operation === 'release' && isDone(call)).map(({ path }) => idInPath(path)))
  return holds.flatMap(({ id, hold }) =>
    released.has(id) && (hold?.status === 'active' || hold?.status === 'consumed')
      ? [`${id}: its release was acknowledged, and it is ${hold.status}`]
      : [],
  )
}

function undoneCancellations(history: History, observations: Observations): string[] {
  const ids = new Set(cancelTries(history).flatMap(({ call, bookingId }) => (isDone(call) ? [bookingId] : [])))
  return finalBookings(observations)
    .filter((booking) => ids.has(booking.id) && !isOver(booking))
    .map(({ id, status }) => `${id}: its cancellation was acknowledged, and it is ${status}`)
}

/** Whoever had a seat on a flight that does not fly has it no more, and all of his money is back or on its way. */
function flights(history: History, observations: Observations): string[] {
  const gone = flightsGone(history)
  const byOwner = new Set(cancelTries(history).map(({ bookingId }) => bookingId))
  const bookings = finalBookings(observations)
  const holds = observations.holds.filter(
    ({ hold }) => hold?.status === 'active' && hold.flights.some(({ flightId }) => gone.has(flightId)),
  )
  return [
    ...liveOnCancelledFlights(history, bookings),
    ...bookings
      .filter((booking) => isOn(gone, booking) && !isLive(booking) && !byOwner.has(booking.id) && keptMinor(booking) > 0)
      .map((booking) => `${booking.id} keeps ${keptMinor(booking)} for a flight whose cancellation was acknowledged`),
    ...holds.map(({ id }) => `${id} is active on a flight whose cancellation was acknowledged`),
  ]
}

/** Right for as long as the news is on its way to bookings, and wrong when all is at rest. */
export function liveOnCancelledFlights(history: History, bookings: readonly Booking[]): string[] {
  const gone = flightsGone(history)
  return bookings
    .filter((booking) => isOn(gone, booking) && isLive(booking))
    .map(({ id, status }) => `${id} is ${status} on a flight whose cancellation was acknowledged`)
}

const flightsGone = (history: History): ReadonlySet<string> =>
  new Set(flightsCancelled(history).flatMap((call) => (isDone(call) ? [idInPath(call.path)] : [])))
const isOn = (flightIds: ReadonlySet<string>, { flights: booked }: Booking) => booked.some(({ flight }) => flightIds.has(flight.id))
const isLive = ({ status }: Booking) => status === 'confirmed' || status === 'awaiting_payment'
