import type { EventData, FlightState } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { TOLD_EVERY_MS } from '../../src/services/announce-inventory.ts'
import { keepFlight } from '../../src/services/keep-flights.ts'
import { ECONOMY, fareOf } from '../support/sample-flights.ts'
import { holdSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

interface Said {
  sequence: number
  atMs: number
  inventory: EventData<'inventory.changed'>
}

describe.each(databases())('the seats that are left, as they are told on $name', ({ create }) => {
  const running = useBookings(create, { settings: { HOLDS_PER_USER_MAX: '100' } }, 2)

  /** What was said of a flight, in order. */
  async function saidOf({ id }: FlightState): Promise<Said[]> {
    const rows = await only(running).parts.db.rows<{ payload: string }>(
      `SELECT payload FROM outbox WHERE type = 'inventory.changed' AND aggregate_id = :id ORDER BY id`,
      { id },
    )
    return rows.map(({ payload }) => {
      const event = JSON.parse(payload) as { occurredAt: string; aggregate: { sequence: number }; data: EventData<'inventory.changed'> }
      return { sequence: event.aggregate.sequence, atMs: Date.parse(event.occurredAt), inventory: event.data }
    })
  }
  const availableOf = ({ inventory }: Said) => inventory.cabins[0]?.available
  const lastSays = (flight: FlightState, available: number) =>
    waitFor(
      async () => {
        const last = (await saidOf(flight)).at(-1)
        return last && availableOf(last) === available ? last : null
      },
      { what: `${available} seats to be told`, timeoutMs: 15_000 },
    )

  test('a flight — that is sold out and gets a larger aircraft — is told of anew, and one that gets another gate is not', async () => {
    const { addFlight, asUser, parts } = only(running)
    const small = await addFlight({ layout: { cabins: [{ ...ECONOMY, lastRow: 1 }] } })
    await holdSeats(asUser('six'), small, ['1A', '1B', '1C', '1D', '1E', '1F'])
    await lastSays(small, 0)
    const large = { ...small, layout: { cabins: [ECONOMY] } }
    await keepFlight({ state: { ...large, gate: '7' }, sequence: 1_001 }, parts)
    await lastSays(small, 174)
    await keepFlight({ state: { ...large, gate: '8' }, sequence: 1_002 }, parts)
    // Older than ours by now.
    await keepFlight({ state: small, sequence: 1_000 }, parts)
    expect(await parts.db.rows('SELECT id FROM inventory_marks WHERE flight_id = :id', { id: small.id })).toEqual([])
  })

  test('a flight — that we have as it is, or newer — takes no transaction', async () => {
    const { addFlight, parts } = only(running)
    const flight = await addFlight()
    await keepFlight({ state: { ...flight, gate: '7' }, sequence: 1_001 }, parts)
    const transaction = { value: () => Promise.reject(new Error('no transaction for old news')) }
    const without = { ...parts, db: Object.create(parts.db, { transaction }) as typeof parts.db }
    await keepFlight({ state: flight, sequence: 1_000 }, without)
    await keepFlight({ state: flight, sequence: 1_001 }, without)
    await expect(keepFlight({ state: flight, sequence: 1_002 }, without)).rejects.toThrow('no transaction for old news')
    const [ours] = await parts.flights.find([flight.id])
    expect(ours).toMatchObject({ sequence: 1_001, state: { gate: '7' } })
  })

  test('a flight — that gets another fare — is told of with it', async () => {
    const { addFlight, parts } = only(running)
    const flight = await addFlight()
    await keepFlight({ state: { ...flight, fares: [fareOf(), fareOf({ code: 'ECOFLEX' })] }, sequence: 1_000 }, parts)
    const { inventory } = await lastSays(flight, 180)
    expect(inventory.fares.map(({ code }) => code)).toEqual(['ECOLIGHT', 'ECOFLEX'])
  })

  test('a flight — whose seats change all the time on two replicas — is told of four times a second at most, and at last as it is', async () => {
    const flight = await only(running).addFlight()
    const clients = running.map((bookings) => bookings.asUser('busy'))
    for (let row = 1; row <= 30; row += 1)
      for (const [i, client] of clients.entries()) await holdSeats(client, flight, [`${row}${'AB'[i]}`])
    await lastSays(flight, 120)
    const said = await saidOf(flight)
    expect(said.length).toBeGreaterThan(1)
    for (const [i, { atMs, sequence }] of said.slice(1).entries()) {
      expect(atMs - (said[i]?.atMs ?? 0)).toBeGreaterThanOrEqual(TOLD_EVERY_MS)
      expect(sequence).toBeGreaterThan(said[i]?.sequence ?? 0)
    }
  })
})

// SQLite has one writer: nobody else changes anything while one hangs.
const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('the seats that are left, while a process hangs on $name', ({ create }) => {
  const running = useBookings(create)

  test('a change — that is not committed — keeps no other from being told, and is told when it is', async () => {
    const { addFlight, asUser, parts } = only(running)
    const flight = await addFlight()
    const marked = Promise.withResolvers<void>()
    const free = Promise.withResolvers<void>()
    const hanging = parts.db.transaction(async (tx) => {
      await parts.marks.add([flight.id], tx)
      marked.resolve()
      await free.promise
    })
    await marked.promise
    await holdSeats(asUser('ada'), flight, ['1A'])
    const sequences = async () =>
      (
        await parts.db.rows<{ payload: string }>(
          `SELECT payload FROM outbox WHERE type = 'inventory.changed' AND aggregate_id = :id ORDER BY id`,
          {
            id: flight.id,
          },
        )
      ).map(({ payload }) => (JSON.parse(payload) as { aggregate: { sequence: number } }).aggregate.sequence)
    await waitFor(async () => (await sequences()).length === 1, { what: 'the other change to be told' })
    free.resolve()
    await hanging
    await waitFor(async () => (await sequences()).length === 2, { what: 'the late change to be told' })
    // Its mark is the older one, and consumers keep what has the highest sequence.
    const [first, second] = await sequences()
    expect(second).toBeGreaterThan(first ?? 0)
  })
})
