import { describe, expect, test } from 'vitest'
import { cancellability, GRACE_MS, honoured, offerOf } from '../../src/domain/cancellation.ts'
import { type SellableFlight, sellableFlight, type SoldFlight } from '../../src/domain/flight.ts'
import { fareOf, type FlightChange, sampleFlight } from '../support/sample-flights.ts'

const NOW_MS = Date.now()
const LONG_AGO_MS = NOW_MS - GRACE_MS
const JUST_NOW_MS = NOW_MS - GRACE_MS + 1

/** A flight with one seat of it in the booking, at 100.00. */
function booked(change: FlightChange & { refundable?: boolean } = {}): { flight: SellableFlight; held: SoldFlight } {
  const { refundable = false, ...flightChange } = change
  const flight = sellableFlight(sampleFlight({ fares: [fareOf({ refundable })], ...flightChange }), 1)
  return {
    flight,
    held: { flightId: flight.id, fare: 'ECOLIGHT', seats: [{ designator: '1A', price: { amountMinor: 10_000, currency: 'EUR' } }] },
  }
}
const tripOf = (...parts: ReturnType<typeof booked>[]) => ({
  flights: parts.map(({ held }) => held),
  catalog: new Map(parts.map(({ flight }) => [flight.id, flight])),
  nowMs: NOW_MS,
})

describe('what goes back', () => {
  test('unpaid — is nothing, and nothing is kept', () => {
    expect(offerOf(tripOf(booked()), null)).toEqual({ refundMinor: 0, feeMinor: 0 })
  })

  test('within a day of the payment — is all that is left, whatever the fare', () => {
    expect(offerOf(tripOf(booked()), { capturedAtMs: JUST_NOW_MS, leftMinor: 7_000 })).toEqual({ refundMinor: 7_000, feeMinor: 0 })
  })

  test('a day after the payment, to the millisecond — is the refundable part of the trip, and the rest is the fee', () => {
    const trip = tripOf(booked({ refundable: true }), booked())
    expect(offerOf(trip, { capturedAtMs: LONG_AGO_MS, leftMinor: 20_000 })).toEqual({ refundMinor: 10_000, feeMinor: 10_000 })
  })

  test('of a fare that has changed since, or is not sold any more — is what was sold', () => {
    const paid = { capturedAtMs: LONG_AGO_MS, leftMinor: 30_000 }
    const [changed, gone, worse] = [booked(), booked({ refundable: true, fares: [] }), booked({ refundable: true })]
    const trip = tripOf(
      { ...changed, held: { ...changed.held, refundable: true } },
      { ...gone, held: { ...gone.held, refundable: true } },
      { ...worse, held: { ...worse.held, refundable: false } },
    )
    expect(offerOf(trip, paid)).toEqual({ refundMinor: 20_000, feeMinor: 10_000 })
  })

  test('of a hold that has not kept its rule — goes by the fare of today, and is nothing where there is none', () => {
    const trip = tripOf(booked({ refundable: true }), booked({ refundable: true, fares: [] }))
    expect(offerOf(trip, { capturedAtMs: LONG_AGO_MS, leftMinor: 20_000 })).toEqual({ refundMinor: 10_000, feeMinor: 10_000 })
  })

  test('after a part has gone back — is never more than what is left', () => {
    const trip = tripOf(booked({ refundable: true }), booked())
    expect(offerOf(trip, { capturedAtMs: LONG_AGO_MS, leftMinor: 4_000 })).toEqual({ refundMinor: 4_000, feeMinor: 0 })
  })

  test('when a flight of the trip does not fly — is everything', () => {
    const trip = tripOf(booked(), booked({ status: 'cancelled' }))
    expect(offerOf(trip, { capturedAtMs: LONG_AGO_MS, leftMinor: 20_000 })).toEqual({ refundMinor: 20_000, feeMinor: 0 })
  })

  test.each([
    ['less by now', { refundMinor: 0, feeMinor: 100 }, { refundMinor: 100, feeMinor: 0 }],
    ['more by now', { refundMinor: 100, feeMinor: 0 }, { refundMinor: 100, feeMinor: 0 }],
    ['less left by now', { refundMinor: 0, feeMinor: 30 }, { refundMinor: 30, feeMinor: 0 }],
  ])('a quote of 80 — the rules giving %s — is honoured with the better of both', (_words, present, expected) => {
    const quoted = { refundMinor: present.feeMinor === 100 ? 100 : 80, feeMinor: 20 }
    expect(honoured(quoted, present)).toEqual(expected)
  })
})

describe('a booking', () => {
  test.each([
    ['awaiting_payment', 'yes'],
    ['confirmed', 'yes'],
    ['payment_processing', 'busy'],
    ['attention', 'busy'],
    ['cancellation_pending', 'no'],
    ['cancelled', 'no'],
    ['expired', 'no'],
  ] as const)('%s, before its flight leaves — can be cancelled: %s', (status, expected) => {
    expect(cancellability({ ...tripOf(booked()), status })).toBe(expected)
  })

  test('confirmed — whose first flight has left — cannot be cancelled, however far the second is', () => {
    const trip = tripOf(booked({ departsInHours: 48 }), booked({ departsInHours: -1 }))
    expect(cancellability({ ...trip, status: 'confirmed' })).toBe('no')
  })

  test('confirmed — whose first flight was cancelled and would have left — can still be cancelled', () => {
    const trip = tripOf(booked({ departsInHours: -1, status: 'cancelled' }), booked({ departsInHours: 48 }))
    expect(cancellability({ ...trip, status: 'confirmed' })).toBe('yes')
  })
})
