import { randomUUID } from 'node:crypto'
import { type Bench, ratio, type Report, startService } from './bench.ts'
import { measure, type Target } from './load.ts'
import { freePort, startProgram } from './programs.ts'
import { listFlights } from './flights-on-sale.ts'

/** Enough for twenty seconds at five thousand a second, warm-up and all. */
const SEATS = 120_000
const PLAIN_FLIGHTS = 150
const PLAIN_SEATS_PER_FLIGHT = 200
/** So many that no user's number of live holds slows his next one down. */
const USERS = 500

export interface Seat {
  flightId: string
  fare: string
  designator: string
}

/** One seat a request, each asked for once, straight to a bookings process; beside a plain Sequelize transaction behind express on the same database. */
export async function benchHolds(bench: Bench): Promise<Report> {
  const flights = await startService(bench, { name: 'flights' })
  const bookings = await startService(bench, {
    name: 'bookings',
    env: { FLIGHTS_URL: flights.url, HOLDS_PER_USER_MAX: '1000', HOLD_TTL_SECONDS: '3600', HOLD_LIFE_MAX_SECONDS: '7200' },
  })
  const seats = await listSeats(flights.url, bookings.url)
  // From here on it would only take the processor from the others.
  await flights.stop()
  const port = await freePort()
  const plain = bench.stopLater(
    await startProgram({
      file: 'tools/bench/src/references/plain-holds.ts',
      port,
      env: { PORT: String(port), DATABASE_URL: await bench.databases.create('plain'), FLIGHTS: String(PLAIN_FLIGHTS) },
    }),
  )
  const figures = await measure([holdTarget(bench, bookings.url, seats), plainTarget(plain.url)], bench.seconds)
  const [ours, reference] = figures
  return {
    title: 'holds, one seat each, uncontended',
    figures,
    ratios: [`bookings / plain Sequelize transaction: ${ratio(ours, reference)} ×`],
  }
}

export function holdTarget({ issuer }: Bench, url: string, seats: Seat[]): Target {
  const tokens = Array.from({ length: USERS }, (_, i) => `Bearer ${issuer.tokenOf(`usr_bench${i}`)}`)
  let sent = 0
  return {
    name: 'bookings: POST /holds (token, key, audit, outbox)',
    url,
    request() {
      const { flightId, fare, designator } = take(seats)
      sent += 1
      return {
        method: 'POST',
        path: '/api/v1/holds',
        headers: { authorization: tokens[sent % USERS] ?? '', 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
        body: JSON.stringify({ flights: [{ flightId, fare, seats: [designator] }] }),
      }
    },
  }
}

function plainTarget(url: string): Target {
  let sent = 0
  return {
    name: 'express + plain Sequelize transaction',
    url,
    request() {
      const flightId = `f${sent % PLAIN_FLIGHTS}`
      const designator = `s${Math.floor(sent / PLAIN_FLIGHTS) % PLAIN_SEATS_PER_FLIGHT}`
      sent += 1
      return {
        method: 'POST',
        path: '/holds',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ flightId, designator, userId: `u${sent % USERS}` }),
      }
    },
  }
}

function take(seats: Seat[]): Seat {
  const seat = seats.pop()
  if (!seat) throw new Error(`All ${SEATS} seats of the measurement are taken; give it more, or less time.`)
  return seat
}

interface SeatMap {
  cabins: { cabin: string; rows: { seats: { designator: string; status: string }[] }[] }[]
}

/** Seats that can be had on a bookings process, with neighbours of the list on different flights. */
export async function listSeats(flightsUrl: string, bookingsUrl: string): Promise<Seat[]> {
  const seats: Seat[] = []
  for await (const { id, fares } of listFlights(flightsUrl)) {
    const fare = fares[0]
    if (!fare) continue
    const response = await fetch(`${bookingsUrl}/api/v1/flights/${id}/seat-map`)
    if (!response.ok) throw new Error(`The seat map of ${id} was answered ${response.status}.`)
    const map = (await response.json()) as SeatMap
    const rows = map.cabins.filter(({ cabin }) => cabin === fare.cabin).flatMap((cabin) => cabin.rows)
    for (const { designator, status } of rows.flatMap((row) => row.seats))
      if (status === 'available') seats.push({ flightId: id, fare: fare.code, designator })
    if (seats.length >= SEATS) return spread(seats)
  }
  return spread(seats)
}

/** Neighbours in the list are on different flights, as they are when many people buy. */
function spread(seats: Seat[]): Seat[] {
  const step = 9_973
  return seats.length % step === 0 ? seats : seats.map((_, i) => seats[(i * step) % seats.length]).filter((seat) => seat !== undefined)
}
