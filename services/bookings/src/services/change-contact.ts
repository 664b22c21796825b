import type { Booking, Contact } from '@skyhold/contracts'
import { Refusal, type VersionCheck } from '@skyhold/platform'
import { type Actor, actorName } from '../domain/access.ts'
import type { Parts } from './parts.ts'
import { getBooking } from './read-bookings.ts'

export interface ChangeContact {
  bookingId: string
  contact: Contact
  /** Whether a version of the booking is one that the client has read. */
  isSeen: VersionCheck
  actor: Actor
  requestId: string
}

/** Changes where the e-mails go. The audit has who did it and what changed, and not the addresses, which are the customer's. Refusals: `booking_not_found`, `forbidden` for a look-up, `stale_version`. */
export async function changeContact(
  { bookingId, contact, isSeen, actor, requestId }: ChangeContact,
  parts: Parts,
): Promise<{ view: Booking; version: number }> {
  if (actor.kind === 'booking') throw new Refusal('forbidden', { detail: 'Sign in to change the contact of a booking.' })
  const { view: before } = await getBooking({ bookingId, actor }, parts)
  await parts.db.transaction(async (tx) => {
    const version = (await parts.bookings.lock(bookingId, tx))?.version
    if (version === undefined || !isSeen(version))
      throw new Refusal('stale_version', { detail: 'The booking has changed since you read it. Read it again.' })
    const change = { email: contact.email, phone: contact.phone ?? null, version }
    if ((await parts.bookings.changeContact(bookingId, change, tx)) !== 1) throw new Error('a locked booking changed')
    const note = `contact changed: ${differences(before.contact, contact)}`
    await parts.audit.note({ aggregateId: bookingId, atMs: await parts.db.now(tx), actor: actorName(actor), requestId, note }, tx)
  })
  return getBooking({ bookingId, actor }, parts)
}

function differences(before: Booking['contact'], after: Contact): string {
  const changed = [...(before?.email === after.email ? [] : ['e-mail']), ...(before?.phone === after.phone ? [] : ['phone'])]
  return changed.join(' and ') || 'nothing'
}
