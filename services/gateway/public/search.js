import { get } from './api.js'
import { byId, clock, day, field, h, mention, money, show, words, working } from './dom.js'
import { showSeats } from './seats.js'

const asked = { from: '', to: '', date: '', passengers: '1', cabin: '' }
const airports = new Map()

/** A day a little ahead, so that a first look finds flights that are still on sale. */
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

export function showSearch() {
  asked.date ||= inDays(7)
  const results = h('div', { id: 'results' })
  const airport = (name, label) => {
    const input = h('input', {
      name,
      value: asked[name],
      required: true,
      autocomplete: 'off',
      placeholder: 'City or airport',
      oninput: (event) => offer(event.target.value),
    })
    input.setAttribute('list', 'airports')
    return field(label, input)
  }
  const choices = (values, chosen) => values.map(([value, text]) => h('option', { value, selected: value === chosen }, text))
  const form = h(
    'form',
    { class: 'card search', onsubmit: working(search), 'aria-label': 'Search flights' },
    airport('from', 'From'),
    airport('to', 'To'),
    field('Date', h('input', { name: 'date', type: 'date', value: asked.date, min: inDays(0), required: true })),
    field(
      'Passengers',
      h(
        'select',
        { name: 'passengers' },
        choices(
          Array.from({ length: 9 }, (_, i) => [String(i + 1), String(i + 1)]),
          asked.passengers,
        ),
      ),
    ),
    field(
      'Cabin',
      h(
        'select',
        { name: 'cabin' },
        choices(
          [
            ['', 'Any'],
            ['economy', 'Economy'],
            ['premium_economy', 'Premium economy'],
            ['business', 'Business'],
            ['first', 'First'],
          ],
          asked.cabin,
        ),
      ),
    ),
    h('button', { class: 'primary' }, 'Search flights'),
    h('datalist', { id: 'airports' }),
  )
  show('search', 'Where to?', form, results)
  void offer('')
}

/** Fills the suggestions with what the airports service finds for the text. */
async function offer(text) {
  if (/\([A-Z]{3}\)$/.test(text)) return
  try {
    const { data } = await get(`/airports?limit=100${text ? `&q=${encodeURIComponent(text)}` : ''}`)
    for (const airport of data) airports.set(airport.iata, airport)
    byId('airports')?.replaceChildren(...data.map((airport) => h('option', { value: `${airport.city} (${airport.iata})` }, airport.name)))
  } catch (error) {
    mention(`Suggestions are not available: ${error.message}`)
  }
}

/** The code of what was typed: `Delhi (DEL)`, `del`, or the first that the service finds for a name. */
async function codeOf(text) {
  const code = /\(([A-Z]{3})\)\s*$/.exec(text)?.[1] ?? (/^[A-Za-z]{3}$/.test(text.trim()) ? text.trim().toUpperCase() : null)
  if (code) return code
  const { data } = await get(`/airports?limit=1&q=${encodeURIComponent(text)}`)
  if (!data[0])
    throw Object.assign(new Error(`No airport is called “${text}”. Try the city or the three-letter code.`), { title: 'Unknown airport' })
  return data[0].iata
}

async function search(event) {
  Object.assign(asked, Object.fromEntries(new FormData(event.target)))
  const [from, to] = await Promise.all([codeOf(asked.from), codeOf(asked.to)])
  const query = new URLSearchParams({
    from,
    to,
    date: asked.date,
    passengers: asked.passengers,
    sort: 'departure',
    ...(asked.cabin ? { cabin: asked.cabin } : {}),
  })
  byId('results').replaceChildren()
  await more(query)
}

async function more(query, cursor) {
  const { data, nextCursor } = await get(`/flights?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
  const results = byId('results')
  results.querySelector('.more')?.remove()
  if (!cursor) results.replaceChildren(h('h2', {}, data.length ? `Flights on ${day(asked.date)}` : 'No flights on that day'))
  results.append(...data.map(flightCard))
  if (nextCursor)
    results.append(h('button', { type: 'button', class: 'more', onclick: working(() => more(query, nextCursor)) }, 'More flights'))
  mention(data.length ? `${results.querySelectorAll('article').length} flights shown.` : 'Nothing was found. Try another day.')
}

function flightCard(flight) {
  const laterDay = flight.arrivesAt.slice(0, 10) === flight.departsAt.slice(0, 10) ? '' : ` (${day(flight.arrivesAt)})`
  const fares = flight.fares.filter((fare) => !asked.cabin || fare.cabin === asked.cabin)
  return h(
    'article',
    { class: 'card flight', 'aria-label': `${flight.number}, ${clock(flight.departsAt)} to ${clock(flight.arrivesAt)}` },
    h(
      'div',
      { class: 'times' },
      h('p', { class: 'time' }, h('strong', {}, clock(flight.departsAt)), ` ${flight.from.iata}`),
      h('p', { class: 'line' }, `${Math.floor(flight.durationMinutes / 60)} h ${flight.durationMinutes % 60} min`),
      h('p', { class: 'time' }, h('strong', {}, clock(flight.arrivesAt)), ` ${flight.to.iata}${laterDay}`),
    ),
    h(
      'p',
      { class: 'quiet' },
      `${flight.number} · ${flight.carrier.name} · ${flight.aircraft.name}${flight.status === 'scheduled' ? '' : ` · ${flight.status}`}`,
    ),
    h(
      'ul',
      { class: 'fares' },
      fares.map((fare) => h('li', {}, fareButton(flight, fare))),
    ),
  )
}

function fareButton(flight, fare) {
  const isShort = fare.seatsLeft < Number(asked.passengers)
  return h(
    'button',
    { type: 'button', class: 'fare', disabled: isShort, onclick: working(() => showSeats(flight, fare, Number(asked.passengers))) },
    h('span', { class: 'fare-name' }, `${fare.brand}`),
    h('span', { class: 'quiet' }, words(fare.cabin)),
    h('strong', {}, money(fare.price)),
    h('span', { class: 'quiet' }, `${fare.baggageKg} kg · ${fare.refundable ? 'refundable' : 'not refundable'}`),
    h('span', { class: fare.seatsLeft < 10 ? 'few' : 'quiet' }, isShort ? 'sold out' : `${fare.seatsLeft} left`),
  )
}
