import { createConnection } from 'node:net'
import type { SeatMap } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { fastify } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { seatMapControllers } from '../../src/controllers/seat-map.ts'
import { sellableFlight } from '../../src/domain/flight.ts'
import { FlightCatalog } from '../../src/services/flight-catalog.ts'
import type { Parts } from '../../src/services/parts.ts'
import type { SeatWatch } from '../../src/services/watch-seats.ts'
import { type RunningBookings, startBookings } from '../support/running-bookings.ts'
import { SeatStream } from '../support/seat-stream.ts'
import { sampleFlight } from '../support/sample-flights.ts'
import { holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

const watchersOf = async ({ service }: RunningBookings): Promise<number | undefined> =>
  (await service.metrics.getSingleMetric('seat_map_watchers')?.get())?.values[0]?.value

describe.each(databases())('the stream of a seat map on $name', ({ create }) => {
  const running = useBookings(create, {}, 2)
  const open = (flightId: string, lastEventId?: string) =>
    SeatStream.open({ url: only(running).url, flightId, ...(lastEventId === undefined ? {} : { lastEventId }) })

  test('a watcher — new on a flight — is told every seat once, and then what others do on any replica', async () => {
    const [here, elsewhere] = running
    if (!here || !elsewhere) throw new Error('two replicas are needed')
    const flight = await here.addFlight()
    const stream = await open(flight.id)
    expect((await stream.seen(1))[0]?.seats).toHaveLength(180)
    const hold = await holdSeats(elsewhere.asUser('ada'), flight, ['1A', '1B'])
    expect((await stream.seen(2))[1]?.seats).toEqual([
      { designator: '1A', status: 'held' },
      { designator: '1B', status: 'held' },
    ])
    await here.asUser('ada').call('DELETE', `/holds/${hold.id}`)
    expect((await stream.seen(3))[2]?.seats).toEqual([
      { designator: '1A', status: 'available' },
      { designator: '1B', status: 'available' },
    ])
    expect(JSON.stringify(stream.changes)).not.toContain(hold.id)
    stream.close()
  })

  test('a hold — that lapses while no job runs — is told as available, and not before its time', async () => {
    const bookings = only(running)
    const { db, holds } = bookings.parts
    const flight = await bookings.addFlight()
    const hold = await holdSeats(bookings.asUser('bea'), flight, ['7C'])
    const stream = await open(flight.id)
    await stream.seen(1)
    const endMs = (await db.now()) + 600
    await db.run('UPDATE claims SET expires_at = :endMs WHERE hold_id = :id', { endMs, id: hold.id })
    expect((await stream.seen(2))[1]?.seats).toEqual([{ designator: '7C', status: 'available' }])
    expect(await db.now()).toBeGreaterThanOrEqual(endMs)
    expect((await holds.find(hold.id))?.status).toBe('active')
    stream.close()
  })

  test('a client — back with the version it saw — is told the next change alone, and with any other id all seats', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    await holdSeats(bookings.asUser('cid'), flight, ['1A'])
    const { version } = (await bookings.asNobody().get<SeatMap>(`/flights/${flight.id}/seat-map`)).body
    const [known, unknown] = [await open(flight.id, version), await open(flight.id, 'of-another-life')]
    expect((await unknown.seen(1))[0]).toMatchObject({ version })
    expect(unknown.changes[0]?.seats).toHaveLength(180)
    expect(known.changes).toEqual([])
    await holdSeats(bookings.asUser('cid'), flight, ['2F'])
    expect((await known.seen(1))[0]?.seats).toEqual([{ designator: '2F', status: 'held' }])
    expect((await unknown.seen(2))[1]).toEqual(known.changes[0])
    for (const stream of [known, unknown]) stream.close()
  })

  test('a flight — that does not exist — has no stream', async () => {
    expect(await only(running).asNobody().get('/flights/flt_none/seat-map/events')).toMatchObject({
      status: 404,
      body: { code: 'flight_not_found' },
    })
  })

  test('a HEAD of the stream — ends at once, as one of anything does', async () => {
    const bookings = only(running)
    const { id } = await bookings.addFlight()
    const answer = await fetch(`${bookings.url}/api/v1/flights/${id}/seat-map/events`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(5_000),
    })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect(await answer.text()).toBe('')
  })

  test('a client — that goes — is watched for no longer', async () => {
    const [, quiet] = running
    if (!quiet) throw new Error('two replicas are needed')
    const flight = await quiet.addFlight()
    const streams = await Promise.all([1, 2].map(() => SeatStream.open({ url: quiet.url, flightId: flight.id })))
    await Promise.all(streams.map((stream) => stream.seen(1)))
    expect(await watchersOf(quiet)).toBe(2)
    streams[0]?.close()
    await waitFor(async () => (await watchersOf(quiet)) === 1, { what: 'one watcher to be left' })
    streams[1]?.close()
    await waitFor(async () => (await watchersOf(quiet)) === 0, { what: 'nobody to be watched for' })
  })

  test('a service — that stops — ends its streams and does not wait for their clients', async () => {
    const database = await create()
    const bookings = await startBookings({ databaseUrl: database.url })
    const flight = await bookings.addFlight()
    const stream = await SeatStream.open({ url: bookings.url, flightId: flight.id })
    await stream.seen(1)
    await bookings.close()
    await waitFor(() => stream.isEnded, { what: 'the stream to end' })
    await database.drop()
  })
})

