import type { FlightState, Role } from '@skyhold/contracts'
import type { Environment, Service } from '@skyhold/platform'
import { type SaidEvent, standInProducer, type Tables, tempDir } from '@skyhold/testkit'
import { createBookings } from '../../src/app.ts'
import { bookingsSettings } from '../../src/config.ts'
import type { Parts } from '../../src/services/parts.ts'
import { type Client, clientOf, testVerifier } from './api-client.ts'
import { type FlightChange, sampleFlight } from './sample-flights.ts'

/** A database that another test of bookings has left is as good as a new one. */
export const TABLES: Tables = { service: 'bookings', keeping: ['counters'] }

export interface BookingsOptions {
  databaseUrl: string
  /** Beside the quiet defaults: no job runs by itself unless its period is set here. */
  settings?: Environment
  /** Puts other parts in the place of the wired ones. */
  replace?: (parts: Parts) => Partial<Parts>
}

export interface RunningBookings {
  service: Service
  url: string
  /** What the service works with, replaced parts included. */
  parts: Parts
  asUser(name: string, roles?: readonly Role[]): Client
  /** Without a token. */
  asNobody(): Client
  addFlight(change?: FlightChange): Promise<FlightState>
  /** What the flights service claims to have published. */
  saidByFlights: SaidEvent[]
  close(): Promise<void>
}

/** The bookings service over a database of the test's own, with nobody beside it: users are signed here and flights are written into its copy. */
export async function startBookings({ databaseUrl, settings = {}, replace }: BookingsOptions): Promise<RunningBookings> {
  // As the flights service answers when it has no flights: the copy has nothing to catch up with.
  const flights = await standInProducer({ count: 0, sequenceSum: 0, sinceMs: 0 })
  const captured: { parts?: Parts } = {}
  const service = createBookings(
    bookingsSettings({
      DATA_DIR: tempDir('bookings'),
      DATABASE_URL: databaseUrl,
      BROKER_URL: 'memory:',
      LOG_LEVEL: 'silent',
      FLIGHTS_URL: flights.url,
      // Nobody listens there: a test that pays starts the simulator and says where.
      PAYMENTS_URL: 'http://127.0.0.1:9',
      EXPIRY_EVERY_SECONDS: '3600',
      RECOVERY_EVERY_SECONDS: '3600',
      CANCEL_FLIGHTS_EVERY_SECONDS: '3600',
      ...settings,
    }),
    {
      port: 0,
      verifier: testVerifier,
      jobsStartLate: true,
      replace: (wired) => {
        const replaced = replace?.(wired) ?? {}
        captured.parts = { ...wired, ...replaced }
        return replaced
      },
    },
  )
  await service.listen()
  await service.started
  const { parts } = captured
  if (!parts) throw new Error('the service was wired without its parts')
  let sequence = 0
  return {
    service,
    url: service.url,
    parts,
    asUser: (name, roles) => clientOf(service.url, name, roles),
    asNobody: () => clientOf(service.url),
    saidByFlights: flights.said,
    async addFlight(change) {
      const state = sampleFlight(change)
      sequence += 1
      await parts.db.transaction((tx) => parts.flights.keep([{ state, sequence }], tx))
      return state
    },
    async close() {
      await service.close()
      await flights.close()
    },
  }
}
