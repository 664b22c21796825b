import { call, get } from './api.js'

const ASK_AGAIN_SECONDS_MAX = 15

/** How long it takes, in the words of the page /waiting-room. */
export function sayPlace({ position, admittedInSeconds, lapsesAt }) {
  if (position === 0) return `You may hold seats until ${lapsesAt.slice(11, 16)} UTC.`
  const wait = admittedInSeconds < 60 ? 'less than a minute' : `about ${Math.ceil(admittedInSeconds / 60)} min`
  return `You are number ${position}. It takes ${wait}.`
}

/** Takes a place in the line for a flight. */
export const takePlace = async (flightId) => (await call('POST', '/waiting-room/places', { body: { flightId } })).data

/** Tells of a place again and again until it is its turn, and then once more; `isStillWanted` ends it sooner. A question without an answer is asked again. */
export async function follow(place, { tell, isStillWanted = () => true }) {
  let now = place
  while (isStillWanted()) {
    tell(now)
    if (now.position === 0) return now
    const seconds = Math.min(Math.max(1, now.admittedInSeconds), ASK_AGAIN_SECONDS_MAX)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    now = await get(`/waiting-room/places/${now.place}`).catch((error) => {
      if (error.status === 404) throw error
      return now
    })
  }
  return null
}
