import { calendarOf } from '../calendar.ts'
import { html } from '@skyhold/platform/html'
import { isolated } from '../text.ts'
import { greetedName, itineraryText, routeOf } from '../itinerary.ts'
import { button, paragraph, referenceBox } from '../layout.ts'
import { bookingAddressee, defineTemplate } from './template.ts'

/** The calendar file takes the flights out of the calendar again. Money that comes late can revive a cancelled booking: then this is no longer so. */
export const bookingCancelled = defineTemplate({
  name: 'booking-cancelled',
  event: 'booking.cancelled',
  supersededBy: ['booking-confirmed'],
  addressee: bookingAddressee,
  subject: ({ reference }) => `Booking ${reference} is cancelled`,
  letter: ({ data: facts }, { publicUrl }) => ({
    preview: `${routeOf(facts)} is cancelled.`,
    heading: 'Your booking is cancelled',
    body: html`${paragraph(html`Hello ${isolated(greetedName(facts))}, this booking (${routeOf(facts)}) is cancelled and its seats are given back. Tickets that were issued for it are no longer valid.`)}
${referenceBox(facts.reference)}
${paragraph('The attached file takes the flights out of your calendar. If a refund is due, another e-mail tells you when it is made.')}
${button('Open Skyhold', `${publicUrl}/`)}`,
    text: `Hello ${greetedName(facts)},

booking ${facts.reference} is cancelled and its seats are given back. Tickets that were issued for it are no longer valid.

${itineraryText({ ...facts, passengers: [] })}

The attached file takes the flights out of your calendar. If a refund is due, another e-mail tells you when it is made.`,
  }),
  attachments: async ({ data: facts, occurredAt, aggregate }, { publicUrl }) => [
    {
      filename: `cancelled-${facts.reference}.ics`,
      contentType: 'text/calendar; charset=utf-8; method=CANCEL',
      content: calendarOf(facts, { state: 'cancelled', sequence: aggregate.sequence, stamp: new Date(occurredAt), publicUrl }),
    },
  ],
})
