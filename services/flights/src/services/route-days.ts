import { offerOf, type Offer } from '../domain/offer.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import type { ReferenceBook } from './reference-book.ts'

export interface RouteDay {
  from: string
  to: string
  date: string
}

interface Entry {
  offers: Promise<Offer[]>
  readAtMs: number
  /** Null while it is being read. */
  flightIds: readonly string[] | null
  /** Flights that changed while it was being read: if one of them is in it, nobody knows whether it is the old one. */
  changedMeanwhile: Set<string>
}

/** What another replica has changed shows after this time at the latest; what this one has changed shows at once. */
const FRESH_MS = 1000
/** Route-days kept, the latest used: ten flights each and 4 KB a flight make some 80 MB at the very most. */
const KEPT_MAX = 2000

/**
 * The flights of a day between two airports, read once a second however many people search. Nobody sells by it: bookings decides who has
 * a seat, so an answer that is a second old can only be disappointing, never wrong.
 */
export class RouteDays {
  readonly #flights: Pick<FlightRepository, 'listRouteDay'>
  readonly #reference: ReferenceBook
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  readonly #keyOfFlight = new Map<string, string>()
  readonly #beingRead = new Set<Entry>()

  constructor({
    flights,
    reference,
    now,
  }: { flights: Pick<FlightRepository, 'listRouteDay'>; reference: ReferenceBook; now: () => number }) {
    this.#flights = flights
    this.#reference = reference
    this.#now = now
  }

  get(routeDay: RouteDay): Promise<Offer[]> {
    const key = keyOf(routeDay)
    const known = this.#entries.get(key)
    const nowMs = this.#now()
    if (known && isUsable(known, nowMs)) return known.offers
    this.#drop(key)

    const entry: Entry = { offers: this.#read(routeDay), readAtMs: nowMs, flightIds: null, changedMeanwhile: new Set() }
    this.#entries.set(key, entry)
    this.#beingRead.add(entry)
    void this.#settle(key, entry)
    this.#dropOldest()
    return entry.offers
  }

  /** Call it after the commit of a change to a flight, with the route-days that it touched or might touch from now on. */
  forget(flightId: string, ...routeDays: RouteDay[]): void {
    for (const entry of this.#beingRead) entry.changedMeanwhile.add(flightId)
    const key = this.#keyOfFlight.get(flightId)
    if (key !== undefined) this.#drop(key)
    for (const routeDay of routeDays) this.#drop(keyOf(routeDay))
  }

  async #read(routeDay: RouteDay): Promise<Offer[]> {
    const found = await this.#flights.listRouteDay(routeDay)
    return found.map(({ record, stored }) => offerOf(record, this.#reference.getPartsOf(record), stored))
  }

  async #settle(key: string, entry: Entry): Promise<void> {
    // The error itself goes to whoever asked; here it only means that there is nothing to keep.
    const offers = await entry.offers.catch(() => null)
    this.#beingRead.delete(entry)
    if (this.#entries.get(key) !== entry) return
    const flightIds = offers?.map((offer) => offer.record.id) ?? null
    if (flightIds === null || flightIds.some((id) => entry.changedMeanwhile.has(id))) return this.#drop(key)
    entry.flightIds = flightIds
    for (const id of flightIds) this.#keyOfFlight.set(id, key)
  }

  #drop(key: string): void {
    for (const id of this.#entries.get(key)?.flightIds ?? []) this.#keyOfFlight.delete(id)
    this.#entries.delete(key)
  }

  /** A map gives its keys in the order in which they came. */
  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= KEPT_MAX) return
      this.#drop(key)
    }
  }
}

/** Who asks after a change must see it: a read that began before it is not joined. */
const isUsable = ({ readAtMs, flightIds, changedMeanwhile }: Entry, nowMs: number): boolean =>
  Math.abs(nowMs - readAtMs) < FRESH_MS && (flightIds !== null || changedMeanwhile.size === 0)

const keyOf = ({ from, to, date }: RouteDay): string => `${from} ${to} ${date}`
