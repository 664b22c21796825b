import type { SeatChanges } from '@skyhold/contracts'
import type { Database } from '@skyhold/platform'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sellableFlight } from '../../src/domain/flight.ts'
import type { ClaimRow, Claims } from '../../src/repositories/claims.ts'
import { SeatWatch } from '../../src/services/watch-seats.ts'
import { sampleFlight } from '../support/sample-flights.ts'

const FLIGHT = sellableFlight(sampleFlight(), 1)
const sold = (seat: string): ClaimRow => ({ flightId: FLIGHT.id, seat, holdId: 'hld_1', state: 'sold', expiresAtMs: null })

/** A watch over a database that answers each look when the test says so. */
function watchOver(firstLook: ClaimRow[]) {
  const looks: PromiseWithResolvers<ClaimRow[]>[] = []
  let isFirst = true
  const claims: Pick<Claims, 'listOfFlights'> = {
    listOfFlights: () => {
      if (isFirst) {
        isFirst = false
        return Promise.resolve(firstLook)
      }
      const look = Promise.withResolvers<ClaimRow[]>()
      looks.push(look)
      return look.promise
    },
  }
  const db: Pick<Database, 'now'> = { now: () => Promise.resolve(Date.now()) }
  const parts = { claims: claims as Claims, db: db as Database, logger: pino({ level: 'silent' }) }
  return { looks, watch: new SeatWatch(parts, new Registry()) }
}

async function follow(watch: SeatWatch): Promise<{ told: SeatChanges['seats'][]; stop: () => void }> {
  const told: SeatChanges['seats'][] = []
  const watcher = { changed: ({ seats }: SeatChanges) => void told.push(seats), ended: () => undefined }
  return { told, stop: await watch.watch(FLIGHT, { lastVersion: undefined, watcher }) }
}

describe('looks at a flight', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('a look — while the one before has no answer — waits for it, and the next change is told', async () => {
    const { looks, watch } = watchOver([])
    const { told } = await follow(watch)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(looks).toHaveLength(1)
    looks[0]?.resolve([sold('1A')])
    await vi.advanceTimersByTimeAsync(500)
    expect(looks).toHaveLength(2)
    expect(told.slice(1)).toEqual([[{ designator: '1A', status: 'sold' }]])
    watch.close()
  })

  test('a look — that fails — is followed by another', async () => {
    const { looks, watch } = watchOver([])
    await follow(watch)
    await vi.advanceTimersByTimeAsync(500)
    looks[0]?.reject(new Error('the database is away'))
    await vi.advanceTimersByTimeAsync(500)
    expect(looks).toHaveLength(2)
    watch.close()
  })

  test('a look — of watchers who have all gone — tells nothing to those who came after', async () => {
    const { looks, watch } = watchOver([])
    const first = await follow(watch)
    await vi.advanceTimersByTimeAsync(500)
    first.stop()
    // The second reads the seats himself, and has seen the sale.
    const coming = follow(watch)
    looks[1]?.resolve([sold('1A')])
    const second = await coming
    looks[0]?.resolve([])
    await vi.advanceTimersByTimeAsync(0)
    expect(second.told).toHaveLength(1)
    watch.close()
  })
})
