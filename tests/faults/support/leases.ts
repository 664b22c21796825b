import { sized } from '@skyhold/testkit'
import type { Databases } from './books.ts'

/** Longer than any lease: that of an event is 30 s, that of an e-mail 40 s. In the full size they are waited for. */
const GONE_BY_MS = sized({ quick: 45_000, full: 0 })

const EVENTS = `UPDATE outbox SET locked_until = locked_until - ${GONE_BY_MS} WHERE state = 'pending' AND locked_by IS NOT NULL`
const MAILS = `UPDATE deliveries SET due_at = due_at - ${GONE_BY_MS} WHERE status = 'sending'`

/**
 * As if so long had gone by for the leases alone: that of a process that was killed is given back by nobody, and all that comes of it comes afterwards.
 * One that lives may lose its own by it: an event is then said twice, which every consumer must bear; an e-mail under way is not taken over by the process that sends it.
 */
export async function letLeasesRunOut(databases: Databases): Promise<void> {
  if (GONE_BY_MS === 0) return
  for (const [service, db] of Object.entries(databases)) await db.run(service === 'notifications' ? MAILS : EVENTS)
}
