import type { Booking } from '@skyhold/contracts'
import type { History } from '../history/history.ts'
import type { Mail, Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { type Letter, letterOf, lettersIn, lettersOf } from './letters.ts'
import { ATTACHED, type Expectation, expectedLetters, wordsOf } from './mail-rules.ts'
import { finalBookings } from './seen.ts'

/** I12. */
export const mailIsTrueAndComesOnce: Checker = {
  id: 'I12',
  title: 'one e-mail a fact, and it is true',
  check(history, observations): Finding {
    const { mails } = observations
    if (!mails) return { violations: [], looked: '', unchecked: 'the mailbox is not known' }
    const letters = lettersIn(mails)
    const bookings = finalBookings(observations)
    return {
      violations: [
        ...mails
          .filter((mail) => letterOf(mail) === null)
          .map(({ subject, to }) => `the e-mail "${subject}" to ${to} has not the headers of any of ours`),
        ...strayLetters(letters, bookings),
        ...needlessCopies(history, observations),
        ...sameFacts(letters),
        ...bookings.flatMap((booking) => letterViolations(history, booking, lettersOf(booking, letters))),
      ],
      looked: `${counted(letters.length, 'e-mail')}, ${counted(bookings.length, 'booking')}`,
    }
  },
}

function strayLetters(letters: readonly Letter[], bookings: readonly Booking[]): string[] {
  const references = new Set<string | null>([null, ...bookings.map(({ reference }) => reference)])
  return letters
    .filter(({ reference }) => !references.has(reference))
    .map(({ template, mail, reference }) => `${template} to ${mail.to} is about ${reference}, and nobody has that booking`)
}

/** One that was being sent when its sender died is sent again, under the same Message-ID. */
function needlessCopies({ faults }: History, { mailCopies }: Observations): string[] {
  const isExcused = faults.some(({ feltAt }) => feltAt.includes('notifications') || feltAt.includes('mail'))
  return mailCopies && !isExcused
    ? [`${counted(mailCopies, 'e-mail')} came twice under one Message-ID, and nothing was broken that sends them`]
    : []
}

const sameFacts = (letters: readonly Letter[]): string[] =>
  [...Map.groupBy(letters, ({ eventId, template }) => `${template} of ${eventId}`)]
    .filter(([, list]) => list.length > 1)
    .map(([fact, list]) => `${list[0]?.mail.to} got ${list.length} e-mails ${fact}`)

function letterViolations(history: History, booking: Booking, letters: readonly Letter[]): string[] {
  return [
    ...expectedLetters(history, booking).flatMap((expected) => countViolations(booking, expected, letters)),
    ...letters
      .filter(({ mail }) => mail.to !== booking.contact?.email)
      .map(({ template, mail }) => `${template} of ${booking.id} went to ${mail.to} and not to ${booking.contact?.email}`),
    ...letters.flatMap((letter) => contentViolations(booking, letter)),
  ]
}

function countViolations({ id, status }: Booking, { what, min, max, matches }: Expectation, letters: readonly Letter[]): string[] {
  const count = letters.filter(matches).length
  if (count >= min && count <= max) return []
  return [`${id} is ${status} and has ${counted(count, 'e-mail')} ${what}, not ${count < min ? min : max}`]
}

function contentViolations(booking: Booking, { template, mail }: Letter): string[] {
  const title = `${template} of ${booking.id}`
  const isAttached = (type: string) => mail.attachments.some(({ contentType, size }) => contentType.startsWith(type) && size > 0)
  return [
    ...wordsOf(template, booking)
      .filter((words) => !mail.text?.includes(words))
      .map((words) => `${title} does not say "${words}"`),
    ...(mail.html?.includes(booking.reference) ? [] : [`${title} does not say its reference as HTML`]),
    ...(ATTACHED[template] ?? []).filter((type) => !isAttached(type)).map((type) => `${title} has nothing attached that is ${type}`),
  ]
}

/** Sentences about e-mails that have not come. Empty when the mailbox is not known. */
export function missingMails(
  history: History,
  { mails, bookings }: { mails: readonly Mail[] | null; bookings: readonly Booking[] },
): string[] {
  if (!mails) return []
  const letters = lettersIn(mails)
  return bookings.flatMap((booking) => {
    const own = lettersOf(booking, letters)
    return expectedLetters(history, booking)
      .filter(({ min, matches }) => own.filter(matches).length < min)
      .map(({ what }) => `the e-mail ${what} of ${booking.id} (${booking.status}) has not come`)
  })
}
