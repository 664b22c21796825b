import type { RunningBookings } from './running-bookings.ts'

/** Moves the end of a hold and its claims into the past, as if its time had gone by: no test has to be quicker than a clock. */
export async function letLapse({ parts: { db } }: RunningBookings, holdIds: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    const past = (await db.now(tx)) - 1
    await db.run('UPDATE holds SET expires_at = :past WHERE id IN (:holdIds)', { past, holdIds }, tx)
    await db.run('UPDATE claims SET expires_at = :past WHERE hold_id IN (:holdIds)', { past, holdIds }, tx)
  })
}
