import { newId } from '@skyhold/platform'
import type { EventEnvelope, NotificationStatus, NotificationTemplate } from '@skyhold/contracts'

/** One e-mail to one address about one fact, from the fact's arrival until a mail server has taken it. */
export interface MailDelivery {
  id: string
  operatorId: string
  eventId: string
  template: NotificationTemplate
  toAddress: string
  /** 0 is the e-mail of the fact; 1, 2, … were sent again by hand. */
  copy: number
  ownerId: string
  bookingId: string | null
  reference: string | null
  sequence: number
  status: NotificationStatus
  attempts: number
  messageId: string
  subject: string
  event: EventEnvelope
  queuedAtMs: number
  dueAtMs: number
  sentAtMs: number | null
  lastError: string | null
  requestedBy: string | null
}

/**
 * Which change is possible. A delivery that was given up may be queued again by hand; one that was sent may not, for that is a new copy.
 * `sending` to `sending` is the recovery of one whose sender died.
 */
export const TRANSITIONS = {
  claim: { from: ['queued', 'sending'], to: 'sending' },
  supersede: { from: ['sending'], to: 'superseded' },
  send: { from: ['sending'], to: 'sent' },
  postpone: { from: ['sending'], to: 'queued' },
  fail: { from: ['sending'], to: 'failed' },
  requeue: { from: ['failed'], to: 'queued' },
} as const satisfies Record<string, { from: readonly NotificationStatus[]; to: NotificationStatus }>

/**
 * The same for every attempt at the same e-mail, and another for a copy asked for by hand: mail systems keep one of a Message-ID, and whoever asks
 * for a copy wants to see it. RFC 5322, 3.6.4.
 */
export function messageIdOf({
  eventId,
  template,
  copy,
  domain,
}: Pick<MailDelivery, 'eventId' | 'template' | 'copy'> & { domain: string }): string {
  return `<${eventId}.${template}${copy === 0 ? '' : `.${copy}`}@${domain}>`
}

/** Waits after the first, second, … temporary refusal of a mail. Greylisting servers take it after a few minutes. */
const RETRY_WAITS_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000] as const
/** After a day of refusals the news is old, and a person had better look at it. */
const PATIENCE_MS = 24 * 3_600_000

/** How long to wait after so many attempts, or null to give up. */
export function retryWaitMs({ attempts, queuedForMs }: { attempts: number; queuedForMs: number }): number | null {
  if (queuedForMs >= PATIENCE_MS) return null
  return RETRY_WAITS_MS[Math.min(attempts, RETRY_WAITS_MS.length) - 1] ?? RETRY_WAITS_MS[0]
}

/** A further copy of an e-mail that was sent, to the same address. */
export function copyOf(
  delivery: MailDelivery,
  { copy, domain, nowMs, requestedBy }: { copy: number; domain: string; nowMs: number; requestedBy: string },
): MailDelivery {
  return {
    ...delivery,
    id: newId('notification'),
    copy,
    messageId: messageIdOf({ ...delivery, copy, domain }),
    status: 'queued',
    attempts: 0,
    queuedAtMs: nowMs,
    dueAtMs: nowMs,
    sentAtMs: null,
    lastError: null,
    requestedBy,
  }
}
