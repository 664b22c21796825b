import { FLIGHTS_PER_HOLD_MAX, type PlaceInLine } from '@skyhold/contracts'
import { deriveKey, Refusal } from '@skyhold/platform/without-database'
import { hasLapsed, isAdmitted, openPlace, type Place, positionOf, secondsUntil, signPlace, TURN_MS } from '../domain/place-in-line.ts'
import type { Lines } from './lines.ts'

/** Lets purchases of a flight begin at a set rate, in the order in which people came. */
export interface WaitingRoom {
  takePlace(flightId: string, userId: string): Promise<PlaceInLine>
  /** The place now; null when it is not one of ours or has lapsed. */
  showPlace(place: string): PlaceInLine | null
  /** Lets a purchase of these flights begin, or throws 429 `waiting_room` with the flight whose line it is. `places` is the header Waiting-Room-Place. */
  assertTurn(purchase: { flightIds: readonly string[]; userId: string; places: string | undefined }): Promise<void>
}

/** What is listed beyond the flights of a purchase, and as many places that have lapsed, is not looked at. */
const PLACES_MAX = 2 * FLIGHTS_PER_HOLD_MAX

export interface WaitingRoomOptions {
  lines: Lines
  secret: string
  intervalMs: number
  now?: () => number
}

export function createWaitingRoom({ lines, secret, intervalMs, now = Date.now }: WaitingRoomOptions): WaitingRoom {
  const key = deriveKey({ secret, purpose: 'waiting-room' })

  const view = (place: Place): PlaceInLine => ({
    place: signPlace(key, place),
    flightId: place.flightId,
    position: positionOf(place, now(), intervalMs),
    admittedInSeconds: secondsUntil(place.admittedAtMs, now()),
    lapsesAt: new Date(place.admittedAtMs + TURN_MS).toISOString(),
  })

  const placesIn = (header: string | undefined): Place[] =>
    (header ?? '')
      .split(',', PLACES_MAX)
      .map((text) => openPlace(key, text.trim()))
      .filter((place) => place !== null)

  function assertNoWait(waitMs: number, flightId: string, places: readonly Place[]): void {
    if (waitMs === 0) return
    const place = places.find((each) => each.flightId === flightId)
    const seconds = Math.max(1, place ? secondsUntil(place.admittedAtMs, now()) : Math.ceil(waitMs / 1000))
    throw new Refusal('waiting_room', {
      detail: place
        ? `Many people want this flight. It is your turn in ${seconds} s.`
        : 'Many people want this flight. Take a place in line at POST /api/v1/waiting-room/places and send it as Waiting-Room-Place when it is your turn.',
      members: { flightId },
      retryAfterSeconds: seconds,
    })
  }

  return {
    async takePlace(flightId, userId) {
      return view({ flightId, userId, admittedAtMs: await lines.join(flightId, userId) })
    },
    showPlace(text) {
      const place = openPlace(key, text)
      return place && !hasLapsed(place, now()) ? view(place) : null
    },
    async assertTurn({ flightIds, userId, places }) {
      const own = placesIn(places).filter((place) => place.userId === userId && !hasLapsed(place, now()))
      const admitted = new Set(own.filter((place) => isAdmitted(place, now())).map(({ flightId }) => flightId))
      const open = [...new Set(flightIds)].filter((flightId) => !admitted.has(flightId))
      // All are looked at before any is taken, so that a refusal at one flight costs the others no turn.
      if (open.length > 1) {
        const waits = await Promise.all(open.map((flightId) => lines.waitOf(flightId, userId)))
        for (const [i, flightId] of open.entries()) assertNoWait(waits[i] ?? 0, flightId, own)
      }
      for (const flightId of open) assertNoWait(await lines.pass(flightId, userId), flightId, own)
    },
  }
}
