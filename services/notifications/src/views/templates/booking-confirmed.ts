import { formatMoney } from '@skyhold/contracts'
import { calendarOf } from '../calendar.ts'
import { html } from '@skyhold/platform/html'
import { isolated } from '../text.ts'
import { greetedName, itineraryHtml, itineraryText, routeOf, totalHtml } from '../itinerary.ts'
import { button, paragraph, referenceBox, section } from '../layout.ts'
import { ticketPdf } from '../ticket-pdf.ts'
import { bookingAddressee, defineTemplate } from './template.ts'

/** A ticket of a booking that is cancelled by now would be worse than none. */
export const bookingConfirmed = defineTemplate({
  name: 'booking-confirmed',
  event: 'booking.confirmed',
  supersededBy: ['booking-cancelled', 'flight-cancelled'],
  addressee: bookingAddressee,
  subject: (facts) => `Booking ${facts.reference} confirmed: ${routeOf(facts)}`,
  letter: ({ data: facts }, { publicUrl }) => ({
    preview: `${routeOf(facts)}. Your ticket is attached.`,
    heading: 'Your booking is confirmed',
    body: html`${paragraph(html`Hello ${isolated(greetedName(facts))}, your seats are booked. Your ticket and a calendar file are attached.`)}
${referenceBox(facts.reference)}
${section(facts.flights.length === 1 ? 'Your flight' : 'Your flights')}
${itineraryHtml(facts)}
${totalHtml(facts)}
${paragraph('To find the booking again you need the reference and the family name of a passenger.')}
${button('Open Skyhold', `${publicUrl}/`)}`,
    text: `Hello ${greetedName(facts)},

your seats are booked. Your ticket and a calendar file are attached.

Booking reference: ${facts.reference}

${itineraryText(facts)}

Total: ${formatMoney(facts.total)}

To find the booking again you need the reference and the family name of a passenger: ${publicUrl}/`,
  }),
  attachments: async ({ data: facts, occurredAt, aggregate }, { publicUrl }) => [
    {
      filename: `ticket-${facts.reference}.pdf`,
      contentType: 'application/pdf',
      content: await ticketPdf(facts, { issuedAt: new Date(occurredAt) }),
    },
    {
      filename: `flights-${facts.reference}.ics`,
      contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
      content: calendarOf(facts, { state: 'booked', sequence: aggregate.sequence, stamp: new Date(occurredAt), publicUrl }),
    },
  ],
})
