import type { Parts } from './parts.ts'

/** A month: whoever asks what became of his hold asks within days. */
export const HOLD_KEPT_MS = 30 * 24 * 3_600_000
/** Small, so that whoever takes seats meanwhile does not notice. */
const BATCH = 500

type ForgetParts = Pick<Parts, 'db' | 'holds' | 'quotas' | 'audit'>

/** Deletes holds that ended a month ago and that nobody has booked, with their trails, and the quota rows of users who have held nothing since. How many holds. */
export async function forgetHolds(parts: ForgetParts): Promise<number> {
  const beforeMs = (await parts.db.now()) - HOLD_KEPT_MS
  let forgotten = 0
  for (;;) {
    const ids = await parts.holds.listForgettable(beforeMs, BATCH)
    if (ids.length === 0) break
    await parts.db.transaction(async (tx) => {
      await parts.holds.forget(ids, tx)
      // In the same transaction, because a trail whose hold is gone is a violation (I7).
      await parts.audit.forgetOf(ids, tx)
    })
    forgotten += ids.length
  }
  await forgetQuotas(beforeMs, parts)
  return forgotten
}

async function forgetQuotas(sinceMs: number, { db, quotas }: ForgetParts): Promise<void> {
  for (let after = ''; ; ) {
    const userIds = await quotas.listIdle(after, { sinceMs, limit: BATCH })
    const last = userIds.at(-1)
    if (last === undefined) return
    await db.transaction((tx) => quotas.forget(userIds, tx))
    after = last
  }
}
