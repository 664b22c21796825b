import type { EventEnvelope } from '@skyhold/contracts'
import { calendarOf } from './calendar.ts'
import type { Attachment, MailContext } from './mail.ts'

/** The file that takes a cancelled booking's flights out of the calendar again. A calendar that never had them leaves it alone. */
export const cancelledCalendar = (
  { data: facts, occurredAt, aggregate }: EventEnvelope<'booking.cancelled'>,
  { publicUrl }: MailContext,
): Attachment => ({
  filename: `cancelled-${facts.reference}.ics`,
  contentType: 'text/calendar; charset=utf-8; method=CANCEL',
  content: calendarOf(facts, { state: 'cancelled', sequence: aggregate.sequence, stamp: new Date(occurredAt), publicUrl }),
})
