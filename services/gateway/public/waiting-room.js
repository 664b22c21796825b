import { get } from './api.js'
import { byId } from './dom.js'
import { follow, sayPlace } from './line.js'

const line = byId('line')

/** Says how long it takes; a screen reader hears it when the words change. */
function tell(place) {
  const text = sayPlace(place)
  if (line.textContent !== text) line.textContent = text
  if (place.position > 0) return
  byId('heading').textContent = 'It is your turn'
  document.title = 'It is your turn · Skyhold'
  byId('why')?.remove()
  byId('on').textContent = 'Choose your seats'
}

if (line.dataset.place) await follow(await get(`/waiting-room/places/${line.dataset.place}`), { tell })
