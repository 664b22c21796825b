import type { OutgoingMail } from '../clients/mail-transport.ts'
import type { MailDelivery } from '../domain/delivery.ts'
import { oneLine } from '../views/text.ts'
import type { MailContext } from '../views/mail.ts'
import { getTemplate } from '../views/templates/index.ts'

/** The e-mail of a delivery, with the headers by which one finds out later what it was about. */
export async function composeMail(delivery: MailDelivery, context: MailContext): Promise<OutgoingMail> {
  const mail = await getTemplate(delivery.template).render(delivery.event, context)
  return { ...mail, to: delivery.toAddress, messageId: delivery.messageId, headers: headersOf(delivery) }
}

function headersOf({ eventId, reference, event, attempts, copy }: MailDelivery): Record<string, string> {
  return {
    'X-Skyhold-Event-Id': eventId,
    ...(reference !== null && { 'X-Skyhold-Booking': reference }),
    'X-Request-Id': oneLine(event.correlationId),
    // Two of one Message-ID may arrive when a process died while sending: this one says so.
    ...(attempts > 1 && { 'X-Skyhold-Attempt': String(attempts) }),
    ...(copy > 0 && { 'X-Skyhold-Copy': String(copy) }),
  }
}
