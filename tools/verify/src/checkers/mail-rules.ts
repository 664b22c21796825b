import { type Booking, formatMoney, type Money } from '@skyhold/contracts'
import type { History } from '../history/history.ts'
import { isReturn, type Letter } from './letters.ts'
import { cancelTries, flightsCancelled, fresh, idInPath, isCaptured, isDone, isGrounded, isOver, sightsOf } from './seen.ts'

/** How many e-mails of a kind a booking must and may have. */
export interface Expectation {
  what: string
  min: number
  max: number
  matches: (letter: Letter) => boolean
}

/** A confirmation that waited so long was not overtaken by a cancellation: all that is under way has its end within a minute. */
const SURELY_SENT_MS = 60_000

/** What the end of a booking, and what its owner saw of it, calls for. */
export function expectedLetters(history: History, booking: Booking): Expectation[] {
  const once = (template: string, [min, max]: readonly [number, number]): Expectation => ({
    what: template,
    min,
    max,
    matches: (letter) => letter.template === template,
  })
  const cancellation = cancellationOf(history, booking)
  return [
    once('booking-held', [0, 1]),
    once('booking-confirmed', confirmations(history, booking)),
    once('booking-expired', expiries(history, booking)),
    once('booking-cancelled', cancellation['booking-cancelled']),
    once('flight-cancelled', cancellation['flight-cancelled']),
    ...(cancellation.either ? [eitherOf('booking-cancelled', 'flight-cancelled')] : []),
    ...refundLetters(booking),
    ...returnLetters(booking),
  ]
}

const NONE = [0, 0] as const
const MAYBE = [0, 1] as const
const ONE = [1, 1] as const

function confirmations(history: History, booking: Booking): readonly [number, number] {
  if (booking.status === 'confirmed') return ONE
  if (!isOver(booking) || !(booking.total.amountMinor === 0 || booking.payments.some(isCaptured))) return NONE
  return wasLongConfirmed(history, booking) ? ONE : MAYBE
}

/** Its cancellation may have overtaken the e-mail, which is then not sent any more: not when it came a minute later. */
function wasLongConfirmed(history: History, booking: Booking): boolean {
  const sights = fresh(sightsOf(history, booking)).filter(({ thing }) => thing.status === 'confirmed')
  const ends = [
    ...cancelTries(history).flatMap(({ bookingId, call }) => (bookingId === booking.id ? [call.startedAtMs] : [])),
    ...flightsCancelled(history)
      .filter(({ path }) => booking.flights.some(({ flight }) => flight.id === idInPath(path)))
      .map(({ startedAtMs }) => startedAtMs),
  ]
  return sights.some(({ call }) => ends.length > 0 && ends.every((endMs) => endMs - call.endedAtMs > SURELY_SENT_MS))
}

/** Money that came late revives a booking under a new hold. */
function expiries(history: History, booking: Booking): readonly [number, number] {
  if (booking.status === 'expired') return ONE
  return sightsOf(history, booking).every(({ thing }) => thing.holdId === booking.holdId) ? NONE : MAYBE
}

interface CancellationLetters {
  'booking-cancelled': readonly [number, number]
  'flight-cancelled': readonly [number, number]
  either: boolean
}

/** The owner's cancellation is told as his, the airline's as the airline's. When both tried and nobody knows who was first, it is one of them. */
function cancellationOf(history: History, booking: Booking): CancellationLetters {
  if (!isOver(booking)) return { 'booking-cancelled': NONE, 'flight-cancelled': NONE, either: false }
  const tries = cancelTries(history).filter(({ bookingId }) => bookingId === booking.id)
  if (tries.some(({ call }) => isDone(call)) || !isGrounded(booking))
    return { 'booking-cancelled': ONE, 'flight-cancelled': NONE, either: false }
  const isHis = tries.some(({ call: { answer } }) => answer === null || answer.status >= 500)
  return isHis
    ? { 'booking-cancelled': MAYBE, 'flight-cancelled': MAYBE, either: true }
    : { 'booking-cancelled': NONE, 'flight-cancelled': ONE, either: false }
}

const eitherOf = (...templates: string[]): Expectation => ({
  what: templates.join(' or '),
  min: 1,
  max: 1,
  matches: ({ template }) => templates.includes(template),
})

/** One for each refund that has succeeded; one that failed afterwards had one too. */
function refundLetters({ refunds }: Booking): Expectation[] {
  const told = refunds.filter(({ status }) => status === 'succeeded' || status === 'needs_attention')
  return byAmount('refund-succeeded', told, (list) => [list.filter(({ status }) => status === 'succeeded').length, list.length])
}

function returnLetters(booking: Booking): Expectation[] {
  const returns = booking.refunds.filter((refund) => isReturn(booking, refund))
  return byAmount('payment-returned', returns, ({ length }) => [length, length])
}

/** The e-mails do not name the refund; its amount they do. */
function byAmount<T extends { amount: Money }>(
  template: string,
  items: readonly T[],
  boundsOf: (list: readonly T[]) => readonly [number, number],
): Expectation[] {
  const groups = Map.groupBy(items, ({ amount }) => formatMoney(amount))
  const says = ({ mail }: Letter, amount: string) => mail.text?.includes(amount) === true
  const known = [...groups].map(([amount, list]): Expectation => {
    const [min, max] = boundsOf(list)
    return { what: `${template} over ${amount}`, min, max, matches: (letter) => letter.template === template && says(letter, amount) }
  })
  const others = (letter: Letter) => letter.template === template && ![...groups.keys()].some((amount) => says(letter, amount))
  return [...known, { what: `${template} over another amount`, min: 0, max: 0, matches: others }]
}

/** What the text of an e-mail must say, word for word. */
export function wordsOf(template: string, booking: Booking): string[] {
  const { reference, total, flights, passengers } = booking
  const numbers = flights.map(({ flight }) => flight.number)
  const people = passengers.flatMap(({ givenNames, familyName, seats }) => [
    `${givenNames} ${familyName}`.replace(/\s+/g, ' '),
    ...seats.map((seat) => `seat ${seat}`),
  ])
  switch (template) {
    case 'booking-confirmed':
      return [
        reference,
        formatMoney(total),
        ...numbers,
        ...people,
        // They are void, and not shown any more, once it is cancelled.
        ...passengers.flatMap(({ tickets }) => tickets.map(({ number }) => number)),
      ]
    case 'booking-held':
      return [reference, formatMoney(total), ...numbers, ...people]
    case 'booking-cancelled':
    case 'flight-cancelled':
      return [reference, ...numbers, ...moneyBackOf(booking)]
    default:
      return [reference]
  }
}

/** Several refunds may have come before the cancellation, which then tells of its own alone. */
function moneyBackOf(booking: Booking): string[] {
  const refunds = booking.refunds.filter((refund) => !isReturn(booking, refund))
  return refunds.length === 1 ? refunds.map(({ amount }) => formatMoney(amount)) : []
}

const CALENDAR = 'text/calendar'
/** What must be attached, by its type. */
export const ATTACHED: Readonly<Record<string, readonly string[]>> = {
  'booking-confirmed': ['application/pdf', CALENDAR],
  'booking-cancelled': [CALENDAR],
  'flight-cancelled': [CALENDAR],
}
