import { type CabinLayout, DEFAULT_OPERATOR_ID, type FareState, type FlightState } from '@skyhold/contracts'
import { newId } from '@skyhold/platform'

export type FlightChange = Partial<FlightState> & { departsInHours?: number }

const HOUR_MS = 3_600_000

/** Thirty rows of six: 180 seats, the single-aisle aircraft everybody has sat in. */
export const ECONOMY: CabinLayout = { cabin: 'economy', columns: 'ABC DEF', firstRow: 1, lastRow: 30 }
export const BUSINESS: CabinLayout = { cabin: 'business', columns: 'AC DF', firstRow: 1, lastRow: 3 }

export const fareOf = (change: Partial<FareState> = {}): FareState => ({
  code: 'ECOLIGHT',
  cabin: 'economy',
  brand: 'Light',
  price: { amountMinor: 10_000, currency: 'EUR' },
  refundable: false,
  changeable: false,
  baggageKg: 0,
  ...change,
})

/** A flight on sale of economy alone, from Oslo to Lisbon in two days. */
export function sampleFlight({ departsInHours = 48, ...change }: FlightChange = {}): FlightState {
  const departs = new Date(Date.now() + departsInHours * HOUR_MS).toISOString()
  const arrives = new Date(Date.now() + (departsInHours + 4) * HOUR_MS).toISOString()
  const place = { country: 'NO', timeZone: 'Europe/Oslo', latitude: 60, longitude: 11 }
  return {
    id: newId('flight'),
    operatorId: DEFAULT_OPERATOR_ID,
    number: 'SK 201',
    carrier: { code: 'SK', name: 'Skyhold Air' },
    from: { iata: 'OSL', name: 'Gardermoen', city: 'Oslo', ...place },
    to: { iata: 'LIS', name: 'Humberto Delgado', city: 'Lisbon', ...place },
    departsAt: departs,
    departsAtUtc: departs,
    arrivesAt: arrives,
    arrivesAtUtc: arrives,
    durationMinutes: 240,
    aircraft: { code: '32N', name: 'Airbus A320neo' },
    status: 'scheduled',
    currency: 'EUR',
    layout: { cabins: [ECONOMY] },
    fares: [fareOf()],
    surcharges: [],
    ...change,
  }
}
