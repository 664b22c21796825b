import { call, openWith } from './api.js'
import { showBooking } from './booking.js'
import { field, h, show, working } from './dom.js'

/** Opens a booking for whoever knows its reference and the family name of a passenger, signed in or not: it is what the e-mails say that one needs. */
export function showLookup() {
  show(
    null,
    'Find a booking',
    h(
      'form',
      { class: 'card', onsubmit: working(find) },
      field(
        'Booking reference',
        h('input', {
          name: 'reference',
          required: true,
          maxLength: 6,
          autocomplete: 'off',
          autocapitalize: 'characters',
          spellcheck: false,
        }),
        'Six letters and digits; it is in the e-mail about your booking.',
      ),
      field('Family name', h('input', { name: 'familyName', required: true, autocomplete: 'family-name' }), 'Of any passenger.'),
      h('button', { class: 'primary' }, 'Find the booking'),
    ),
  )
}

async function find(event) {
  const form = new FormData(event.target)
  const body = { reference: form.get('reference').trim().toUpperCase(), familyName: form.get('familyName').trim() }
  const { data } = await call('POST', '/bookings/lookup', { body })
  openWith(data.accessToken)
  showBooking(data.booking)
}
