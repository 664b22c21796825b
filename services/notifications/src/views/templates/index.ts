import type { EventType, NotificationTemplate } from '@skyhold/contracts'
import { bookingCancelled } from './booking-cancelled.ts'
import { bookingConfirmed } from './booking-confirmed.ts'
import { bookingExpired } from './booking-expired.ts'
import { paymentReturned } from './payment-returned.ts'
import { refundSucceeded } from './refund-succeeded.ts'
import type { Template } from './template.ts'
import { welcome } from './welcome.ts'

export type { Template } from './template.ts'

const TEMPLATES: readonly Template[] = [bookingConfirmed, bookingExpired, bookingCancelled, refundSucceeded, paymentReturned, welcome]

/** The e-mails that an event makes; none for a fact that is only noted, such as `booking.created`. */
export const templatesFor = (type: EventType): Template[] => TEMPLATES.filter(({ event }) => event === type)

/** Throws for a name that has no template: a row of a newer version, which this one cannot render. */
export function getTemplate(name: NotificationTemplate): Template {
  const template = TEMPLATES.find((candidate) => candidate.name === name)
  if (!template) throw new Error(`there is no template ${name}`)
  return template
}
