import type { TestDatabase, TestDatabaseKind } from '@skyhold/testkit'
import { afterAll, beforeAll } from 'vitest'
import { type BookingsOptions, type RunningBookings, startBookings, TABLES } from './running-bookings.ts'

/** Runs the service for the tests of the present `describe`, several times on one database if told. */
export function useBookings(
  create: TestDatabaseKind['create'],
  options: Omit<BookingsOptions, 'databaseUrl'> = {},
  replicas = 1,
): RunningBookings[] {
  const running: RunningBookings[] = []
  let database: TestDatabase
  beforeAll(async () => {
    database = await create(TABLES)
    for (let i = 0; i < replicas; i += 1) running.push(await startBookings({ databaseUrl: database.url, ...options }))
  })
  afterAll(async () => {
    await Promise.all(running.map((bookings) => bookings.close()))
    await database.drop()
  })
  return running
}

/** The first replica. */
export function only(running: readonly RunningBookings[]): RunningBookings {
  const [first] = running
  if (!first) throw new Error('the service has not been started')
  return first
}
