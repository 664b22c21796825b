import type { Booking, Hold, Payment } from '@skyhold/contracts'
import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'

/** Something that an answer showed, with the call that did. */
export interface Seen<T> {
  call: Call
  thing: T
}

/** Every booking in an answer, alone, in a list or in a look-up. A replayed answer shows what was, so it tells nothing of the present. */
export const bookingsSeen = (history: History): Seen<Booking>[] => thingsSeen<Booking>(history, 'bkg_')
export const holdsSeen = (history: History): Seen<Hold>[] => thingsSeen<Hold>(history, 'hld_')

/** The present answers: no replays of stored ones. */
export const fresh = <T>(seen: readonly Seen<T>[]): Seen<T>[] => seen.filter(({ call }) => call.answer?.isReplayed === false)

function thingsSeen<T>({ calls }: History, prefix: string): Seen<T>[] {
  return calls.flatMap((call) => {
    if (!call.answer || call.answer.status >= 300) return []
    return candidatesOf(call.answer.body)
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

export const codeIn = (body: unknown): string | null =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' ? body.code : null

/** The last state that is known of each booking: what was read at the end. */
export const finalBookings = ({ bookings }: Observations): Booking[] => bookings.map(({ booking }) => booking)

export const isCaptured = ({ status }: Pick<Payment, 'status'>): boolean =>
  status === 'captured' || status === 'partially_refunded' || status === 'refunded'
