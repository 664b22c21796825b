import type { BookingFacts, FlightBrief } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { cancelledCalendar } from '../cancelled-calendar.ts'
import { greetedName, itineraryHtml, itineraryText, routeOf } from '../itinerary.ts'
import { button, paragraph, referenceBox, section } from '../layout.ts'
import { moneyBack } from '../money-back.ts'
import { isolated, withoutControls } from '../text.ts'
import { localTime } from '../times.ts'
import { bookingAddressee, defineTemplate } from './template.ts'

/** One flight of a booking does not fly, and so none of the booking does: it was bought as one journey. */
export const flightCancelled = defineTemplate({
  name: 'flight-cancelled',
  event: 'booking.cancelled',
  isFor: ({ data: { cancellation } }) => cancellation?.cause === 'flight_cancelled',
  supersededBy: ['booking-confirmed'],
  addressee: bookingAddressee,
  subject: (facts) => `${numberOf(facts)} is cancelled: booking ${facts.reference}`,
  letter: ({ data: facts }, { publicUrl }) => {
    const news = newsOf(facts)
    const reason = withoutControls(facts.cancellation?.reason ?? '')
    const whole = facts.flights.length > 1 ? 'The whole booking is cancelled with it' : 'Your booking is cancelled with it'
    const money = moneyBack(facts.cancellation)
    return {
      preview: `${news}. ${money}`,
      heading: `${numberOf(facts)} is cancelled`,
      body: html`${paragraph(html`Hello ${isolated(greetedName(facts))}, we are sorry: ${news}. ${whole} (${routeOf(facts)}), and its tickets are no longer valid.`)}
${reason === '' ? '' : paragraph(html`The airline says: <strong>${isolated(reason)}</strong>`)}
${referenceBox(facts.reference)}
${paragraph(money)}
${section(facts.flights.length === 1 ? 'The flight' : 'The flights of this booking')}
${itineraryHtml({ ...facts, flights: flightsOf(facts), passengers: [] })}
${paragraph('The attached file takes them out of your calendar. If you would still like to fly, please search again.')}
${button('Search flights', `${publicUrl}/`)}`,
      text: `Hello ${greetedName(facts)},

we are sorry: ${news}. ${whole}, and its tickets are no longer valid.
${reason === '' ? '' : `\nThe airline says: ${reason}\n`}
Booking reference: ${facts.reference}

${money}

${itineraryText({ ...facts, flights: flightsOf(facts), passengers: [] })}

The attached file takes them out of your calendar. If you would still like to fly, please search again: ${publicUrl}/`,
    }
  },
  attachments: async (event, context) => [cancelledCalendar(event, context)],
})

const cancelledFlight = ({ flights, cancellation }: BookingFacts): FlightBrief | undefined =>
  flights.find(({ flight }) => flight.id === cancellation?.flightId)?.flight

const numberOf = (facts: BookingFacts): string => {
  const flight = cancelledFlight(facts)
  return flight ? `Flight ${flight.number}` : 'Your flight'
}

function newsOf(facts: BookingFacts): string {
  const flight = cancelledFlight(facts)
  if (!flight) return 'a flight of your booking is cancelled'
  return `flight ${flight.number} from ${flight.from.city} to ${flight.to.city} on ${localTime(flight.departsAt).date} is cancelled`
}

/** The one that does not fly says so, whatever its copy said when the booking was cancelled. */
const flightsOf = ({ flights, cancellation }: BookingFacts): BookingFacts['flights'] =>
  flights.map((booked) =>
    booked.flight.id === cancellation?.flightId ? { ...booked, flight: { ...booked.flight, status: 'cancelled' as const } } : booked,
  )
