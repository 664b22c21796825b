import type { Flight } from '@skyhold/contracts'
import type { Offer } from '../domain/offer.ts'

export const flightView = ({ facts, record, availability }: Offer): Flight => ({
  ...facts,
  fares: record.fares.map((fare) => ({ ...fare, seatsLeft: availability.ofFare.get(fare.code) ?? 0 })),
})

/** Of the version of the flight, which an edit is conditional on, and that of its numbers of seats, which change with every sale. */
export const flightTag = ({ record, availability }: Offer): string => `"${record.version}.${availability.sequence}"`
