import { get, openWith } from './api.js'
import { signedIn } from './account.js'
import { config } from './config.js'
import { clock, day, h, money, show, words, working } from './dom.js'
import { approval, showPayment } from './payment.js'

/** What each state means to the person whose booking it is. */
const MEANING = {
  awaiting_payment: ['Not paid yet', 'Your seats are held. Pay before the time is over.'],
  payment_processing: ['Payment under way', 'Your bank has not answered yet. Your seats stay yours until it has; look again in a moment.'],
  confirmed: ['You are flying', 'Your seats are yours and the tickets are on their way by e-mail.'],
  expired: [
    'The booking has lapsed',
    'It was not paid in time, so the seats went back on sale. Money that arrived late is given back in full.',
  ],
  cancellation_pending: ['Being cancelled', 'The refund is under way.'],
  cancelled: ['Cancelled', 'This booking is cancelled.'],
  attention: ['We are looking into it', 'Something about the payment needs a person. Nothing is lost; we will write to you.'],
}

export function showBooking(booking) {
  const [title, meaning] = MEANING[booking.status] ?? [words(booking.status), '']
  const asking = approval(booking)
  const tickets = booking.passengers.flatMap((person) => person.tickets.map((ticket) => ({ person, ticket })))
  show(
    booking.status === 'confirmed' ? 'done' : 'payment',
    title,
    h(
      'section',
      { class: `card booking ${booking.status}` },
      h('p', { class: 'quiet' }, 'Booking reference'),
      h('p', { class: 'reference', 'aria-label': [...booking.reference].join(' ') }, booking.reference),
      h('p', {}, asking ? 'Your bank asks you first. Your seats stay yours meanwhile.' : meaning),
      mailbox(booking),
    ),
    asking,
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'Flights'),
      booking.flights.map(({ flight, fare, seats }) =>
        h(
          'p',
          {},
          h('strong', {}, `${flight.number} `),
          `${flight.from.city} (${flight.from.iata}) ${clock(flight.departsAt)} → ${flight.to.city} (${flight.to.iata}) ${clock(flight.arrivesAt)}, ${day(flight.departsAt)} · ${fare} · seats ${seats.map(({ designator }) => designator).join(', ')}`,
        ),
      ),
    ),
    h(
      'section',
      { class: 'card' },
      h('h2', {}, tickets.length ? 'Tickets' : 'Passengers'),
      h(
        'ul',
        { class: 'tickets' },
        tickets.length
          ? tickets.map(({ person, ticket }) =>
              h(
                'li',
                {},
                h('strong', {}, `${person.givenNames} ${person.familyName}`),
                h('span', {}, `seat ${ticket.seat ?? 'on a lap'}`),
                h('code', {}, ticket.number),
              ),
            )
          : booking.passengers.map((person) =>
              h(
                'li',
                {},
                h('strong', {}, `${person.givenNames} ${person.familyName}`),
                h('span', {}, person.seats.length ? `seat ${person.seats.join(', ')}` : 'on a lap'),
              ),
            ),
      ),
      h('p', {}, 'Total ', h('strong', {}, money(booking.total))),
    ),
    payments(booking),
    h(
      'div',
      { class: 'actions' },
      booking.availableActions.includes('pay')
        ? h('button', { type: 'button', class: 'primary', onclick: () => showPayment(booking) }, 'Pay')
        : null,
      h('button', { type: 'button', onclick: working(async () => showBooking(await get(`/bookings/${booking.id}`))) }, 'Look again'),
      h('button', { type: 'button', onclick: working(showTrips) }, 'My bookings'),
    ),
  )
}

const mailbox = (booking) =>
  config.mailboxUrl && booking.status === 'confirmed'
    ? h(
        'p',
        {},
        h('a', { class: 'button', href: config.mailboxUrl, target: '_blank', rel: 'noopener' }, 'Open the mailbox'),
        h(
          'span',
          { class: 'quiet' },
          booking.contact ? ` The e-mail to ${booking.contact.email} has the tickets.` : ' An e-mail has the tickets.',
        ),
      )
    : null

const payments = (booking) =>
  booking.payments.length
    ? h(
        'section',
        { class: 'card' },
        h('h2', {}, 'Payments'),
        h(
          'ul',
          { class: 'tickets' },
          booking.payments.map((payment) =>
            h(
              'li',
              {},
              h('strong', {}, money(payment.amount)),
              h('span', {}, words(payment.status) + (payment.declineCode ? ` (${words(payment.declineCode)})` : '')),
            ),
          ),
        ),
      )
    : null

/** The bookings of who is signed in, newest first. */
export async function showTrips() {
  openWith(null)
  if (!(await signedIn('Your bookings are kept in your account.'))) return
  // On the screen before the answer: where that is a refusal, nothing of an earlier answer stays below it.
  const trips = h('div')
  show(null, 'My bookings', trips)
  const { data } = await get('/bookings?limit=50')
  const item = (booking) =>
    h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'trip', onclick: working(async () => showBooking(await get(`/bookings/${booking.id}`))) },
        h('strong', {}, booking.reference),
        h('span', {}, booking.flights.map(({ flight }) => `${flight.from.iata} → ${flight.to.iata}, ${day(flight.departsAt)}`).join(' · ')),
        h('span', { class: 'quiet' }, (MEANING[booking.status] ?? [words(booking.status)])[0]),
      ),
    )
  trips.append(data.length ? h('ul', { class: 'trips' }, data.map(item)) : h('p', { class: 'card' }, 'No bookings yet.'))
}
