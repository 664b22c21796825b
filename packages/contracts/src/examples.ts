import type { Booking, Cancellation, FoundBooking, Hold, Payment, SeatMap } from './bookings.ts'
import type { Airport, Flight, FlightBrief } from './flights.ts'
import type { Account, RecoveryCodes, SecondFactor, SecondFactorSecret, SessionItem, Tokens, User } from './identity.ts'
import type { Money } from './money.ts'
import type { CookieSession, CsrfToken, PlaceInLine } from './site.ts'
import type { Refund } from './refunds.ts'

const inr = (amountMinor: number): Money => ({ amountMinor, currency: 'INR' })

const DELHI: Airport = {
  iata: 'DEL',
  name: 'Indira Gandhi International Airport',
  city: 'Delhi',
  country: 'IN',
  timeZone: 'Asia/Kolkata',
  latitude: 28.5665,
  longitude: 77.1031,
}
const MUMBAI: Airport = {
  iata: 'BOM',
  name: 'Chhatrapati Shivaji Maharaj International Airport',
  city: 'Mumbai',
  country: 'IN',
  timeZone: 'Asia/Kolkata',
  latitude: 19.0887,
  longitude: 72.8679,
}
const BRIEF: FlightBrief = {
  id: 'flt_2VfUX7',
  number: 'SK 201',
  carrier: { code: 'SK', name: 'Skyhold Air' },
  from: DELHI,
  to: MUMBAI,
  departsAt: '2026-12-14T07:10:00+05:30',
  departsAtUtc: '2026-12-14T01:40:00.000Z',
  arrivesAt: '2026-12-14T09:25:00+05:30',
  arrivesAtUtc: '2026-12-14T03:55:00.000Z',
  status: 'scheduled',
}
const FLIGHT: Flight = {
  ...BRIEF,
  durationMinutes: 135,
  aircraft: { code: '32N', name: 'Airbus A320neo' },
  fares: [
    {
      code: 'ECOFLEX',
      cabin: 'economy',
      brand: 'Economy Flex',
      price: inr(617_250),
      refundable: true,
      changeable: true,
      baggageKg: 20,
      seatsLeft: 41,
    },
  ],
}
const SEAT_MAP: SeatMap = {
  flightId: FLIGHT.id,
  version: '3f9c',
  cabins: [
    {
      cabin: 'economy',
      layout: 'ABC DEF',
      rows: [
        {
          row: 12,
          seats: [
            { designator: '12A', status: 'available', features: ['window', 'exit_row'], surcharge: inr(80_000) },
            { designator: '12B', status: 'held', features: ['middle', 'exit_row'], surcharge: inr(80_000) },
          ],
        },
      ],
    },
  ],
}

