import { findFaults, type IntegrityCheck } from './check.ts'

/** A relay publishes within its round of 200 ms; the longest pause of one that cannot is two seconds. */
const UNPUBLISHED_MS = 60_000

/** For every service that announces events. A broker that is away is seen here too: what it misses waits, and nobody hears of it. */
export const outboxCheck: IntegrityCheck = {
  name: 'I6.outbox',
  means: 'Every committed change has its event with the broker within a minute.',
  runbook: 'i6-events',
  find: (look) =>
    findFaults(look, [
      {
        says: 'an event that has waited for more than a minute',
        sql: `SELECT event_id, type, aggregate_id FROM outbox WHERE state = 'pending' AND occurred_at < :beforeMs ORDER BY id`,
        values: { beforeMs: look.nowMs - UNPUBLISHED_MS },
      },
    ]),
}
