import type { PlaceInLine } from '@skyhold/contracts'
import { deriveKey, Refusal } from '@skyhold/platform'
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

/** A purchase has six flights at most (a hold's own limit); what is listed beyond them is not looked at. */
const PLACES_MAX = 6

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

  async function assertTurnAt(flightId: string, place: Place | undefined): Promise<void> {
    if (place && isAdmitted(place, now())) return
    const waitMs = await lines.pass(flightId)
    if (waitMs === 0) return
    const isWaiting = place !== undefined && !hasLapsed(place, now())
    const seconds = Math.max(1, isWaiting ? secondsUntil(place.admittedAtMs, now()) : Math.ceil(waitMs / 1000))
    throw new Refusal('waiting_room', {
      detail: isWaiting
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
      const own = placesIn(places).filter((place) => place.userId === userId)
      for (const flightId of new Set(flightIds))
        await assertTurnAt(
          flightId,
          own.find((place) => place.flightId === flightId),
        )
    },
  }
}
