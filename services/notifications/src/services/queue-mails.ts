import { Email, type EventEnvelope } from '@skyhold/contracts'
import { newId, type Transaction } from '@skyhold/platform'
import { Check } from 'typebox/schema'
import { messageIdOf, type MailDelivery } from '../domain/delivery.ts'
import type { DeliveryRepository } from '../repositories/delivery.ts'
import type { NotedFacts } from '../repositories/noted-facts.ts'
import { isNoted, templatesFor, type Template } from '../views/templates/index.ts'

export interface QueueMailsDeps {
  deliveries: DeliveryRepository
  facts: NotedFacts
  /** Right of the @ in every Message-ID. */
  domain: string
}

/** Queues the e-mails that a fact makes: most are due at once, a reminder later. A fact that makes none, and others untrue, is noted. */
export async function queueMails(
  event: EventEnvelope,
  { nowMs, tx }: { nowMs: number; tx: Transaction },
  { deliveries, facts, domain }: QueueMailsDeps,
): Promise<number> {
  const templates = templatesFor(event)
  for (const template of templates) await deliveries.add(deliveryOf(event, template, { nowMs, domain }), tx)
  if (isNoted(event)) await facts.add(event, { nowMs, tx })
  return templates.length
}

function deliveryOf(event: EventEnvelope, template: Template, { nowMs, domain }: { nowMs: number; domain: string }): MailDelivery {
  const { to, ...about } = template.addressee(event)
  // What is no address must not reach a mail server, where it might mean two.
  const isAddress: boolean = Check(Email, to)
  const { eventId } = event
  return {
    ...about,
    id: newId('notification'),
    eventId,
    template: template.name,
    toAddress: isAddress ? to : to.slice(0, 254),
    copy: 0,
    sequence: event.aggregate.sequence,
    status: isAddress ? 'queued' : 'failed',
    attempts: 0,
    messageId: messageIdOf({ eventId, template: template.name, copy: 0, domain }),
    subject: template.subject(event),
    event,
    queuedAtMs: nowMs,
    dueAtMs: Math.max(nowMs, Math.round(template.dueAtMs(event))),
    sentAtMs: null,
    lastError: isAddress ? null : 'The address is not an e-mail address.',
    requestedBy: null,
  }
}
