import { Refusal } from '@skyhold/platform'
import { offerOf, type Offer } from '../domain/offer.ts'
import type { FlightRepository } from '../repositories/flight.ts'
import type { ReferenceBook } from './reference-book.ts'

/** One flight, on sale or not: a ticket's link must still work when the flight has arrived. Refusal: flight_not_found. */
export async function getFlight(
  id: string,
  { flights, reference }: { flights: FlightRepository; reference: ReferenceBook },
): Promise<Offer> {
  const found = await flights.findById(id)
  if (!found) throw new Refusal('flight_not_found')
  return offerOf(found.record, reference.getPartsOf(found.record), found.stored)
}
