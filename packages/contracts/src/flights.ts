import { Type, type Static } from 'typebox'
import { Id } from './ids.ts'
import { Currency, Money } from './money.ts'

export const CABINS = ['economy', 'premium_economy', 'business', 'first'] as const
export const Cabin = Type.Enum(CABINS)
export type Cabin = (typeof CABINS)[number]

export const FLIGHT_STATUSES = ['scheduled', 'delayed', 'boarding', 'departed', 'arrived', 'cancelled'] as const
export const FlightStatus = Type.Enum(FLIGHT_STATUSES)
export type FlightStatus = (typeof FLIGHT_STATUSES)[number]

/** Three letters of the IATA location identifier. */
export const AirportCode = Type.String({ pattern: '^[A-Z]{3}$' })
/** Row and column as printed on a boarding pass: 1 to 3 digits, one letter. */
export const SeatDesignator = Type.String({ pattern: '^[1-9][0-9]{0,2}[A-HJ-L]$', maxLength: 4 })

export const Airport = Type.Object(
  {
    iata: AirportCode,
    name: Type.String(),
    city: Type.String(),
    country: Type.String({ description: 'ISO 3166-1 alpha-2' }),
    timeZone: Type.String({ description: 'IANA time zone' }),
    latitude: Type.Number(),
    longitude: Type.Number(),
  },
  { additionalProperties: false },
)
export type Airport = Static<typeof Airport>

export const SEAT_FEATURES = ['window', 'middle', 'aisle', 'exit_row', 'extra_legroom', 'bulkhead', 'limited_recline'] as const
export const SeatFeature = Type.Enum(SEAT_FEATURES)
export type SeatFeature = (typeof SEAT_FEATURES)[number]

/** One cabin of an aircraft: `columns` reads like the row from left to right, a blank is an aisle (`ABC DEF`). */
export const CabinLayout = Type.Object(
  {
    cabin: Cabin,
    columns: Type.String({ pattern: '^[A-HJ-L]+( [A-HJ-L]+)*$', maxLength: 14 }),
    firstRow: Type.Integer({ minimum: 1, maximum: 199 }),
    lastRow: Type.Integer({ minimum: 1, maximum: 199 }),
    /** Row numbers that do not exist, such as 13. */
    skippedRows: Type.Optional(Type.Array(Type.Integer())),
    /** Designators that this aircraft lacks where galley or door take their place. */
    missingSeats: Type.Optional(Type.Array(SeatDesignator)),
    /** Features of whole rows beside window, middle and aisle, which follow from the columns. */
    rowFeatures: Type.Optional(
      Type.Array(Type.Object({ rows: Type.Array(Type.Integer()), feature: SeatFeature }, { additionalProperties: false })),
    ),
  },
  { additionalProperties: false },
)
export type CabinLayout = Static<typeof CabinLayout>

export const Layout = Type.Object({ cabins: Type.Array(CabinLayout, { minItems: 1 }) }, { additionalProperties: false })
export type Layout = Static<typeof Layout>

export interface LayoutSeat {
  designator: string
  cabin: Cabin
  row: number
  features: SeatFeature[]
}

/** Every seat of a layout, front to back, left to right. */
export function seatsOf(layout: Layout): LayoutSeat[] {
  return layout.cabins.flatMap((cabin) => rowsOf(cabin).flatMap((row) => seatsOfRow(cabin, row)))
}

function rowsOf(cabin: CabinLayout): number[] {
  const rows = Array.from({ length: cabin.lastRow - cabin.firstRow + 1 }, (_, i) => cabin.firstRow + i)
  return rows.filter((row) => !cabin.skippedRows?.includes(row))
}

function seatsOfRow(cabin: CabinLayout, row: number): LayoutSeat[] {
  const shared = cabin.rowFeatures?.filter((f) => f.rows.includes(row)).map((f) => f.feature) ?? []
  return [...cabin.columns].flatMap((column, i) => {
    if (column === ' ' || cabin.missingSeats?.includes(`${row}${column}`)) return []
    const onWindow = i === 0 || i === cabin.columns.length - 1
    const onAisle = cabin.columns[i - 1] === ' ' || cabin.columns[i + 1] === ' '
    const place: SeatFeature[] = [...(onWindow ? ['window' as const] : []), ...(onAisle ? ['aisle' as const] : [])]
    return [
      { designator: `${row}${column}`, cabin: cabin.cabin, row, features: [...(place.length ? place : ['middle' as const]), ...shared] },
    ]
  })
}

/** What a fare is sold as; its price is per seat and the same for every kind of passenger. */
export const FareState = Type.Object(
  {
    code: Type.String({ pattern: '^[A-Z0-9]{2,12}$' }),
    cabin: Cabin,
    brand: Type.String({ minLength: 1, maxLength: 40 }),
    price: Money,
    refundable: Type.Boolean(),
    changeable: Type.Boolean(),
    baggageKg: Type.Integer({ minimum: 0, maximum: 99 }),
  },
  { additionalProperties: false },
)
export type FareState = Static<typeof FareState>

/** A fare as a customer sees it, with what can still be sold. */
export const Fare = Type.Object({ ...FareState.properties, seatsLeft: Type.Integer({ minimum: 0 }) }, { additionalProperties: false })
export type Fare = Static<typeof Fare>

export const Carrier = Type.Object(
  { code: Type.String({ pattern: '^[A-Z0-9]{2}$' }), name: Type.String() },
  { additionalProperties: false },
)
export const Aircraft = Type.Object(
  { code: Type.String({ pattern: '^[A-Z0-9]{2,4}$' }), name: Type.String() },
  { additionalProperties: false },
)

const flightFacts = {
  id: Id('flight'),
  number: Type.String({ description: 'Carrier code and number, as in `SK 201`' }),
  carrier: Carrier,
  from: Airport,
  to: Airport,
  departsAt: Type.String({ description: 'ISO 8601 with the offset of the origin' }),
  departsAtUtc: Type.String(),
  arrivesAt: Type.String({ description: 'ISO 8601 with the offset of the destination' }),
  arrivesAtUtc: Type.String(),
  durationMinutes: Type.Integer(),
  aircraft: Aircraft,
  status: FlightStatus,
  gate: Type.Optional(Type.String()),
}

/** A flight as `GET /flights/{id}` shows it. */
export const Flight = Type.Object({ ...flightFacts, fares: Type.Array(Fare) }, { additionalProperties: false })
export type Flight = Static<typeof Flight>

/** The full state of a flight that events carry: whatever a service needs to sell, show or describe it. */
export const FlightState = Type.Object(
  {
    ...flightFacts,
    operatorId: Type.String(),
    currency: Currency,
    layout: Layout,
    fares: Type.Array(FareState),
    /** Surcharge in minor units of `currency` for a seat with the feature; a seat costs the dearest of its features. */
    surcharges: Type.Array(
      Type.Object({ feature: SeatFeature, amountMinor: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
    ),
    /** Why the flight was cancelled, in the airline's words to its passengers. */
    cancellationReason: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)
export type FlightState = Static<typeof FlightState>

/** What a flight says of itself on a ticket, in an e-mail, in a booking. */
export const FlightBrief = Type.Object(
  {
    id: Id('flight'),
    number: Type.String(),
    carrier: Carrier,
    from: Airport,
    to: Airport,
    departsAt: Type.String(),
    departsAtUtc: Type.String(),
    arrivesAt: Type.String(),
    arrivesAtUtc: Type.String(),
    status: FlightStatus,
  },
  { additionalProperties: false },
)
export type FlightBrief = Static<typeof FlightBrief>
