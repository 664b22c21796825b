import { AirportCode, Cabin, CABINS, FareState, FLIGHT_STATUSES, FlightState, Id, Layout, PageQuery, SeatFeature } from '@skyhold/contracts'
import { Type } from 'typebox'
import { SORTS } from '../domain/offer.ts'
import { FLIGHT_MINUTES_MAX } from '../services/flight-times.ts'
import { SNAPSHOT_LIMIT_MAX } from '../services/flight-snapshot.ts'

const closed = { additionalProperties: false } as const

/** As many as one booking carries; larger parties are sold by an agent in several. */
const PASSENGERS_MAX = 9

const CarrierCode = Type.String({ pattern: '^[A-Z0-9]{2}$' })
const AircraftCode = Type.String({ pattern: '^[A-Z0-9]{2,4}$' })
const Gate = Type.String({ pattern: '^[A-Z0-9]{1,6}$' })
/** Read in full by domain/zones.ts, in the zone of the airport. */
const LocalTime = (airport: string) =>
  Type.String({
    minLength: 16,
    maxLength: 25,
    description: `Local at the ${airport} (2026-12-01T08:30), with its offset, or in UTC with Z. A time that the clocks skip is refused; one that comes twice is the first.`,
  })
const Surcharge = Type.Object({ feature: SeatFeature, amountMinor: Type.Integer({ minimum: 0 }) }, closed)

export const FlightId = Type.Object({ id: Id('flight') }, closed)

export const AirportQuery = Type.Object(
  { q: Type.Optional(Type.String({ maxLength: 80, description: 'Code, city or name; case and accents do not matter' })), ...PageQuery },
  closed,
)

export const ListQuery = Type.Object(PageQuery, closed)

export const SearchQuery = Type.Object(
  {
    from: AirportCode,
    to: AirportCode,
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'The local day at the origin' }),
    passengers: Type.Optional(Type.Integer({ minimum: 1, maximum: PASSENGERS_MAX, description: '1 unless it is said' })),
    cabin: Type.Optional(Type.Enum(CABINS, { description: 'Any cabin unless it is said' })),
    sort: Type.Optional(
      Type.Enum(SORTS, { description: 'By departure unless it is said. Prices of different currencies are ordered by reference rates.' }),
    ),
    ...PageQuery,
  },
  closed,
)

export const NewFlightBody = Type.Object(
  {
    carrier: CarrierCode,
    number: Type.String({ pattern: '^([A-Z0-9]{2} )?[1-9][0-9]{0,3}$', description: '`201` or `D1 201`' }),
    from: AirportCode,
    to: AirportCode,
    departsAt: LocalTime('origin'),
    arrivesAt: Type.Optional(LocalTime('destination')),
    blockMinutes: Type.Optional(
      Type.Integer({ minimum: 5, maximum: FLIGHT_MINUTES_MAX, description: 'From gate to gate, in place of arrivesAt' }),
    ),
    aircraft: AircraftCode,
    gate: Type.Optional(Gate),
    fares: Type.Optional(Type.Array(FareState, { minItems: 1, maxItems: 20, description: "The carrier's usual ones when left out" })),
    surcharges: Type.Optional(Type.Array(Surcharge, { maxItems: 10 })),
  },
  closed,
)

export const FlightChangeBody = Type.Object(
  {
    departsAt: Type.Optional(LocalTime('origin')),
    arrivesAt: Type.Optional(LocalTime('destination')),
    gate: Type.Optional(Type.Union([Gate, Type.Null()])),
    aircraft: Type.Optional(AircraftCode),
    status: Type.Optional(Type.Enum(FLIGHT_STATUSES.filter((status) => status !== 'cancelled'))),
  },
  { ...closed, minProperties: 1 },
)

export const FlightCancellationBody = Type.Object(
  {
    /** Goes to every passenger by e-mail: one line of text. */
    reason: Type.String({
      maxLength: 200,
      pattern: '^[^\\p{C}\\p{Z}]([^\\p{Cc}\\u2028\\u2029]*[^\\p{C}\\p{Z}])?$',
      description: 'Why, in words that the passengers get to read',
    }),
  },
  closed,
)

export const AircraftItem = Type.Object(
  {
    code: AircraftCode,
    name: Type.String(),
    seats: Type.Integer(),
    cabins: Type.Array(Type.Object({ cabin: Cabin, seats: Type.Integer() }, closed)),
    layout: Layout,
  },
  closed,
)

export const ScheduleItem = Type.Object(
  {
    id: Type.String(),
    number: Type.String(),
    carrier: CarrierCode,
    from: AirportCode,
    to: AirportCode,
    daysOfWeek: Type.Array(Type.Integer({ minimum: 1, maximum: 7, description: 'ISO 8601: 1 is Monday' })),
    departsLocal: Type.String({ description: 'HH:MM at the origin' }),
    blockMinutes: Type.Integer(),
    aircraft: AircraftCode,
    effectiveFrom: Type.String(),
    effectiveTo: Type.Union([Type.String(), Type.Null()]),
    fares: Type.Array(FareState),
    surcharges: Type.Array(Surcharge),
  },
  closed,
)

export const SnapshotHead = Type.Object({ count: Type.Integer(), sequenceSum: Type.Integer(), sinceMs: Type.Integer() }, closed)
export const SnapshotQuery = Type.Object(
  { cursor: Type.Optional(Id('flight')), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SNAPSHOT_LIMIT_MAX })) },
  closed,
)
export const SnapshotPage = Type.Object(
  {
    data: Type.Array(Type.Object({ sequence: Type.Integer(), state: FlightState }, closed)),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
)
