import type { Booking } from '@skyhold/contracts'
import type { History } from '../history/history.ts'
import type { Mail, Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { finalBookings, isCaptured } from './seen.ts'

interface Letter {
  mail: Mail
  template: string
  messageId: string
  eventId: string
}

/** The booking's e-mails that are of one kind by their fact: a booking has each at most once. */
const ONCE = ['booking-held', 'booking-confirmed', 'booking-expired', 'booking-cancelled', 'flight-cancelled']

/** What must be so, at the end, for an e-mail to have been true. */
const TRUE_WHEN: Readonly<Record<string, (booking: Booking) => boolean>> = {
  'booking-confirmed': ({ payments, total }) => total.amountMinor === 0 || payments.some(isCaptured),
  // Late money may have confirmed it since.
  'booking-expired': ({ status, payments }) => status === 'expired' || payments.some(isCaptured),
  'booking-cancelled': ({ status }) => status === 'cancelled' || status === 'cancellation_pending',
  'flight-cancelled': ({ status }) => status === 'cancelled' || status === 'cancellation_pending',
  'refund-succeeded': ({ refunds }) => refunds.some(({ status }) => status === 'succeeded'),
  'payment-returned': ({ refunds }) => refunds.length > 0,
}

/** I12. */
export const mailIsTrueAndComesOnce: Checker = {
  id: 'I12',
  title: 'one e-mail a fact, and it is true',
  check(history, observations): Finding {
    if (!observations.mails) return { violations: [], looked: '', unchecked: 'the mailbox is not known' }
    const letters = lettersTo(history, observations.mails)
    const bookings = finalBookings(observations)
    return {
      violations: [
        ...copies(letters, ({ messageId }) => messageId, 'have one Message-ID'),
        ...copies(letters, ({ eventId, template }) => `${eventId} ${template}`, 'are of one fact'),
        ...bookings.flatMap((booking) => letterViolations(booking, letters)),
        ...missingMails(history, observations),
      ],
      looked: `${counted(letters.length, 'e-mail')}, ${counted(bookings.length, 'booking')}`,
    }
  },
}

/** `<evt_….booking-confirmed@skyhold.example>`: a copy that somebody asked for has a number behind the template. */
const MESSAGE_ID = /^<?([^.>@]+)\.([a-z-]+)(?:\.\d+)?@/

function lettersTo({ run }: History, mails: readonly Mail[]): Letter[] {
  const addresses = new Set(run.users.map(({ email }) => email))
  return mails
    .filter(({ to }) => addresses.has(to))
    .map((mail) => {
      const messageId = mail.headers['message-id'] ?? ''
      const [, eventId = '', template = ''] = MESSAGE_ID.exec(messageId) ?? []
      return { mail, messageId, template, eventId: mail.headers['x-skyhold-event-id'] ?? eventId }
    })
}

const copies = (letters: readonly Letter[], by: (letter: Letter) => string, what: string): string[] =>
  [...Map.groupBy(letters, by)]
    .filter(([, list]) => list.length > 1)
    .map(([key, list]) => `${list.length} e-mails to ${list[0]?.mail.to} ${what}: ${key}`)

const lettersOf = ({ reference }: Booking, letters: readonly Letter[]): Letter[] =>
  letters.filter(({ mail }) => mail.headers['x-skyhold-booking'] === reference)

function letterViolations(booking: Booking, letters: readonly Letter[]): string[] {
  const own = lettersOf(booking, letters)
  const twice = ONCE.filter((template) => own.filter((letter) => letter.template === template).length > 1)
  return [
    ...twice.map((template) => `${booking.id} has several e-mails ${template}`),
    ...own
      .filter(({ template }) => TRUE_WHEN[template]?.(booking) === false)
      .map(({ template }) => `${booking.id} is ${booking.status}, and its owner got ${template}`),
    ...own
      .filter(({ mail }) => mail.to !== booking.contact?.email)
      .map(({ template, mail }) => `${template} of ${booking.id} went to ${mail.to} and not to ${booking.contact?.email}`),
  ]
}

/** The e-mail that the last state of each booking calls for. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  confirmed: ['booking-confirmed'],
  expired: ['booking-expired'],
  cancelled: ['booking-cancelled', 'flight-cancelled'],
}

/** Sentences about e-mails that have not come. Empty when the mailbox is not known. */
export function missingMails(history: History, { mails, bookings }: Pick<Observations, 'mails' | 'bookings'>): string[] {
  if (!mails) return []
  const letters = lettersTo(history, mails)
  return bookings.flatMap(({ booking }) => {
    const wanted = WANTED[booking.status] ?? []
    const has = lettersOf(booking, letters).some(({ template }) => wanted.includes(template))
    return wanted.length === 0 || has ? [] : [`${booking.id} is ${booking.status}, and no e-mail ${wanted.join(' or ')} has come`]
  })
}
