import { Refusal, type Database, type Logger, type Transaction } from '@skyhold/platform'
import { copyOf, type MailDelivery } from '../domain/delivery.ts'
import type { AuditRepository } from '../repositories/audit.ts'
import type { DeliveryRepository } from '../repositories/delivery.ts'
import type { NotedFacts } from '../repositories/noted-facts.ts'
import type { Actor } from './actor.ts'
import type { MailSender } from './mail-sender.ts'
import { isStillTrue } from './still-true.ts'

export interface ResendDeps {
  db: Database
  deliveries: DeliveryRepository
  facts: NotedFacts
  audit: AuditRepository
  sender: Pick<MailSender, 'nudge'>
  domain: string
  logger: Logger
}

/**
 * Sends an e-mail again, for staff. One that was given up is queued as it is; of one that was sent a copy goes out, under a Message-ID of its own, so
 * that the mailbox shows it. Either is in the audit. One on its way is left alone: a second click makes no second copy. Refusals: not_found, invalid_transition when it would
 * tell what is no longer true.
 */
export async function resendNotification(id: string, actor: Actor, deps: ResendDeps): Promise<MailDelivery> {
  const original = await deps.deliveries.find(id, { operatorId: actor.operatorId })
  if (!original) throw new Refusal('not_found', { detail: 'There is no such notification.' })
  const queued = await deps.db.transaction((tx) => queueAgain(original, { actor, tx }, deps))
  deps.logger.info({ notificationId: queued.id, original: id, actor: actor.userId }, 'e-mail queued again')
  deps.sender.nudge()
  return queued
}

async function queueAgain(
  original: MailDelivery,
  { actor, tx }: { actor: Actor; tx: Transaction },
  { db, deliveries, facts, audit, domain }: ResendDeps,
): Promise<MailDelivery> {
  const copies = await deliveries.lockCopies(original, tx)
  const underWay = copies.find(({ status }) => status === 'queued' || status === 'sending')
  if (underWay) return underWay
  const last = copies.at(-1)
  if (!last) throw new Error(`notification ${original.id} has gone`)
  const nowMs = await db.now(tx)
  if (last.status === 'superseded' || !(await isStillTrue(last, { deliveries, facts, nowMs, tx })))
    throw new Refusal('invalid_transition', {
      detail: 'This e-mail would no longer be true: its time is over, or something newer is known of the booking.',
    })
  const queued = await queue(last, { nowMs, requestedBy: actor.userId, tx }, { deliveries, domain })
  const act = { action: 'notification.resent', subject: { type: 'notification', id: original.id }, before: auditedOf(last) } as const
  await audit.append({ ...act, after: auditedOf(queued), atMs: nowMs, actorId: actor.userId, requestId: actor.requestId }, tx)
  return queued
}

async function queue(
  last: MailDelivery,
  { nowMs, requestedBy, tx }: { nowMs: number; requestedBy: string; tx: Transaction },
  { deliveries, domain }: Pick<ResendDeps, 'deliveries' | 'domain'>,
): Promise<MailDelivery> {
  if (last.status === 'failed') {
    await deliveries.requeue(last.id, nowMs, tx)
    return { ...last, status: 'queued', queuedAtMs: nowMs, dueAtMs: nowMs, lastError: null }
  }
  const copy = copyOf(last, { copy: last.copy + 1, domain, nowMs, requestedBy })
  await deliveries.add(copy, tx)
  return copy
}

/** Without the address: the audit outlives what it tells of. */
const auditedOf = ({ id, copy, status }: MailDelivery) => ({ id, copy, status })
