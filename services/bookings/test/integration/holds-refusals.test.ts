import { databases } from '@skyhold/testkit'
import type { FlightState } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import type { RunningBookings } from '../support/running-bookings.ts'
import { BUSINESS, ECONOMY, fareOf } from '../support/sample-flights.ts'
import { holdBody } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

type Flights = Record<'normal' | 'other' | 'dollars' | 'cancelled' | 'closing' | 'mixed', FlightState>

async function addFlights(bookings: RunningBookings): Promise<Flights> {
  const dollars = fareOf({ price: { amountMinor: 11_000, currency: 'USD' } })
  return {
    normal: await bookings.addFlight(),
    other: await bookings.addFlight(),
    dollars: await bookings.addFlight({ currency: 'USD', fares: [dollars] }),
    cancelled: await bookings.addFlight({ status: 'cancelled' }),
    closing: await bookings.addFlight({ departsInHours: 0.9 }),
    mixed: await bookings.addFlight({ layout: { cabins: [BUSINESS, { ...ECONOMY, firstRow: 4 }] } }),
  }
}

const both = (one: FlightState, other: FlightState, seats: string[] = ['1A']) => ({
  flights: [...holdBody(one, ['1A']).flights, ...holdBody(other, seats).flights],
})

interface Case {
  what: string
  body: (flights: Flights) => unknown
  status: number
  code: string
  pointer?: string
}

const CASES: Case[] = [
  {
    what: 'a flight that does not exist',
    body: () => ({ flights: [{ flightId: 'flt_nowhere', fare: 'ECOLIGHT', seats: ['1A'] }] }),
    status: 404,
    code: 'flight_not_found',
  },
  { what: 'a cancelled flight', body: ({ cancelled }) => holdBody(cancelled, ['1A']), status: 409, code: 'flight_not_on_sale' },
  { what: 'a flight about to leave', body: ({ closing }) => holdBody(closing, ['1A']), status: 409, code: 'flight_not_on_sale' },
  { what: 'two currencies', body: ({ normal, dollars }) => both(normal, dollars), status: 422, code: 'mixed_currencies' },
  {
    what: 'a seat the aircraft lacks',
    body: ({ normal }) => holdBody(normal, ['1A', '31A']),
    status: 400,
    code: 'no_such_seat',
    pointer: '/flights/0/seats/1',
  },
  {
    what: 'a seat twice',
    body: ({ normal }) => holdBody(normal, ['1A', '1A']),
    status: 400,
    code: 'duplicate_seat',
    pointer: '/flights/0/seats',
  },
  {
    what: 'a flight twice',
    body: ({ normal }) => both(normal, normal, ['1B']),
    status: 400,
    code: 'duplicate_flight',
    pointer: '/flights/1/flightId',
  },
  {
    what: 'a seat of another cabin than the fare',
    body: ({ mixed }) => holdBody(mixed, ['4A', '1A']),
    status: 400,
    code: 'fare_cabin_mismatch',
    pointer: '/flights/0/seats/1',
  },
  {
    what: 'an unknown fare',
    body: ({ normal }) => holdBody(normal, ['1A'], 'NOSUCH'),
    status: 400,
    code: 'invalid_request',
    pointer: '/flights/0/fare',
  },
  {
    what: 'unequal numbers of seats',
    body: ({ normal, other }) => both(normal, other, ['1A', '1B']),
    status: 400,
    code: 'invalid_request',
    pointer: '/flights/1/seats',
  },
  {
    what: 'ten seats on a flight',
    body: ({ normal }) =>
      holdBody(
        normal,
        Array.from({ length: 10 }, () => null),
      ),
    status: 400,
    code: 'invalid_request',
    pointer: '/flights/0/seats',
  },
  { what: 'no seat', body: ({ normal }) => holdBody(normal, []), status: 400, code: 'invalid_request', pointer: '/flights/0/seats' },
  {
    what: 'seven flights',
    body: () => ({ flights: Array.from({ length: 7 }, (_, i) => ({ flightId: `flt_${i}`, fare: 'ECOLIGHT', seats: ['1A'] })) }),
    status: 400,
    code: 'invalid_request',
    pointer: '/flights',
  },
  {
    what: 'a seat that is no designator',
    body: ({ normal }) => holdBody(normal, ["1A' OR 1=1"]),
    status: 400,
    code: 'invalid_request',
    pointer: '/flights/0/seats/0',
  },
  {
    what: 'an unknown member',
    body: ({ normal }) => ({ ...holdBody(normal, ['1A']), price: 1 }),
    status: 400,
    code: 'invalid_request',
    pointer: '/price',
  },
]

describe.each(databases())('refused holds on $name', ({ create }) => {
  const running = useBookings(create)
  let added: Promise<Flights> | undefined
  const flights = () => (added ??= addFlights(only(running)))

  test.each(CASES)('a hold — $what — is $status $code', async ({ body, status, code, pointer }) => {
    const reply = await only(running)
      .asUser('ada')
      .post('/holds', body(await flights()))
    expect([reply.status, reply.body.code], JSON.stringify(reply.body)).toEqual([status, code])
    expect(reply.headers.get('content-type')).toMatch('application/problem+json')
    if (pointer !== undefined) expect(reply.body.errors?.map((error) => error.pointer)).toContain(pointer)
  })

  test('a hold — without a key, or with one that is no key — is 400 and takes nothing', async () => {
    const ada = only(running).asUser('ada')
    const body = holdBody((await flights()).other, ['30F'])
    expect((await ada.post('/holds', body, { key: null })).body).toMatchObject({ code: 'idempotency_key_required' })
    expect((await ada.post('/holds', body, { key: 'x'.repeat(256) })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/headers/idempotency-key' }],
    })
    expect((await only(running).asUser('bea').post('/holds', body)).status).toBe(201)
  })

  test('a hold — of nobody — is 401', async () => {
    expect(
      await only(running)
        .asNobody()
        .post('/holds', holdBody((await flights()).normal, ['1A'])),
    ).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    })
  })
})