const SEATS = [
  { designator: '12A', price: inr(697_250) },
  { designator: '12B', price: inr(697_250) },
]
const TOTAL = inr(1_394_500)
const HOLD: Hold = {
  id: 'hld_7Kq2Rm',
  status: 'active',
  expiresAt: '2026-11-30T09:25:00.000Z',
  expiresInSeconds: 600,
  total: TOTAL,
  flights: [{ flightId: FLIGHT.id, fare: 'ECOFLEX', seats: SEATS }],
}
const PAYMENT: Payment = {
  id: 'pay_5Tn8Qw',
  bookingId: 'bkg_9Xc4Lp',
  status: 'captured',
  amount: TOTAL,
  createdAt: '2026-11-30T09:18:30.000Z',
}
const REFUND: Refund = {
  id: 'rfd_3Bv6Hd',
  paymentId: PAYMENT.id,
  amount: inr(250_000),
  status: 'succeeded',
  reason: 'A broken seat',
}
const BOOKING: Booking = {
  id: PAYMENT.bookingId,
  reference: 'XK7R2B',
  status: 'confirmed',
  holdId: HOLD.id,
  createdAt: '2026-11-30T09:17:04.000Z',
  total: TOTAL,
  flights: [{ flight: BRIEF, fare: 'ECOFLEX', seats: SEATS }],
  passengers: [
    {
      id: 'pax_1Dz9Fg',
      givenNames: 'Asha',
      familyName: 'Rao',
      type: 'adult',
      seats: ['12A'],
      tickets: [{ number: '999-2400000017', flightId: FLIGHT.id, seat: '12A' }],
    },
    {
      id: 'pax_4Jm2Ks',
      givenNames: 'Ravi',
      familyName: 'Rao',
      type: 'child',
      bornOn: '2019-05-04',
      seats: ['12B'],
      tickets: [{ number: '999-2400000018', flightId: FLIGHT.id, seat: '12B' }],
    },
  ],
  contact: { email: 'asha@example.com', phone: '+91 22 5550 0100' },
  payments: [PAYMENT],
  refunds: [],
  availableActions: ['cancel', 'download_tickets'],
}
/** Whoever looks a booking up is not told where its owner is reached. */
const { contact: _, ...FOUND } = BOOKING
const FOUND_BOOKING: FoundBooking = { booking: FOUND, accessToken: 'bkt_…' }
const CANCELLATION: Cancellation = {
  id: 'cxl_8Gr5Wy',
  bookingId: BOOKING.id,
  status: 'quoted',
  refund: inr(1_194_500),
  fee: inr(200_000),
  expiresAt: '2026-12-01T10:10:00.000Z',
}

const USER: User = { id: 'usr_6Ph3Nc', email: 'asha@example.com', givenNames: 'Asha', familyName: 'Rao', roles: ['customer'] }
const ACCOUNT: Account = { ...USER, emailVerified: true }
const TOKENS: Tokens = { accessToken: 'eyJhbGciOiJFZERTQSJ9.…', tokenType: 'Bearer', expiresInSeconds: 600, refreshToken: 'rft_…' }
const SESSION: SessionItem = {
  id: 'ses_2Wk7Rv',
  createdAt: '2026-11-30T09:10:00.000Z',
  lastUsedAt: '2026-11-30T09:18:30.000Z',
  expiresAt: '2026-12-30T09:10:00.000Z',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  address: '203.0.113.7',
  current: true,
}
const CSRF_TOKEN: CsrfToken = { csrfToken: 'Zk1c…' }
const COOKIE_SESSION: CookieSession = { expiresInSeconds: 600, csrfToken: 'Zk1c…' }
const SECOND_FACTOR: SecondFactor = { status: 'active', recoveryCodesLeft: 10 }
const SECOND_FACTOR_SECRET: SecondFactorSecret = {
  secret: 'JBSWY3DPEHPK3PXP',
  otpauthUri: 'otpauth://totp/Skyhold:asha%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Skyhold',
}
const RECOVERY_CODES: RecoveryCodes = { recoveryCodes: ['k7q2-m9xd-4fhp', 'w3zt-8nrc-5bvj'] }
const PLACE_IN_LINE: PlaceInLine = {
  place: 'plc_…',
  flightId: FLIGHT.id,
  position: 120,
  admittedInSeconds: 90,
  lapsesAt: '2026-11-30T09:45:00.000Z',
}

/** An answer of each kind that a passenger's program gets, by the name of its schema; a page of a kind has the one. All of them tell of the same journey. */
export const ANSWER_EXAMPLES = {
  Airport: DELHI,
  Flight: FLIGHT,
  SeatMap: SEAT_MAP,
  Hold: HOLD,
  Booking: BOOKING,
  FoundBooking: FOUND_BOOKING,
  Payment: PAYMENT,
  Refund: REFUND,
  Cancellation: CANCELLATION,
  User: USER,
  Account: ACCOUNT,
  Tokens: TOKENS,
  SessionItem: SESSION,
  CookieSession: COOKIE_SESSION,
  CsrfToken: CSRF_TOKEN,
  SecondFactor: SECOND_FACTOR,
  SecondFactorSecret: SECOND_FACTOR_SECRET,
  RecoveryCodes: RECOVERY_CODES,
  PlaceInLine: PLACE_IN_LINE,
} as const
