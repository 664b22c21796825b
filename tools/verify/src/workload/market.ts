import type { Booking, Flight, SeatMap } from '@skyhold/contracts'
import type { Client } from './client.ts'
import { WANTED_SEATS } from '../plan/journey.ts'
import { Random } from '../plan/random.ts'

/** A flight of the run, with the seats that everybody wants. */
export interface Offer {
  flightId: string
  fares: string[]
  seats: string[]
}

export interface MarketOptions {
  from: string
  to: string
  /** The first day that is looked at, counted from today. */
  daysAhead: number
  flights: number
}

const DAYS_LOOKED_AT = 10

/** Finds flights that are on sale, and takes a handful of free seats of each in the cabin of the first fare. */
export async function findOffers(client: Client, options: MarketOptions): Promise<Offer[]> {
  const offers: Offer[] = []
  for (let day = 0; day < DAYS_LOOKED_AT && offers.length < options.flights; day += 1) {
    const date = new Date(Date.now() + (options.daysAhead + day) * 86_400_000).toISOString().slice(0, 10)
    const path = `/flights?from=${options.from}&to=${options.to}&date=${date}&limit=20`
    const reply = await client.insist<{ data: Flight[] }>({ operation: 'search', method: 'GET', path })
    for (const flight of reply?.status === 200 ? reply.body.data : []) {
      const offer = offers.length < options.flights ? await offerOf(client, flight) : null
      if (offer) offers.push(offer)
    }
  }
  if (offers.length === 0)
    throw new Error(
      `No flight from ${options.from} to ${options.to} has free seats in the ${DAYS_LOOKED_AT} days from ${options.daysAhead} days ahead. Name another route with --route.`,
    )
  return offers
}

async function offerOf(client: Client, flight: Flight): Promise<Offer | null> {
  const [first] = flight.fares
  const map = await client.insist<SeatMap>({ operation: 'read seat map', method: 'GET', path: `/flights/${flight.id}/seat-map` })
  const cabin = map?.status === 200 ? map.body.cabins.find((each) => each.cabin === first?.cabin) : undefined
  if (!first || !cabin) return null
  const seats = cabin.rows.flatMap((row) => row.seats).filter(({ status }) => status === 'available')
  if (seats.length < WANTED_SEATS) return null
  return {
    flightId: flight.id,
    fares: flight.fares.filter((fare) => fare.cabin === first.cabin).map(({ code }) => code),
    seats: seats.slice(0, WANTED_SEATS).map(({ designator }) => designator),
  }
}

export interface Thing {
  owner: string
  kind: 'hold' | 'booking' | 'payment'
  id: string
  reference?: string
}

const THINGS_MAX = 200

/** What has become known of everybody's things: for those who try the doors of others. */
export class Things {
  readonly #things: Thing[] = []
  readonly #random = new Random('things')

  add(thing: Thing): void {
    this.#things.push(thing)
    if (this.#things.length > THINGS_MAX) this.#things.shift()
  }

  addBooking(owner: string, booking: Booking): void {
    this.add({ owner, kind: 'booking', id: booking.id, reference: booking.reference })
  }

  somebodyElses(user: string): Thing | null {
    const others = this.#things.filter(({ owner }) => owner !== user)
    return others.length ? this.#random.pick(others) : null
  }

  ownBooking(user: string): Thing | null {
    return this.#things.findLast(({ owner, kind }) => owner === user && kind === 'booking') ?? null
  }
}
