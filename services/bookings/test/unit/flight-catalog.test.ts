import { describe, expect, test } from 'vitest'
import type { Flights } from '../../src/repositories/flights.ts'
import { FlightCatalog } from '../../src/services/flight-catalog.ts'
import { sampleFlight } from '../support/sample-flights.ts'

const FITTING = 10
const SAMPLE = sampleFlight()

/** A copy of so many flights, that counts which ones are read in full. */
function copyOf(count: number) {
  const ids = Array.from({ length: count }, (_, i) => `flt_${i}`)
  const known = new Set(ids)
  const read: string[] = []
  const flights: Pick<Flights, 'listSequences' | 'find'> = {
    listSequences: (wanted) => Promise.resolve(new Map(wanted.filter((id) => known.has(id)).map((id) => [id, 1]))),
    find: (wanted) => {
      read.push(...wanted)
      return Promise.resolve(wanted.map((id) => ({ id, sequence: 1, state: { ...SAMPLE, id } })))
    },
  }
  return { ids, read, catalog: new FlightCatalog(flights as Flights, { flightsMax: FITTING }) }
}

describe('the flights in memory', () => {
  test('a flight — that is known while more are known than fit — is found', async () => {
    const { ids, catalog } = copyOf(FITTING + 2)
    await catalog.load(ids.slice(0, FITTING + 1))
    expect([...(await catalog.load(['flt_7'])).keys()]).toEqual(['flt_7'])
    // One that is known, and one that takes a place.
    expect([...(await catalog.load(['flt_10', 'flt_11'])).keys()]).toEqual(['flt_10', 'flt_11'])
  })

  test('flights — more at once than fit — are all there, in the order in which they were asked for', async () => {
    const { ids, catalog } = copyOf(3 * FITTING)
    const wanted = ids.toReversed()
    expect([...(await catalog.load(wanted)).keys()]).toEqual(wanted)
  })

  test('a flight — in use — stays in memory while others go', async () => {
    const { ids, read, catalog } = copyOf(FITTING + 5)
    await catalog.load(ids.slice(0, FITTING))
    await catalog.load(['flt_0'])
    await catalog.load(ids.slice(FITTING))
    read.length = 0
    await catalog.load(['flt_0', 'flt_1', 'flt_14'])
    expect(read).toEqual(['flt_1'])
  })

  test('a flight — that the copy has lost — is missing, and an error where all are needed', async () => {
    const { catalog } = copyOf(1)
    expect([...(await catalog.load(['flt_0', 'flt_lost'])).keys()]).toEqual(['flt_0'])
    await expect(catalog.getAll(['flt_0', 'flt_lost'])).rejects.toThrow('the copy of the flights has no flt_lost')
    expect([...(await catalog.getAll(['flt_0'])).keys()]).toEqual(['flt_0'])
  })
})
