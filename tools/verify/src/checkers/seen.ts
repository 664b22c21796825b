import type { Booking, Cancellation, Hold, Payment } from '@skyhold/contracts'
import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'

/** Something that an answer showed, with the call that did. */
export interface Seen<T> {
  call: Call
  thing: T
}

/** The rules ask for each booking anew, and a run of ten minutes has tens of thousands of answers: each history is read once. */
function once<T>(read: (history: History) => T): (history: History) => T {
  const known = new WeakMap<History, { found: T }>()
  return (history) => {
    const { found } = known.get(history) ?? { found: read(history) }
    known.set(history, { found })
    return found
  }
}

/** Every booking in an answer, alone, in a list or in a look-up. A replayed answer shows what was, so it tells nothing of the present. */
export const bookingsSeen = once((history): readonly Seen<Booking>[] => thingsSeen<Booking>(history, 'bkg_'))
export const holdsSeen = once((history): readonly Seen<Hold>[] => thingsSeen<Hold>(history, 'hld_'))

const sightsById = once((history) => Map.groupBy(bookingsSeen(history), ({ thing }) => thing.id))
/** What was shown of one booking. */
export const sightsOf = (history: History, { id }: Pick<Booking, 'id'>): readonly Seen<Booking>[] => sightsById(history).get(id) ?? []

/** Alone, or in their bookings. */
export const paymentsSeen = (history: History): Seen<Payment>[] => [
  ...thingsSeen<Payment>(history, 'pay_'),
  ...bookingsSeen(history).flatMap(({ call, thing }) => thing.payments.map((payment) => ({ call, thing: payment }))),
]

/** The present answers: no replays of stored ones. */
export const fresh = <T>(seen: readonly Seen<T>[]): Seen<T>[] => seen.filter(({ call }) => call.answer?.isReplayed === false)

function thingsSeen<T>({ calls }: History, prefix: string): Seen<T>[] {
  return calls.flatMap((call) => {
    if (!isDone(call)) return []
    return candidatesOf(call.answer?.body)
      .filter((body) => body.id.startsWith(prefix))
      .map((thing) => ({ call, thing: thing as T }))
  })
}

function candidatesOf(body: unknown): { id: string }[] {
  if (typeof body !== 'object' || body === null) return []
  if ('id' in body && typeof body.id === 'string') return [{ ...body, id: body.id }]
  if ('data' in body && Array.isArray(body.data)) return body.data.flatMap(candidatesOf)
  if ('booking' in body) return candidatesOf(body.booking)
  return []
}

/** The last path segment but one of `/bookings/{id}/payments`: whose call it is. */
export const idInPath = (path: string): string => path.split('/')[2] ?? ''

export const codeIn = (body: unknown): string | null => textIn(body, 'code')
export const idIn = (body: unknown): string | null => textIn(body, 'id')

/** A member that is a text. */
export function textIn(body: unknown, name: string): string | null {
  const value = typeof body === 'object' && body !== null ? Object.entries(body).find(([member]) => member === name)?.[1] : null
  return typeof value === 'string' ? value : null
}

/** Answered, and not refused. */
export const isDone = ({ answer }: Call): boolean => answer !== null && answer.status < 300

/** The last state that is known of each booking: what was read at the end. */
export const finalBookings = ({ bookings }: Observations): Booking[] => bookings.map(({ booking }) => booking)

export const isCaptured = ({ status }: Pick<Payment, 'status'>): boolean =>
  status === 'captured' || status === 'partially_refunded' || status === 'refunded'

export const isOver = ({ status }: Pick<Booking, 'status'>): boolean => status === 'cancelled' || status === 'cancellation_pending'

/** A try to have a booking cancelled as it was quoted. */
export interface CancelTry {
  call: Call
  bookingId: string
  feeMinor: number
}

/** Every confirmation of a quote, answered or not. */
export const cancelTries = once(({ calls }): readonly CancelTry[] => {
  const quotes = new Map<string | null, { bookingId: string; feeMinor: number }>()
  for (const { operation, path, answer } of calls) {
    if (operation !== 'quote cancellation' || answer === null || answer.status >= 300) continue
    const { fee } = answer.body as Partial<Cancellation>
    quotes.set(idIn(answer.body), { bookingId: idInPath(path), feeMinor: fee?.amountMinor ?? 0 })
  }
  return calls.flatMap((call) => {
    const quote = call.operation === 'cancel' ? quotes.get(idInPath(call.path)) : undefined
    return quote ? [{ call, ...quote }] : []
  })
})

/** Flights whose cancellation was asked for, and when first. */
export const flightsCancelled = ({ calls }: History): Call[] => calls.filter(({ operation }) => operation === 'cancel flight')

/** The booking is on a flight that does not fly. */
export const isGrounded = ({ flights }: Booking): boolean => flights.some(({ flight }) => flight.status === 'cancelled')
