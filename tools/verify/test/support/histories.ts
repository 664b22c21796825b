import type { Booking, Hold, Payment, Refund, SeatMap } from '@skyhold/contracts'
import type { Person } from '../../src/history/events.ts'
import type { Call, FaultSpan, History } from '../../src/history/history.ts'
import type { Charge, Mail, Observations } from '../../src/observe/observations.ts'

export const ADA: Person = { name: 'p01', email: 'verify.zqada@example.com', canary: 'zqada' }
export const BEA: Person = { name: 'p02', email: 'verify.zqbea@example.com', canary: 'zqbea' }
export const FLIGHT = 'flt_1'

const INR = (amountMinor: number) => ({ amountMinor, currency: 'INR' })
let calls = 0

/** A call that was answered 200 to nobody in particular, unless told. */
export function callOf({
  status = 200,
  body = null,
  isReplayed = false,
  hasRetryAfter = false,
  isLost = false,
  sent = null,
  ...rest
}: CallWish): Call {
  calls += 1
  const startedAtMs = rest.startedAtMs ?? calls * 1000
  return {
    id: calls,
    user: ADA.name,
    operation: 'read booking',
    method: 'GET',
    path: '/bookings/bkg_1',
    key: null,
    body: sent,
    startedAtMs,
    endedAtMs: startedAtMs + 50,
    answer: isLost ? null : { status, body, isReplayed, hasRetryAfter },
    lostBecause: isLost ? 'ECONNRESET' : null,
    ...rest,
  }
}

type CallWish = Partial<Omit<Call, 'answer' | 'body'>> & {
  status?: number
  /** Of the answer. */
  body?: unknown
  /** The request's. */
  sent?: unknown
  isReplayed?: boolean
  hasRetryAfter?: boolean
  isLost?: boolean
}

export const historyWith = (list: readonly Call[], faults: readonly FaultSpan[] = []): History => ({
  run: { kind: 'run', atMs: 0, seed: 'test', users: [ADA, BEA], flightIds: [FLIGHT], isPrivate: true, holdsPerUserMax: 3 },
  calls: [...list],
  faults: [...faults],
})

export const observationsWith = (change: Partial<Observations> = {}): Observations => ({
  bookings: [],
  holds: [],
  seatMaps: [],
  observedAtMs: 1_000_000,
  ledger: [],
  mails: [],
  mailCopies: 0,
  integrity: [],
  unsettled: [],
  settledAfterMs: 1000,
  outboxes: [],
  memory: [],
  leakingLogLines: [],
  ...change,
})

export const holdOf = (change: Partial<Hold> & { seat?: string } = {}): Hold => {
  const { seat = '12A', ...rest } = change
  return {
    id: 'hld_1',
    status: 'active',
    expiresAt: new Date(60_000).toISOString(),
    expiresInSeconds: 60,
    total: INR(1000),
    flights: [{ flightId: FLIGHT, fare: 'ECO', seats: [{ designator: seat, price: INR(1000) }] }],
    ...rest,
  }
}

export const paymentOf = (change: Partial<Payment> = {}): Payment => ({
  id: 'pay_1',
  bookingId: 'bkg_1',
  status: 'captured',
  amount: INR(1000),
  createdAt: new Date(0).toISOString(),
  ...change,
})

export const refundOf = (change: Partial<Refund> = {}): Refund => ({
  id: 'rfd_1',
  paymentId: 'pay_1',
  amount: INR(1000),
  status: 'succeeded',
  reason: 'cancelled',
  ...change,
})

/** Confirmed and paid, on seat 12A, unless told. */
export function bookingOf(change: Partial<Booking> & { seat?: string } = {}): Booking {
  const { seat = '12A', ...rest } = change
  const airport = { iata: 'DEL', name: 'Delhi', city: 'Delhi', country: 'IN', timeZone: 'Asia/Kolkata', latitude: 0, longitude: 0 }
  const at = new Date(0).toISOString()
  return {
    id: 'bkg_1',
    reference: 'BCDFGH',
    status: 'confirmed',
    holdId: 'hld_1',
    createdAt: at,
    total: INR(1000),
    flights: [
      {
        flight: {
          id: FLIGHT,
          number: 'SK 1',
          carrier: { code: 'SK', name: 'Skyhold' },
          from: airport,
          to: airport,
          departsAt: at,
          departsAtUtc: at,
          arrivesAt: at,
          arrivesAtUtc: at,
          status: 'scheduled',
        },
        fare: 'ECO',
        seats: [{ designator: seat, price: INR(1000) }],
      },
    ],
    passengers: [
      {
        id: 'psg_1',
        givenNames: 'Vera',
        familyName: 'Zqada',
        type: 'adult',
        seats: [seat],
        tickets: [{ number: '9990000000001', flightId: FLIGHT, seat }],
      },
    ],
    contact: { email: ADA.email },
    payments: [paymentOf({ bookingId: change.id ?? 'bkg_1' })],
    refunds: [],
    availableActions: [],
    ...rest,
  }
}

export const chargeOf = (change: Partial<Charge> = {}): Charge => ({
  id: 'ch_1',
  paymentIntent: 'pi_1',
  amountMinor: 1000,
  currency: 'INR',
  refundedMinor: 0,
  status: 'succeeded',
  metadata: { bookingId: 'bkg_1', paymentId: 'pay_1' },
  ...change,
})

/** All that an e-mail about a booking on 12A may have to say. */
const TEXT = 'Dear Vera Zqada, booking BCDFGH, SK 1, seat 12A, ticket 9990000000001, INR 10.00'

export function mailOf({
  template = 'booking-confirmed',
  eventId = 'evt_1',
  reference = 'BCDFGH',
  ...change
}: Partial<Mail> & { template?: string; eventId?: string; reference?: string } = {}): Mail {
  return {
    to: ADA.email,
    subject: 'Your flight',
    headers: { 'message-id': `<${eventId}.${template}@skyhold.example>`, 'x-skyhold-event-id': eventId, 'x-skyhold-booking': reference },
    text: TEXT.replace('BCDFGH', reference),
    html: `<p>${reference}</p>`,
    attachments: [
      { contentType: 'application/pdf', size: 1 },
      { contentType: 'text/calendar; charset=utf-8', size: 1 },
    ],
    ...change,
  }
}

export const seatMapOf = (statuses: Readonly<Record<string, 'available' | 'held' | 'sold' | 'blocked'>>): SeatMap => ({
  flightId: FLIGHT,
  version: '1',
  cabins: [
    {
      cabin: 'economy',
      layout: 'ABC',
      rows: [
        {
          row: 12,
          seats: Object.entries(statuses).map(([designator, status]) => ({ designator, status, features: [], surcharge: INR(0) })),
        },
      ],
    },
  ],
})

/** A sale in good order, seen from everywhere. */
export const soundObservations = (): Observations =>
  observationsWith({
    bookings: [{ user: ADA.name, booking: bookingOf() }],
    holds: [{ user: ADA.name, id: 'hld_1', atMs: 900_000, hold: holdOf({ status: 'consumed' }) }],
    seatMaps: [seatMapOf({ '12A': 'sold', '12B': 'available' })],
    ledger: [chargeOf()],
    mails: [mailOf()],
    integrity: [
      { service: 'bookings', name: 'I6.outbox', violations: 0, sample: [] },
      { service: 'bookings', name: 'I7.paths', violations: 0, sample: [] },
    ],
  })
