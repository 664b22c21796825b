import { call, mine } from './api.js'
import { clock, day, field, h, mention, money, show, words, working } from './dom.js'
import { showPayment } from './payment.js'
import { showSearch } from './search.js'

/** Who flies. The seats are held while the countdown runs. */
export function showPassengers({ hold, flight, fare }) {
  const [held] = hold.flights
  const user = mine()
  const isGuest = user?.email.endsWith('@guest.example')
  const people = held.seats.map(({ designator, price }, i) =>
    h(
      'fieldset',
      { class: 'card person' },
      h('legend', {}, `Seat ${designator} · ${money(price)}`),
      field(
        'Given names',
        h('input', {
          name: `givenNames-${i}`,
          required: true,
          value: i === 0 && user && !isGuest ? user.givenNames : '',
          autocomplete: 'off',
        }),
        i === 0 ? 'As in the passport' : undefined,
      ),
      field(
        'Family name',
        h('input', {
          name: `familyName-${i}`,
          required: true,
          value: i === 0 && user && !isGuest ? user.familyName : '',
          autocomplete: 'off',
        }),
      ),
      field(
        'Type',
        h(
          'select',
          { name: `type-${i}` },
          ['adult', 'child'].map((type) => h('option', { value: type }, type)),
        ),
      ),
    ),
  )
  const book = async (event) => {
    const form = new FormData(event.target)
    const passengers = held.seats.map(({ designator }, i) => ({
      givenNames: form.get(`givenNames-${i}`).trim(),
      familyName: form.get(`familyName-${i}`).trim(),
      type: form.get(`type-${i}`),
      seats: [designator],
    }))
    const phone = form.get('phone').trim()
    const contact = { email: form.get('email').trim(), ...(phone ? { phone } : {}) }
    const { data } = await call('POST', '/bookings', { isIntent: true, body: { holdId: hold.id, passengers, contact } })
    showPayment(data)
  }
  const release = async () => {
    await call('DELETE', `/holds/${hold.id}`)
    showSearch()
    mention('The seats are free again.')
  }
  show(
    'passengers',
    'Who is travelling?',
    countdown(hold, () => expired()),
    h(
      'p',
      { class: 'lead' },
      `${flight.number}, ${flight.from.city} to ${flight.to.city}, ${day(flight.departsAt)} ${clock(flight.departsAt)} · ${fare.brand}, ${words(fare.cabin)}`,
    ),
    h(
      'form',
      { onsubmit: working(book) },
      people,
      h(
        'fieldset',
        { class: 'card person' },
        h('legend', {}, 'Contact'),
        field(
          'E-mail',
          h('input', { name: 'email', type: 'email', required: true, value: isGuest ? '' : (user?.email ?? ''), autocomplete: 'email' }),
          'The tickets go there.',
        ),
        field('Phone, if you like', h('input', { name: 'phone', type: 'tel', autocomplete: 'tel' })),
      ),
      h(
        'div',
        { class: 'bar' },
        h('p', { class: 'summary' }, 'Total ', h('strong', {}, money(hold.total))),
        h(
          'div',
          { class: 'actions' },
          h('button', { type: 'button', onclick: working(release) }, 'Let the seats go'),
          h('button', { class: 'primary' }, 'Go on to payment'),
        ),
      ),
    ),
  )
}

function expired() {
  show(
    'search',
    'The time is over',
    h('p', { class: 'card' }, 'The seats were held for you until now and are free for everybody again. Nothing was charged.'),
    h('button', { type: 'button', class: 'primary', onclick: showSearch }, 'Search again'),
  )
}

/** How long the seats are still held, to the second for the eye and at the last minute for the ear. A button asks for more time where the hold is known. */
export function countdown({ id, holdId = id, expiresAt, expiresInSeconds }, onEnd) {
  // Counted from the seconds left where the answer has them: the clock of this device may be wrong.
  const remainingMs = expiresInSeconds === undefined ? Date.parse(expiresAt) - Date.now() : expiresInSeconds * 1000
  let endsAtMs = performance.now() + remainingMs
  const time = h('strong', { class: 'time-left' })
  const more = h(
    'button',
    {
      type: 'button',
      onclick: working(async () => {
        const { data } = await call('POST', `/holds/${holdId}/extension`)
        endsAtMs = performance.now() + data.expiresInSeconds * 1000
        mention('You have more time.')
      }),
    },
    'More time',
  )
  const element = h('div', { class: 'countdown', role: 'group', 'aria-label': 'Time left' }, h('span', {}, 'Seats held for ', time), more)
  let wasWarned = false
  const tick = () => {
    if (!element.isConnected && element.dataset.wasShown) return
    element.dataset.wasShown = element.isConnected ? 'yes' : ''
    const seconds = Math.max(0, Math.ceil((endsAtMs - performance.now()) / 1000))
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    element.classList.toggle('urgent', seconds <= 60)
    if (seconds <= 60 && !wasWarned) {
      wasWarned = true
      mention('Less than a minute is left.')
    }
    if (seconds === 0) return onEnd()
    setTimeout(tick, 250)
  }
  tick()
  return element
}
