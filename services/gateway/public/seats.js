import { call, get } from './api.js'
import { signedIn } from './account.js'
import { follow, sayPlace, takePlace } from './line.js'
import { clearNotice, clock, day, h, mention, money, notify, show, words, working } from './dom.js'
import { showPassengers } from './passengers.js'

/** Without a stream of events the map is read again this often. */
const REFRESH_MS = 4000
let stopWatching = () => {}

const list = (designators) => [...designators].join(', ')

/** The seat map of a flight: buttons to press, one for each passenger, kept up to date while it is on the screen. */
export async function showSeats(flight, fare, passengers) {
  stopWatching()
  const map = await get(`/flights/${flight.id}/seat-map`)
  const cabin = map.cabins.find((one) => one.cabin === fare.cabin)
  const chosen = new Set()
  /** Of what was chosen, the seats that others have got meanwhile. */
  const gone = new Set()
  const buttons = new Map()
  const summary = h('p', { class: 'summary', 'aria-live': 'polite' })
  const holdButton = h('button', { type: 'button', class: 'primary', onclick: working(() => hold([...chosen])) }, 'Hold these seats')
  const anyButton = h(
    'button',
    { type: 'button', onclick: working(() => hold(Array(passengers).fill(null))) },
    passengers > 1 ? 'Choose for me, together' : 'Choose for me',
  )

  function toggle(seat) {
    if (chosen.has(seat.designator)) chosen.delete(seat.designator)
    else if (seat.status === 'available') {
      // With one more than there are passengers, the first that was chosen goes.
      if (chosen.size === passengers) chosen.delete([...chosen][0])
      chosen.add(seat.designator)
      if (chosen.size === passengers && gone.size) {
        gone.clear()
        clearNotice()
      }
    }
    paint()
  }

  function paint() {
    for (const { button, seat } of buttons.values()) {
      const isChosen = chosen.has(seat.designator)
      button.setAttribute('aria-pressed', String(isChosen))
      button.setAttribute('aria-disabled', String(seat.status !== 'available'))
      button.dataset.status = isChosen ? 'chosen' : seat.status
      const dearer = seat.surcharge.amountMinor > 0 ? `, plus ${money(seat.surcharge)}` : ''
      button.setAttribute(
        'aria-label',
        `Seat ${seat.designator}, ${seat.features.map(words).join(', ')}, ${isChosen ? 'chosen' : seat.status}${dearer}`,
      )
      button.title = `${seat.designator} ${seat.features.map(words).join(', ')}${dearer}`
    }
    const left = passengers - chosen.size
    holdButton.disabled = left > 0
    summary.textContent = chosen.size
      ? `Chosen: ${[...chosen].join(', ')}${left ? `. ${left} more to choose.` : '.'}`
      : `Choose ${passengers} ${passengers === 1 ? 'seat' : 'seats'}.`
  }

  function update(changes) {
    const goneBefore = gone.size
    for (const { designator, status } of changes) {
      const known = buttons.get(designator)
      if (!known) continue
      known.seat.status = status
      if (status === 'available') gone.delete(designator)
      else if (chosen.delete(designator)) gone.add(designator)
    }
    if (gone.size > goneBefore) sayGone()
    paint()
  }

  /** All of them, however many pieces of news they came in; what else was chosen stays so. */
  function sayGone() {
    const isOne = gone.size === 1
    const left = chosen.size ? ` ${list(chosen)} ${chosen.size === 1 ? 'is' : 'are'} still chosen.` : ''
    notify(
      h('strong', {}, `${isOne ? 'Seat' : 'Seats'} ${list(gone)} ${isOne ? 'has' : 'have'} just been taken`),
      h('p', {}, `Somebody was faster, and nothing is held yet.${left} Please choose ${isOne ? 'another' : 'others'}.`),
    )
  }

  async function hold(seats, place) {
    gone.clear()
    if (!(await signedIn('To hold seats we need to know for whom.'))) return
    try {
      const { data } = await call('POST', '/holds', {
        isIntent: true,
        ...(place ? { headers: { 'waiting-room-place': place } } : {}),
        body: { flights: [{ flightId: flight.id, fare: fare.code, seats }] },
      })
      stopWatching()
      showPassengers({ hold: data, flight, fare })
    } catch (error) {
      if (error.code === 'waiting_room') return holdInTurn(seats)
      if (error.code !== 'seat_unavailable') throw error
      update(error.problem.seats ?? [])
      // Those that were chosen are named by now, also where the stream brought the news first.
      if (gone.size === 0) notify(h('strong', {}, error.title), h('p', {}, `${error.message} Nothing is held; please choose again.`))
    }
  }

  /** Waits in line over the seat map, which stays up to date meanwhile, and then asks for the same seats. */
  async function holdInTurn(seats) {
    const place = await takePlace(flight.id)
    const line = h('p', { id: 'line' })
    notify(
      h('strong', {}, 'You are in line'),
      line,
      h(
        'p',
        {},
        'Many people want this flight. Your seats are asked for as soon as it is your turn; ',
        h('a', { href: `/waiting-room?place=${place.place}`, target: '_blank', rel: 'noopener' }, 'how long it takes'),
        '.',
      ),
    )
    const isStillWanted = () => line.isConnected
    const admitted = await follow(place, { tell: (now) => (line.textContent = sayPlace(now)), isStillWanted })
    if (!admitted) return
    clearNotice()
    await hold(seats, admitted.place)
  }

  const rows = (cabin?.rows ?? []).map(({ row, seats }) => seatRow({ row, seats, layout: cabin.layout, buttons, toggle }))
  show(
    'seats',
    'Choose your seats',
    h(
      'p',
      { class: 'lead' },
      `${flight.number}, ${flight.from.city} to ${flight.to.city}, ${day(flight.departsAt)} ${clock(flight.departsAt)} · ${fare.brand}, ${money(fare.price)} each`,
    ),
    h(
      'ul',
      { class: 'legend', 'aria-label': 'Legend' },
      ['available', 'chosen', 'held', 'sold', 'blocked'].map((status) =>
        h('li', {}, h('span', { class: 'seat', 'data-status': status, 'aria-hidden': 'true' }), status),
      ),
    ),
    h(
      'div',
      { class: 'plane' },
      h('p', { class: 'quiet nose' }, `Front · ${words(fare.cabin)}`),
      h('div', { class: 'rows', onkeydown: moveByArrows }, rows),
    ),
    h('div', { class: 'bar' }, summary, h('div', { class: 'actions' }, anyButton, holdButton)),
  )
  paint()
  watch(flight.id, update)
}

