import type { Booking, Contact } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import type { Parts } from './parts.ts'
import { getBooking } from './read-bookings.ts'

export interface ChangeContact {
  bookingId: string
  contact: Contact
  version: number
  actor: Actor
  requestId: string
}

/** Changes where the e-mails go. The audit has who did it and what changed, and not the addresses, which are the customer's. Refusals: `booking_not_found`, `forbidden` for a look-up, `stale_version`. */
export async function changeContact(
  { bookingId, contact, version, actor, requestId }: ChangeContact,
  parts: Parts,
): Promise<{ view: Booking; version: number }> {
  if (actor.kind === 'booking') throw new Refusal('forbidden', { detail: 'Sign in to change the contact of a booking.' })
  const { view: before } = await getBooking({ bookingId, actor }, parts)
  const changed = await parts.db.transaction(async (tx) => {
    const rows = await parts.bookings.changeContact(bookingId, { email: contact.email, phone: contact.phone ?? null, version }, tx)
    const note = `contact changed: ${differences(before.contact, contact)}`
    if (rows === 1)
      await parts.audit.note({ aggregateId: bookingId, atMs: await parts.db.now(tx), actor: actorName(actor), requestId, note }, tx)
    return rows
  })
  if (changed === 0) throw new Refusal('stale_version', { detail: 'The booking has changed since you read it. Read it again.' })
  return getBooking({ bookingId, actor }, parts)
}

function differences(before: Booking['contact'], after: Contact): string {
  const changed = [...(before?.email === after.email ? [] : ['e-mail']), ...(before?.phone === after.phone ? [] : ['phone'])]
  return changed.join(' and ') || 'nothing'
}
