import type { Cabin } from '@skyhold/contracts'
import { availabilityOf, type Availability, type StoredAvailability } from './availability.ts'
import { durationMinutes, factsOf, type FlightFacts, type FlightParts, type FlightRecord } from './flight.ts'
import { comparablePrice } from './pricing.ts'
import { ON_SALE } from './status.ts'

/** A flight with what can still be sold of it. */
export interface Offer {
  record: FlightRecord
  facts: FlightFacts
  availability: Availability
}

export const SORTS = ['departure', 'price', 'duration'] as const
export type Sort = (typeof SORTS)[number]

/** What a buyer asks of a flight. */
export interface Wish {
  passengers: number
  /** Any cabin when it is left open. */
  cabin?: Cabin | undefined
}

export const offerOf = (record: FlightRecord, parts: FlightParts, stored: StoredAvailability | null): Offer => ({
  record,
  facts: factsOf(record, parts),
  availability: availabilityOf(record, parts.aircraft, stored),
})

/** Sold to the public now: not on its way, not cancelled, and sales not yet closed. */
export const isOnSale = ({ record }: Offer, { nowMs, salesCloseMinutes }: { nowMs: number; salesCloseMinutes: number }): boolean =>
  ON_SALE.includes(record.status) && record.departsAtUtcMs - salesCloseMinutes * 60_000 > nowMs

/** The lowest price for the party, comparable across currencies; null when no fare has a seat for each of them. */
export function lowestPriceFor({ record, availability }: Offer, { passengers, cabin }: Wish): number | null {
  const prices = record.fares
    .filter((fare) => (cabin === undefined || fare.cabin === cabin) && (availability.ofFare.get(fare.code) ?? 0) >= passengers)
    .map((fare) => comparablePrice(fare.price))
  return prices.length > 0 ? Math.min(...prices) : null
}

/** Where a flight stands in a sorted list: the last two decide between equals, so that a page can be continued exactly. */
export type Position = readonly [key: number, departsAtUtcMs: number, id: string]

export function positionOf(offer: Offer, { sort, lowestPrice }: { sort: Sort; lowestPrice: number }): Position {
  const { record } = offer
  const key = { departure: record.departsAtUtcMs, price: lowestPrice, duration: durationMinutes(record) }[sort]
  return [key, record.departsAtUtcMs, record.id]
}

export function comparePositions([keyA, departsA, idA]: Position, [keyB, departsB, idB]: Position): number {
  if (keyA !== keyB) return keyA - keyB
  if (departsA !== departsB) return departsA - departsB
  return idA < idB ? -1 : Number(idA > idB)
}
