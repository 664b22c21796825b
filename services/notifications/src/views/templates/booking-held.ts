import { formatMoney } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { greetedName, itineraryHtml, itineraryText, routeOf, totalHtml } from '../itinerary.ts'
import { button, paragraph, referenceBox, section } from '../layout.ts'
import { isolated } from '../text.ts'
import { localTime } from '../times.ts'
import { bookingAddressee, defineTemplate } from './template.ts'

/** Most people pay within a minute: whoever has not by then, a tenth of the time, may have been called away. */
const SHARE_OF_THE_HOLD = 0.1

/**
 * Reminds of a booking that is made and not paid. Whatever becomes of the booking makes it untrue, and so does the end of the time to pay. An
 * extension is not known here: the time is never shorter for it, and so the seats are held at least until then.
 */
export const bookingHeld = defineTemplate({
  name: 'booking-held',
  event: 'booking.created',
  isFor: ({ data: { expiresAt } }) => expiresAt !== undefined,
  dueAtMs: ({ occurredAt, data: { expiresAt } }) => {
    const heldAtMs = Date.parse(occurredAt)
    return heldAtMs + SHARE_OF_THE_HOLD * Math.max(0, Date.parse(expiresAt ?? occurredAt) - heldAtMs)
  },
  validUntilMs: ({ occurredAt, data: { expiresAt } }) => Date.parse(expiresAt ?? occurredAt),
  supersededBy: ['booking-confirmed', 'booking-expired', 'booking-cancelled', 'flight-cancelled'],
  addressee: bookingAddressee,
  subject: (facts) => `Booking ${facts.reference}: please pay, your seats are held at least until ${payBy(facts).short}`,
  letter: ({ data: facts }, { publicUrl }) => ({
    preview: `Your seats for ${routeOf(facts)} are held at least until ${payBy(facts).short}.`,
    heading: 'Your seats are waiting for you',
    body: html`${paragraph(html`Hello ${isolated(greetedName(facts))}, your seats are held at least until <strong>${payBy(facts).long}</strong>. Please pay by then. Unless you extend the time, they are open to everyone again afterwards, and nothing is charged.`)}
${referenceBox(facts.reference)}
${section(facts.flights.length === 1 ? 'Your flight' : 'Your flights')}
${itineraryHtml(facts)}
${totalHtml(facts)}
${paragraph('If you are just paying, you need not do anything else.')}
${button('Pay now', `${publicUrl}/`)}`,
    text: `Hello ${greetedName(facts)},

your seats are held at least until ${payBy(facts).long}. Please pay by then. Unless you extend the time, they are open to everyone again afterwards, and nothing is charged.

Booking reference: ${facts.reference}

${itineraryText(facts)}

Total: ${formatMoney(facts.total)}

If you are just paying, you need not do anything else. To pay: ${publicUrl}/`,
  }),
})

/** In UTC, which is the one zone that no reader has to guess. */
function payBy({ expiresAt }: { expiresAt?: string }): { short: string; long: string } {
  const { date, time, offset } = localTime(new Date(expiresAt ?? 0).toISOString())
  return { short: `${time} ${offset}`, long: `${date}, ${time} ${offset}` }
}
