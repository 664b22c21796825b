import { databases, type TestDatabase } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningBookings, startBookings } from '../support/running-bookings.ts'
import { takeSeats } from '../support/sales.ts'

describe.each(databases())('holds on $name', ({ create }) => {
  let database: TestDatabase
  let bookings: RunningBookings
  beforeAll(async () => {
    database = await create()
    bookings = await startBookings({ databaseUrl: database.url })
  })
  afterAll(async () => {
    await bookings.close()
    await database.drop()
  })

  test('a hold — of a free seat — is 201 with where it is, until when and what it costs', async () => {
    const flight = await bookings.addFlight()
    const { status, headers, body } = await takeSeats(bookings.asUser('ada'), flight, ['12A'])
    expect(status, JSON.stringify(body)).toBe(201)
    expect(headers.get('location')).toBe(`/api/v1/holds/${body.id}`)
    expect(body).toMatchObject({ status: 'active', expiresInSeconds: 600, total: { amountMinor: 10_000, currency: 'EUR' } })
  })
})
