import { QUEUES } from '@skyhold/contracts'
import { findFaults, type IntegrityCheck } from '@skyhold/platform'
import { SUPERSESSIONS } from '../views/templates/index.ts'

/** A mail is on its way for half a minute at most; then what was known when it was made is not what counts. */
const ON_ITS_WAY_MS = 60_000
/** A mail server that is away for longer is worth waking somebody. */
const OVERDUE_MS = 15 * 60_000
/** The inbox forgets after thirty days (inbox.ts of the platform); a day less, so that none is missed at the edge. */
const REMEMBERED_MS = 29 * 24 * 3_600_000

const oneMailPerFact: IntegrityCheck = {
  name: 'I12.one-mail-per-fact',
  means: 'Every fact has one e-mail of a template, every copy was asked for, and every one has a Message-ID of its own.',
  runbook: 'i12-mail',
  find: (look) =>
    findFaults(look, [
      {
        says: 'several e-mails about one fact (event, template, copy, how many)',
        sql: 'SELECT event_id, template, copy, COUNT(*) AS mails FROM deliveries GROUP BY event_id, template, copy HAVING COUNT(*) > 1',
      },
      {
        says: 'several e-mails of one Message-ID (Message-ID, how many)',
        sql: 'SELECT message_id, COUNT(*) AS mails FROM deliveries GROUP BY message_id HAVING COUNT(*) > 1',
      },
      {
        says: 'a further copy that nobody has asked for (e-mail, template, copy)',
        sql: 'SELECT id, template, copy FROM deliveries WHERE copy > 0 AND requested_by IS NULL',
      },
    ]),
}

const trueMail: IntegrityCheck = {
  name: 'I12.true-mail',
  means: 'No e-mail was sent that a newer fact, known for more than a minute, had made untrue.',
  runbook: 'i12-mail',
  find: (look) =>
    findFaults(look, [
      {
        says: 'an e-mail that was untrue when it was sent (e-mail, template, booking, the newer template)',
        sql: `SELECT d.id, d.template, d.booking_id, n.template AS newer FROM deliveries d JOIN deliveries n ON n.booking_id = d.booking_id AND n.sequence > d.sequence
          WHERE d.status = 'sent' AND n.copy = 0 AND n.queued_at < d.sent_at - ${ON_ITS_WAY_MS}
            AND (d.template, n.template) IN (${look.dialect === 'sqlite' ? 'VALUES :pairs' : ':pairs'})`,
        values: { pairs: SUPERSESSIONS },
      },
    ]),
}

/** The other way round cannot be asked here: there are facts that make no e-mail, and the inbox keeps their ids alone. */
const inboxAndDeliveries: IntegrityCheck = {
  name: 'I6.inbox-and-deliveries',
  means: 'Every e-mail was queued by an event that the inbox remembers, so that none is queued twice.',
  runbook: 'i6-events',
  find: (look) =>
    findFaults(look, [
      {
        says: 'an e-mail whose event is not in the inbox (e-mail, template, event)',
        sql: `SELECT d.id, d.template, d.event_id FROM deliveries d LEFT JOIN inbox i ON i.consumer = :consumer AND i.event_id = d.event_id
          WHERE d.copy = 0 AND d.queued_at > :rememberedMs AND i.event_id IS NULL`,
        values: { consumer: QUEUES.notificationsMail.name, rememberedMs: look.nowMs - REMEMBERED_MS },
      },
    ]),
}

const convergence: IntegrityCheck = {
  name: 'I9.convergence',
  means:
    'No e-mail is stuck on its way or waits long past its time, one that was given up says why, and no event lies unread among the dead letters.',
  runbook: 'i9-left-lying',
  find: (look) =>
    findFaults(look, [
      {
        says: 'an e-mail whose sender has died and that nobody has taken over (e-mail, template)',
        sql: `SELECT id, template FROM deliveries WHERE status = 'sending' AND due_at < :beforeMs`,
        values: { beforeMs: look.nowMs - ON_ITS_WAY_MS },
      },
      {
        says: 'an e-mail that has waited for a quarter of an hour past its time (e-mail, template, why)',
        sql: `SELECT id, template, last_error FROM deliveries WHERE status = 'queued' AND due_at < :beforeMs`,
        values: { beforeMs: look.nowMs - OVERDUE_MS },
      },
      {
        says: 'an e-mail that was given up without a word why (e-mail, template)',
        sql: `SELECT id, template FROM deliveries WHERE status = 'failed' AND (last_error IS NULL OR last_error = '')`,
      },
      {
        says: 'a dead letter that nobody has dealt with (letter, queue, type, event)',
        sql: `SELECT id, queue, type, event_id FROM dead_letters WHERE status = 'open' AND event_id IS NOT NULL AND dead_at < :beforeMs`,
        values: { beforeMs: look.nowMs - ON_ITS_WAY_MS },
      },
    ]),
}

export const notificationsChecks: readonly IntegrityCheck[] = [oneMailPerFact, trueMail, inboxAndDeliveries, convergence]
