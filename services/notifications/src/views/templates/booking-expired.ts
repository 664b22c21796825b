import { html } from '@skyhold/platform/html'
import { isolated } from '../text.ts'
import { greetedName, routeOf } from '../itinerary.ts'
import { button, paragraph, referenceBox } from '../layout.ts'
import { bookingAddressee, defineTemplate } from './template.ts'

/** Money that comes late can still win the seats back: then this is no longer so. */
export const bookingExpired = defineTemplate({
  name: 'booking-expired',
  event: 'booking.expired',
  supersededBy: ['booking-confirmed', 'booking-cancelled', 'flight-cancelled'],
  addressee: bookingAddressee,
  subject: ({ reference }) => `Booking ${reference} has expired`,
  letter: ({ data: facts }, { publicUrl }) => ({
    preview: `The time to pay for ${routeOf(facts)} is over.`,
    heading: 'Your booking has expired',
    body: html`${paragraph(html`Hello ${isolated(greetedName(facts))}, the time to pay for this booking (${routeOf(facts)}) is over, so its seats are open to everyone again.`)}
${referenceBox(facts.reference)}
${paragraph('If you would still like to fly, please search again.')}
${button('Search flights', `${publicUrl}/`)}`,
    text: `Hello ${greetedName(facts)},

the time to pay for booking ${facts.reference} (${routeOf(facts)}) is over, so its seats are open to everyone again.

If you would still like to fly, please search again: ${publicUrl}/`,
  }),
})
