import { type Booking, NOTIFICATION_TEMPLATES, type Refund } from '@skyhold/contracts'
import type { Mail } from '../observe/observations.ts'

/** An e-mail of ours, by what its headers say of it. */
export interface Letter {
  mail: Mail
  template: string
  eventId: string
  /** Null in an e-mail about an account. */
  reference: string | null
}

/** `<evt_….booking-confirmed@skyhold.example>`: a copy that somebody asked for has a number behind the template. */
const MESSAGE_ID = /^<?(evt_[^.>@]+)\.([a-z-]+)(?:\.\d+)?@/
const OF_ACCOUNTS = ['welcome', 'verify-email', 'reset-password', 'access-changed']

/** Null for an e-mail whose headers are not ours. */
export function letterOf(mail: Mail): Letter | null {
  const [, eventId = '', template = ''] = MESSAGE_ID.exec(mail.headers['message-id'] ?? '') ?? []
  const reference = mail.headers['x-skyhold-booking'] ?? null
  const isKnown = (NOTIFICATION_TEMPLATES as readonly string[]).includes(template) && mail.headers['x-skyhold-event-id'] === eventId
  return isKnown && OF_ACCOUNTS.includes(template) === (reference === null) ? { mail, template, eventId, reference } : null
}

export const lettersIn = (mails: readonly Mail[]): Letter[] => mails.map(letterOf).filter((letter) => letter !== null)

export const lettersOf = ({ reference }: Booking, letters: readonly Letter[]): Letter[] =>
  letters.filter((letter) => letter.reference === reference)

/** As the customer reads of them: money that came when there was nothing to buy. */
const RETURN_REASONS = ['The payment came after the seats had been given up.', 'The booking had been paid already.']

/** A refund of money that could buy nothing. An expired booking has no other. */
export const isReturn = ({ status }: Booking, { reason }: Refund): boolean => status === 'expired' || RETURN_REASONS.includes(reason)
