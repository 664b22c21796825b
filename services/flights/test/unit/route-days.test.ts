import type { Flight } from '@skyhold/contracts'
import { expect, test } from 'vitest'
import type { FlightRecord } from '../../src/domain/flight.ts'
import type { FlightWithAvailability } from '../../src/repositories/flight.ts'
import { ReferenceBook } from '../../src/services/reference-book.ts'
import { RouteDays } from '../../src/services/route-days.ts'

const DAY = { from: 'DEL', to: 'BOM', date: '2026-12-01' }
const place = { name: '', city: '', country: 'IN', timeZone: 'Asia/Kolkata', latitude: 0, longitude: 0 }
const record: FlightRecord = {
  id: 'flt_1',
  operatorId: 'opr_1',
  version: 1,
  scheduleId: null,
  operatingDate: DAY.date,
  carrierCode: 'D1',
  flightNumber: 1,
  origin: DAY.from,
  destination: DAY.to,
  localDate: DAY.date,
  departsAtUtcMs: 0,
  arrivesAtUtcMs: 60_000,
  departsAt: '',
  arrivesAt: '',
  aircraftCode: 'A20N',
  status: 'scheduled',
  gate: null,
  cancellationReason: null,
  currency: 'INR',
  fares: [],
  surcharges: [],
}

async function knownPlaces(): Promise<ReferenceBook> {
  const reference = new ReferenceBook({
    listAirports: async () => [
      { ...place, iata: 'DEL' },
      { ...place, iata: 'BOM' },
    ],
    listAircraft: async () => [{ code: 'A20N', name: '', layout: { cabins: [] }, seatsByCabin: new Map() }],
    listCarriers: async () => [{ code: 'D1', name: '', currency: 'INR', operatorId: 'opr_1' }],
  })
  await reference.load()
  return reference
}

async function setUp() {
  const reads: ((found: FlightWithAvailability[]) => void)[] = []
  const clock = { nowMs: 0 }
  // Each read waits until the test answers it, so that a change can come in between.
  const flights = { listRouteDay: () => new Promise<FlightWithAvailability[]>((resolve) => reads.push(resolve)) }
  const routeDays = new RouteDays({ flights, reference: await knownPlaces(), now: () => clock.nowMs })
  const gateOf = async (offers: ReturnType<RouteDays['get']>): Promise<Flight['gate'][]> => (await offers).map((offer) => offer.facts.gate)
  return {
    routeDays,
    clock,
    gateOf,
    reads,
    answer: (i: number, gate: string | null = null) => reads[i]?.([{ record: { ...record, gate }, stored: null }]),
  }
}

test('a day — asked by many at once and again within a second — is read once', async () => {
  const { routeDays, clock, reads, answer } = await setUp()
  const asked = [routeDays.get(DAY), routeDays.get(DAY)]
  answer(0)
  await Promise.all(asked)
  clock.nowMs = 999
  await routeDays.get(DAY)
  expect(reads).toHaveLength(1)
})

test('a day — a second later — is read again', async () => {
  const { routeDays, clock, gateOf, reads, answer } = await setUp()
  const first = routeDays.get(DAY)
  answer(0)
  await first
  clock.nowMs = 1000
  const second = routeDays.get(DAY)
  answer(1, 'B2')
  expect(await gateOf(second)).toEqual(['B2'])
  expect(reads).toHaveLength(2)
})

test('a changed flight — of a day that is remembered — has its day read again', async () => {
  const { routeDays, gateOf, answer } = await setUp()
  const first = routeDays.get(DAY)
  answer(0)
  await first
  routeDays.forget('flt_1')
  const second = routeDays.get(DAY)
  answer(1, 'B2')
  expect(await gateOf(second)).toEqual(['B2'])
})

test('a flight changed — while its day was being read — does not leave the old state behind', async () => {
  const { routeDays, gateOf, answer } = await setUp()
  const first = routeDays.get(DAY)
  routeDays.forget('flt_1')
  answer(0)
  await first
  const second = routeDays.get(DAY)
  answer(1, 'B2')
  expect(await gateOf(second)).toEqual(['B2'])
})

test('a read that failed — the next time — is tried again', async () => {
  let reads = 0
  const flights = {
    async listRouteDay() {
      reads += 1
      throw new Error('the database is away')
    },
  }
  const routeDays = new RouteDays({ flights, reference: await knownPlaces(), now: () => 0 })
  await expect(routeDays.get(DAY)).rejects.toThrow('away')
  await expect(routeDays.get(DAY)).rejects.toThrow('away')
  expect(reads).toBe(2)
})