/** A catalog that answers when the test says so. */
class HeldCatalog extends FlightCatalog {
  asked = Promise.withResolvers<void>()
  held: PromiseWithResolvers<void> | null = null

  hold(): void {
    this.asked = Promise.withResolvers()
    this.held = Promise.withResolvers()
  }

  override async load(...args: Parameters<FlightCatalog['load']>): ReturnType<FlightCatalog['load']> {
    this.asked.resolve()
    await this.held?.promise
    return super.load(...args)
  }
}

describe.each(databases())('a client that goes before its stream begins, on $name', ({ create }) => {
  const catalogs: HeldCatalog[] = []
  const running = useBookings(create, {
    replace: ({ flights }) => {
      const catalog = new HeldCatalog(flights)
      catalogs.push(catalog)
      return { catalog }
    },
  })

  test('its request — that waited for the database — leaves nobody to be watched for', async () => {
    const bookings = only(running)
    const [catalog] = catalogs
    if (!catalog) throw new Error('the catalog has not been replaced')
    const flight = await bookings.addFlight()
    const { hostname, port } = new URL(bookings.url)
    catalog.hold()
    const closed = new Promise((resolve) => bookings.service.http.server.once('connection', (socket) => socket.once('close', resolve)))
    const client = createConnection(Number(port), hostname)
    client.write(`GET /api/v1/flights/${flight.id}/seat-map/events HTTP/1.1\r\nhost: skyhold\r\n\r\n`)
    await catalog.asked.promise
    client.destroy()
    await closed
    catalog.held?.resolve()
    catalog.held = null
    // One who comes after it and is served: what became of the first is settled by then.
    const stream = await SeatStream.open({ url: bookings.url, flightId: flight.id })
    await stream.seen(1)
    expect(await watchersOf(bookings)).toBe(1)
    stream.close()
  })
})

describe('a client that does not read', () => {
  test('its stream — once a quarter of a megabyte waits for it — is ended', async () => {
    const flight = sellableFlight(sampleFlight(), 1)
    const stopped = Promise.withResolvers<void>()
    let told = 0
    const change = { version: 'v', seats: [{ designator: 'x'.repeat(100_000), status: 'held' as const }] }
    const watch: Pick<SeatWatch, 'watch'> = {
      watch: (_flight, { watcher }) => {
        const timer = setInterval(() => {
          told += 1
          watcher.changed(change)
        }, 1)
        return Promise.resolve(() => {
          clearInterval(timer)
          stopped.resolve()
        })
      },
    }
    const catalog: Pick<FlightCatalog, 'load'> = { load: () => Promise.resolve(new Map([[flight.id, flight]])) }
    const http = fastify()
    onTestFinished(() => http.close())
    http.get('/:id', seatMapControllers({ catalog } as Parts, watch as SeatWatch).watch)
    const { hostname, port } = new URL(await http.listen())
    const client = createConnection(Number(port), hostname.replace(/^\[|\]$/g, ''))
    client.on('error', () => undefined)
    client.pause()
    client.write(`GET /${flight.id} HTTP/1.1\r\nhost: skyhold\r\n\r\n`)
    await stopped.promise
    // The system's own buffers hold some megabytes; without an end it would have been told for as long as the test waits.
    expect(told).toBeLessThan(500)
    client.destroy()
  })
})
