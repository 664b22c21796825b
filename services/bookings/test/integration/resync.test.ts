import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RunningBookings, startBookings } from '../support/running-bookings.ts'
import { sampleFlight } from '../support/sample-flights.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('../../scripts/resync.ts', import.meta.url))

/** The flights service as far as its snapshot goes, one flight a page. */
async function snapshotOf(flights: readonly object[]): Promise<string> {
  const server = createServer((request, response) => {
    const at = Number(new URL(request.url ?? '/', 'http://flights').searchParams.get('cursor') ?? 0)
    const isSigned = request.headers.authorization?.startsWith('Bearer ') ?? false
    response
      .writeHead(isSigned ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify({ data: flights.slice(at, at + 1), nextCursor: at + 1 < flights.length ? String(at + 1) : null }))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.each(databases())('npm run resync on $name', ({ create }) => {
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
  const resync = (flightsUrl: string) =>
    run(process.execPath, [SCRIPT], { env: { DATABASE_URL: database.url, FLIGHTS_URL: flightsUrl, LOG_LEVEL: 'silent' } })

  test('a copy — that lacks a flight and is behind with another — takes what is newer and leaves what is not', async () => {
    const [behind, ahead] = [await bookings.addFlight(), await bookings.addFlight()]
    const missing = sampleFlight()
    const url = await snapshotOf([
      { state: { ...behind, gate: '7' }, sequence: 1_000 },
      { state: { ...ahead, gate: '8' }, sequence: 0 },
      { state: missing, sequence: 1 },
    ])
    expect((await resync(url)).stdout).toContain('3 flights compared')
    const found = await bookings.parts.flights.find([behind.id, ahead.id, missing.id])
    const gates = new Map(found.map(({ state }) => [state.id, state.gate]))
    expect(gates).toEqual(
      new Map([
        [behind.id, '7'],
        [ahead.id, ahead.gate],
        [missing.id, missing.gate],
      ]),
    )
  })

  test('flights — of which the first replica cannot be reached — are taken from the next', async () => {
    const missing = sampleFlight()
    const url = await snapshotOf([{ state: missing, sequence: 1 }])
    expect((await resync(`http://127.0.0.1:1,${url}`)).stdout).toContain('1 flights compared')
    expect(await bookings.parts.flights.find([missing.id])).toHaveLength(1)
  })

  test('flights — that cannot be reached — are an error that says so, and the copy stays', async () => {
    const url = await snapshotOf([])
    await expect(resync(`${url.slice(0, url.lastIndexOf(':'))}:1`)).rejects.toMatchObject({ code: 1 })
  })
})
