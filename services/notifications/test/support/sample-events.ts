import type { BookingFacts, EventData, EventEnvelope, EventType, Passenger } from '@skyhold/contracts'
import { newId, newReference } from '@skyhold/platform'

const airport = (iata: string, city: string, name: string, timeZone: string) => ({
  iata,
  city,
  name,
  country: 'XX',
  timeZone,
  latitude: 0,
  longitude: 0,
})
const BLR = airport('BLR', 'Bengaluru', 'Kempegowda International Airport', 'Asia/Kolkata')
const LHR = airport('LHR', 'London', 'Heathrow Airport', 'Europe/London')
const JFK = airport('JFK', 'New York', 'John F. Kennedy International Airport', 'America/New_York')
const carrier = { code: 'SK', name: 'Skyhold Air' }

/** Two flights with a night between, as BLR–LHR–JFK has it. Each call makes parts of its own, so that a test may change them. */
export function bookingFacts(overrides: Partial<BookingFacts> = {}): BookingFacts {
  const [first, second] = [newId('flight'), newId('flight')]
  const price = { amountMinor: 1234500, currency: 'INR' }
  return structuredClone({
    bookingId: newId('booking'),
    reference: newReference(),
    ownerId: newId('user'),
    operatorId: 'opr_1',
    contact: { email: 'sean@example.com' },
    total: { amountMinor: 4938000, currency: 'INR' },
    flights: [
      {
        flight: {
          id: first,
          number: 'SK 201',
          carrier,
          from: BLR,
          to: LHR,
          status: 'scheduled',
          departsAt: '2026-12-31T22:40:00+05:30',
          departsAtUtc: '2026-12-31T17:10:00Z',
          arrivesAt: '2027-01-01T03:50:00+00:00',
          arrivesAtUtc: '2027-01-01T03:50:00Z',
        },
        fare: 'FLEX',
        seats: [
          { designator: '12A', price },
          { designator: '12B', price },
        ],
      },
      {
        flight: {
          id: second,
          number: 'SK 17',
          carrier,
          from: LHR,
          to: JFK,
          status: 'scheduled',
          departsAt: '2027-01-01T09:15:00+00:00',
          departsAtUtc: '2027-01-01T09:15:00Z',
          arrivesAt: '2027-01-01T12:05:00-05:00',
          arrivesAtUtc: '2027-01-01T17:05:00Z',
        },
        fare: 'FLEX',
        seats: [
          { designator: '31J', price },
          { designator: '31K', price },
        ],
      },
    ],
    passengers: [
      passenger({ givenNames: 'Seán', familyName: "O'Brien", seats: ['12A', '31J'] }, [first, second]),
      passenger({ givenNames: 'Thị Hồng', familyName: 'Nguyễn', seats: ['12B', '31K'] }, [first, second]),
    ],
    ...overrides,
  })
}

/** A passenger with a ticket for each of the flights. */
function passenger(
  names: Pick<Passenger, 'givenNames' | 'familyName' | 'seats'> & { type?: Passenger['type'] },
  flightIds: readonly string[],
): Passenger {
  const tickets = flightIds.map((flightId, i) => ({
    number: `999-24000${String(i).padStart(5, '0')}`,
    flightId,
    ...(names.seats[i] ? { seat: names.seats[i] } : {}),
  }))
  return { type: 'adult', ...names, id: newId('passenger'), tickets }
}

/** The booking with other names for its first passenger. */
export function factsWithName(familyName: string, givenNames = 'Seán'): BookingFacts {
  const facts = bookingFacts()
  const [first, ...rest] = facts.passengers
  if (!first) throw new Error('the sample has passengers')
  return { ...facts, passengers: [{ ...first, familyName, givenNames }, ...rest] }
}

export function eventOf<T extends EventType>(
  type: T,
  data: EventData<T>,
  overrides: Partial<Pick<EventEnvelope, 'eventId' | 'correlationId' | 'occurredAt'>> & { sequence?: number } = {},
): EventEnvelope<T> {
  const { sequence = 3, ...rest } = overrides
  const id = 'bookingId' in data ? data.bookingId : 'userId' in data ? data.userId : newId('user')
  return {
    eventId: newId('event'),
    type,
    version: 1,
    occurredAt: '2026-11-20T08:30:00.000Z',
    producer: 'bookings',
    aggregate: { type: 'booking', id, sequence },
    correlationId: 'req-1',
    causationId: null,
    data,
    ...rest,
  }
}
