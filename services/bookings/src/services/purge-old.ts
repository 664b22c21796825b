import { purgeInbox } from '@skyhold/platform'
import { KEY_LIFE_MS } from '../domain/idempotency.ts'
import { CLOSED_STATUSES } from '../repositories/provider-events.ts'
import type { Parts } from './parts.ts'

const DAY_MS = 24 * 3_600_000
/** The provider sends an event again for three days, and shows it on its own page for thirty. */
const PROVIDER_EVENT_LIFE_MS = 30 * DAY_MS
/** Longer than a key lives, so that whoever repeats himself under one is answered as before. */
const QUOTE_KEPT_MS = 7 * DAY_MS
/** Small, so that nobody who buys waits for it. */
const BATCH = 1_000

type PurgeParts = Pick<Parts, 'db' | 'keys' | 'bookingTokens' | 'providerEvents' | 'cancellations'>

/** Forgets what nobody can ask for any more, in small batches. Events that wait for a person stay, and so do cancellations that took place. */
export async function purgeOld(parts: PurgeParts, { batch = BATCH } = {}): Promise<void> {
  const { db, keys, bookingTokens, providerEvents, cancellations } = parts
  const nowMs = await db.now()
  await untilFew(batch, () => keys.purge(nowMs - KEY_LIFE_MS, batch))
  await untilFew(batch, () => bookingTokens.purge(nowMs, batch))
  const events = { beforeMs: nowMs - PROVIDER_EVENT_LIFE_MS, limit: batch }
  for (const state of CLOSED_STATUSES) await untilFew(batch, () => providerEvents.purge(state, events))
  const quotes = { beforeMs: nowMs - QUOTE_KEPT_MS, limit: batch }
  for (const status of ['quoted', 'superseded'] as const) await untilFew(batch, () => cancellations.purge(status, quotes))
  await purgeInbox(db)
}

/** Repeats a purge until it finds less than it may take. */
async function untilFew(batch: number, purge: () => Promise<number>): Promise<void> {
  for (;;) if ((await purge()) < batch) return
}
