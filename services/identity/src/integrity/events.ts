import { ACCESS_CHANGES } from '@skyhold/contracts'
import { type Fault, findFaults, type IntegrityCheck, type Look } from '@skyhold/platform'

const HOUR_MS = 3_600_000
/** Events go after seven days (outbox-rows.ts of the platform); a day less, so that none is missed at the edge. */
const KEPT_MS = 6 * 24 * HOUR_MS
/** A link goes a day after its end (purge-links.ts), and one may end at once; an hour less. */
const LINK_KEPT_MS = 23 * HOUR_MS
/** Times and ids are given before the commit: an earlier one may appear so much later. */
const SETTLED_MS = 120_000

/** An account of the settings is announced to nobody, and in the audit instead. No handle of a link is shown: it is for notifications alone. */
const UNTOLD: readonly Fault[] = [
  {
    says: 'a registration without its event (user)',
    sql: `SELECT u.id FROM users u LEFT JOIN outbox o ON o.aggregate_id = u.id AND o.type = 'user.registered'
      WHERE u.created_at >= :sinceMs AND o.id IS NULL
        AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject_id = u.id AND a.action = 'user.created')`,
  },
  {
    says: 'the end of a session without its event (session)',
    sql: `SELECT s.id FROM sessions s LEFT JOIN outbox o ON o.aggregate_id = s.id AND o.type = 'session.revoked'
      WHERE s.revoked_at >= :sinceMs AND o.id IS NULL`,
  },
  {
    says: 'a change of access without its event (audit row, action, user)',
    sql: `SELECT a.id, a.action, a.subject_id FROM audit a LEFT JOIN outbox o ON o.aggregate_id = CONCAT('aud_', a.id) AND o.type = 'user.access_changed'
      WHERE a.id > :auditId AND a.at >= :sinceMs AND a.action IN (:changes) AND o.id IS NULL`,
  },
  {
    says: 'a link by e-mail without its event (user, purpose, made at)',
    sql: `SELECT l.user_id, l.purpose, l.created_at FROM mail_links l LEFT JOIN outbox o ON o.aggregate_id = l.handle AND o.type IN (:linkEvents)
      WHERE l.expires_at >= :sinceMs AND l.created_at >= :sinceMs AND o.id IS NULL`,
  },
]

/**
 * A session that is gone says nothing: it is deleted a day past its time, and may have been ended late on that day. COALESCE: by the index on revoked_at every session that lives
 * would be read, of which there are many more than events since the last run.
 */
const UNFOUNDED: readonly Fault[] = [
  {
    says: 'an event without its account (event, user)',
    sql: `SELECT o.event_id, o.aggregate_id FROM outbox o LEFT JOIN users u ON u.id = o.aggregate_id
      WHERE o.id > :outboxId AND o.type = 'user.registered' AND u.id IS NULL`,
  },
  {
    says: 'an event of the end of a session that lives (event, session)',
    sql: `SELECT o.event_id, o.aggregate_id FROM outbox o JOIN sessions s ON s.id = o.aggregate_id
      WHERE o.id > :outboxId AND o.type = 'session.revoked' AND COALESCE(s.revoked_at, 0) = 0`,
  },
  {
    says: 'an event without its change of access (event, audit row)',
    sql: `SELECT o.event_id, o.aggregate_id FROM outbox o LEFT JOIN audit a ON a.id = CAST(SUBSTR(o.aggregate_id, 5) AS UNSIGNED) AND a.action IN (:changes)
      WHERE o.id > :outboxId AND o.type = 'user.access_changed' AND a.id IS NULL`,
  },
  {
    says: 'an event without its link by e-mail (event, type)',
    sql: `SELECT o.event_id, o.type FROM outbox o LEFT JOIN mail_links l ON l.handle = o.aggregate_id
      WHERE o.id > :outboxId AND o.occurred_at >= :linkMs AND o.type IN (:linkEvents) AND l.handle IS NULL`,
  },
  {
    says: 'a further event of one change (event, type)',
    sql: `SELECT o.event_id, o.type FROM outbox o
      WHERE o.id > :outboxId AND EXISTS (SELECT 1 FROM outbox e WHERE e.aggregate_id = o.aggregate_id AND e.type = o.type AND e.id < o.id)`,
  },
]

/** I6. What is written is written together and stays, so each row needs to be looked at once; while anything is broken the next run begins where this one did. */
export const eventsAndState: IntegrityCheck = {
  name: 'I6.events-and-state',
  means:
    'Every registration, end of a session, change of access and link by e-mail has its event, once, and every such event what it tells of.',
  runbook: 'i6-events',
  async find(look) {
    const { nowMs, memory } = look
    const from = {
      sinceMs: Math.max(Number(memory?.sinceMs ?? 0), nowMs - KEPT_MS),
      auditId: Number(memory?.auditId ?? 0),
      outboxId: Number(memory?.outboxId ?? 0),
    }
    const values = {
      ...from,
      linkMs: nowMs - LINK_KEPT_MS,
      changes: ACCESS_CHANGES.map((change) => `user.${change}`),
      linkEvents: ['user.verification_requested', 'user.password_reset_requested'],
    }
    const finding = await findFaults(
      look,
      [...UNTOLD, ...UNFOUNDED].map((fault) => ({ ...fault, values })),
    )
    return { ...finding, memory: finding.violations > 0 ? from : await settledIn(look) }
  },
}

async function settledIn({ rows, nowMs }: Look) {
  const sinceMs = nowMs - SETTLED_MS
  const [audit] = await rows<{ id: number }>('SELECT id FROM audit WHERE at <= :sinceMs ORDER BY id DESC LIMIT 1', { sinceMs })
  const [outbox] = await rows<{ id: number }>('SELECT id FROM outbox WHERE occurred_at <= :sinceMs ORDER BY id DESC LIMIT 1', { sinceMs })
  return { sinceMs, auditId: audit?.id ?? 0, outboxId: outbox?.id ?? 0 }
}
