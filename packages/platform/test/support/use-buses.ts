import type { TestBrokerAddress } from '@skyhold/testkit'
import { afterAll, afterEach, beforeEach } from 'vitest'
import type { Bus, BusOptions } from '../../src/bus/index.ts'
import { openTestBus, type Place } from './bus-fixtures.ts'

export interface Broker {
  name: string
  open(): Promise<TestBrokerAddress>
}

/** A broker of its own for every test, and the buses that the test opens on it, closed when it is over. */
export function useBuses(broker: Broker): { place: () => Place; open: (more?: Partial<BusOptions>) => Promise<Bus> } {
  const places = closedInTheEnd()
  let place: Place
  let buses: Bus[]
  beforeEach(async () => {
    place = await places.open(broker)
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

/** The brokers of a describe go together when it is over: a dozen quorum queues each, which the server of the whole run would keep awake. */
export function closedInTheEnd(): { open: (broker: Broker) => Promise<Place> } {
  const opened: TestBrokerAddress[] = []
  afterAll(() => Promise.all(opened.map((place) => place.close())))
  return {
    async open(broker) {
      const place = await broker.open()
      opened.push(place)
      return place
    },
  }
}
