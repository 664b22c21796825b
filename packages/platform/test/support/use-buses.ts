import { afterEach, beforeEach } from 'vitest'
import type { Bus, BusOptions } from '../../src/bus/index.ts'
import { openTestBus, type Place } from './bus-fixtures.ts'

export interface Broker {
  name: string
  open(): Promise<Place>
}

/** A broker of its own for every test, and the buses that the test opens on it, closed when it is over. */
export function useBuses(broker: Broker): { place: () => Place; open: (more?: Partial<BusOptions>) => Promise<Bus> } {
  let place: Place
  let buses: Bus[]
  beforeEach(async () => {
    place = await broker.open()
    buses = []
  })
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()))
  })
  return {
    place: () => place,
    open: async (more) => {
      const bus = openTestBus(place, more)
      buses.push(bus)
      await bus.connect()
      return bus
    },
  }
}
