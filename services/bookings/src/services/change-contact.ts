import type { Booking, Contact } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import type { Actor } from '../domain/access.ts'
import type { Parts } from './parts.ts'
import { getBooking } from './read-bookings.ts'

/** Changes where the e-mails go. Refusals: `booking_not_found`, `forbidden` for a look-up, `stale_version`. */
export async function changeContact(
  { bookingId, contact, version, actor }: { bookingId: string; contact: Contact; version: number; actor: Actor },
  parts: Parts,
): Promise<{ view: Booking; version: number }> {
  if (actor.kind === 'booking') throw new Refusal('forbidden', { detail: 'Sign in to change the contact of a booking.' })
  await getBooking({ bookingId, actor }, parts)
  const changed = await parts.db.transaction((tx) =>
    parts.bookings.changeContact(bookingId, { email: contact.email, phone: contact.phone ?? null, version }, tx),
  )
  if (changed === 0) throw new Refusal('stale_version', { detail: 'The booking has changed since you read it. Read it again.' })
  return getBooking({ bookingId, actor }, parts)
}
