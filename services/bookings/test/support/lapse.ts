import type { RunningBookings } from './running-bookings.ts'

/** Moves the end of these holds and their claims to now and so much later, as if their time had gone by: no test has to be quicker than a clock. What is being paid for stays pinned. */
export async function letHoldsLapse({ parts: { db } }: RunningBookings, holdIds: readonly string[], inMs = -1): Promise<void> {
  await db.transaction(async (tx) => {
    const endMs = (await db.now(tx)) + inMs
    await db.run('UPDATE holds SET expires_at = :endMs WHERE id IN (:holdIds)', { endMs, holdIds }, tx)
    await db.run('UPDATE claims SET expires_at = :endMs WHERE hold_id IN (:holdIds) AND expires_at IS NOT NULL', { endMs, holdIds }, tx)
  })
}
