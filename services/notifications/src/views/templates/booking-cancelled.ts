import type { BookingFacts } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { cancelledCalendar } from '../cancelled-calendar.ts'
import { greetedName, itineraryText, routeOf } from '../itinerary.ts'
import { button, paragraph, referenceBox } from '../layout.ts'
import { moneyBack } from '../money-back.ts'
import { isolated } from '../text.ts'
import { bookingAddressee, defineTemplate } from './template.ts'

/**
 * By the customer, or by the airline for them, also where a flight had left before its payment was known; of a flight that does not fly flight-cancelled tells. Money that comes late can revive a cancelled
 * booking: then this is no longer so.
 */
export const bookingCancelled = defineTemplate({
  name: 'booking-cancelled',
  event: 'booking.cancelled',
  isFor: ({ data: { cancellation } }) => cancellation?.cause !== 'flight_cancelled',
  supersededBy: ['booking-confirmed'],
  addressee: bookingAddressee,
  subject: ({ reference }) => `Booking ${reference} is cancelled`,
  letter: ({ data: facts }, { publicUrl }) => {
    const byWhom = facts.cancellation?.cause === 'airline' ? 'is cancelled by the airline' : 'is cancelled'
    const why = whyOf(facts)
    const money = moneyBack(facts.cancellation)
    return {
      preview: `${routeOf(facts)} is cancelled. ${money}`,
      heading: 'Your booking is cancelled',
      body: html`${paragraph(html`Hello ${isolated(greetedName(facts))}, this booking (${routeOf(facts)}) ${byWhom} and its seats are given back. Tickets that were issued for it are no longer valid.`)}
${why === '' ? '' : paragraph(why)}
${referenceBox(facts.reference)}
${paragraph(money)}
${paragraph('The attached file takes the flights out of your calendar.')}
${button('Open Skyhold', `${publicUrl}/`)}`,
      text: `Hello ${greetedName(facts)},

booking ${facts.reference} ${byWhom} and its seats are given back. Tickets that were issued for it are no longer valid.
${why === '' ? '' : `\n${why}\n`}
${itineraryText({ ...facts, passengers: [] })}

${money}

The attached file takes the flights out of your calendar.`,
    }
  },
  attachments: async (event, context) => [cancelledCalendar(event, context)],
})

function whyOf({ flights, cancellation }: BookingFacts): string {
  const departed = flights.find(({ flight }) => flight.id === cancellation?.departedFlightId)?.flight
  return departed ? `Flight ${departed.number} had left before we knew that your payment was made.` : ''
}