/** One row; a blank of the layout is the aisle. Seats that the aircraft lacks leave a gap. */
function seatRow({ row, seats, layout, buttons, toggle }) {
  const cells = [...layout].map((column) => {
    if (column === ' ') return h('span', { class: 'aisle', 'aria-hidden': 'true' }, String(row))
    const seat = seats.find(({ designator }) => designator === `${row}${column}`)
    if (!seat) return h('span', { class: 'gap' })
    const isExit = seat.features.includes('exit_row') ? ' exit' : ''
    const button = h(
      'button',
      { type: 'button', class: `seat${isExit}`, 'data-designator': seat.designator, onclick: () => toggle(seat) },
      column,
    )
    buttons.set(seat.designator, { button, seat })
    return button
  })
  return h('div', { class: 'row', role: 'group', 'aria-label': `Row ${row}` }, cells)
}

/** The arrow keys go to the next seat in their direction, past aisles and gaps. */
function moveByArrows(event) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
  const from = event.target.closest('button.seat')
  if (!step || !from) return
  event.preventDefault()
  const rows = [...event.currentTarget.children].map((row) => [...row.children])
  let y = rows.findIndex((cells) => cells.includes(from))
  let x = rows[y].indexOf(from)
  do {
    y += step[0]
    x += step[1]
  } while (rows[y]?.[x] && rows[y][x].tagName !== 'BUTTON')
  rows[y]?.[x]?.focus()
}

/** Follows the changes by the stream of events; where that fails, by reading the map every few seconds. */
function watch(flightId, update) {
  let timer
  const poll = async () => {
    try {
      const map = await get(`/flights/${flightId}/seat-map`)
      update(map.cabins.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats)))
    } catch (error) {
      mention(`The seats could not be refreshed: ${error.message}`)
    }
    timer = setTimeout(poll, REFRESH_MS)
  }
  const events = new EventSource(`/api/v1/flights/${flightId}/seat-map/events`)
  events.addEventListener('seats', (event) => {
    clearTimeout(timer)
    timer = undefined
    update(JSON.parse(event.data).seats)
  })
  events.addEventListener('error', () => {
    timer ??= setTimeout(poll, REFRESH_MS)
  })
  stopWatching = () => {
    clearTimeout(timer)
    events.close()
    stopWatching = () => {}
  }
}

export const leaveSeats = () => stopWatching()
