import { PAGE_LIMIT_DEFAULT, type Cabin } from '@skyhold/contracts'
import { createCursors, invalidAt, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import { comparePositions, isOnSale, lowestPriceFor, positionOf, type Offer, type Position, type Sort } from '../domain/offer.ts'
import { isDate, localDateAt } from '../domain/zones.ts'
import type { ReferenceBook } from './reference-book.ts'
import type { RouteDays } from './route-days.ts'

export interface FlightQuery extends PageQuery {
  from: string
  to: string
  /** The local day at the origin. */
  date: string
  passengers?: number
  cabin?: Cabin
  sort?: Sort
}

export interface FlightSearchDeps {
  routeDays: RouteDays
  reference: ReferenceBook
  cursorSecret: string
  now: () => number
  salesCloseMinutes: number
}

export class FlightSearch {
  readonly #deps: FlightSearchDeps

  constructor(deps: FlightSearchDeps) {
    this.#deps = deps
  }

  /**
   * A page of the flights of a day that can still be sold to the whole party. Refusals: invalid_request for an airport that is not known,
   * a day that does not exist or is over at the origin, and a cursor of another search.
   */
  async search(query: FlightQuery): Promise<Page<Offer>> {
    const { routeDays, cursorSecret } = this.#deps
    const { from, to, date, passengers = 1, cabin, sort = 'departure', limit = PAGE_LIMIT_DEFAULT } = query
    this.#assertSearchable(query)
    // The cursor of one search is of no use in another.
    const cursors = createCursors(cursorSecret, ['flights', from, to, date, passengers, cabin ?? 'any', sort].join(' '))
    const after = query.cursor === undefined ? null : positionFrom(cursors.decode(query.cursor))

    const offers = this.#onSale(await routeDays.get({ from, to, date }), { passengers, cabin, sort })
    const rest = after ? offers.filter(({ position }) => comparePositions(position, after) > 0) : offers
    const { data, nextCursor } = pageOf(rest, limit, ({ position }) => cursors.encode(position))
    return { data: data.map(({ offer }) => offer), nextCursor }
  }

  #assertSearchable({ from, to, date }: FlightQuery): void {
    const { reference, now } = this.#deps
    const origin = reference.findAirport(from)
    if (!origin) throw invalidAt('/query/from', 'unknown_airport', `There is no airport with the code ${from}.`)
    if (!reference.findAirport(to)) throw invalidAt('/query/to', 'unknown_airport', `There is no airport with the code ${to}.`)
    if (from === to) throw invalidAt('/query/to', 'same_airport', 'A flight goes to another airport than the one that it comes from.')
    if (!isDate(date)) throw invalidAt('/query/date', 'format', 'Write the date as 2026-12-01, a day of the calendar.')
    const today = localDateAt(now(), origin.timeZone)
    if (date < today) throw invalidAt('/query/date', 'past', `${date} is over in ${origin.city}, where it is ${today}.`)
  }

  #onSale(
    offers: readonly Offer[],
    wish: { passengers: number; cabin: Cabin | undefined; sort: Sort },
  ): { offer: Offer; position: Position }[] {
    const { now, salesCloseMinutes } = this.#deps
    const nowMs = now()
    return offers
      .flatMap((offer) => {
        if (!isOnSale(offer, { nowMs, salesCloseMinutes })) return []
        const lowestPrice = lowestPriceFor(offer, wish)
        return lowestPrice === null ? [] : [{ offer, position: positionOf(offer, { sort: wish.sort, lowestPrice }) }]
      })
      .toSorted((a, b) => comparePositions(a.position, b.position))
  }
}

/** Safe to take as it is: the cursor's signature has been checked. */
const positionFrom = ([key, departsAtUtcMs, id]: (string | number)[]): Position => [Number(key), Number(departsAtUtcMs), String(id)]
