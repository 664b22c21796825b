import type { EventEnvelope, NotificationTemplate } from '@skyhold/contracts'
import { accessChanged } from './access-changed.ts'
import { bookingCancelled } from './booking-cancelled.ts'
import { bookingConfirmed } from './booking-confirmed.ts'
import { bookingExpired } from './booking-expired.ts'
import { bookingHeld } from './booking-held.ts'
import { flightCancelled } from './flight-cancelled.ts'
import { paymentReturned } from './payment-returned.ts'
import { refundSucceeded } from './refund-succeeded.ts'
import { resetPassword } from './reset-password.ts'
import type { Template } from './template.ts'
import { verifyEmail } from './verify-email.ts'
import { welcome } from './welcome.ts'

export type { Template } from './template.ts'

const TEMPLATES: readonly Template[] = [
  bookingHeld,
  bookingConfirmed,
  bookingExpired,
  bookingCancelled,
  flightCancelled,
  refundSucceeded,
  paymentReturned,
  welcome,
  verifyEmail,
  resetPassword,
  accessChanged,
]

/** Which templates make which untrue, as pairs of the older and the newer. */
export const SUPERSESSIONS: readonly (readonly [NotificationTemplate, NotificationTemplate])[] = TEMPLATES.flatMap(
  ({ name, supersededBy }) => supersededBy.map((newer) => [name, newer] as const),
)

/** Whether a fact makes e-mails untrue without making one, so that it must be remembered. */
export const isNoted = ({ type }: EventEnvelope): boolean => TEMPLATES.some(({ undoneBy }) => undoneBy.includes(type))

/** The e-mails that an event makes; none for a fact that is only noted. */
export const templatesFor = (event: EventEnvelope): Template[] => TEMPLATES.filter((template) => template.isFor(event))

/** Throws for a name that has no template: a row of a newer version, which this one cannot render. */
export function getTemplate(name: NotificationTemplate): Template {
  const template = TEMPLATES.find((candidate) => candidate.name === name)
  if (!template) throw new Error(`there is no template ${name}`)
  return template
}
