import type { SeatChanges } from '@skyhold/contracts'
import { Gauge, type Registry } from 'prom-client'
import type { SellableFlight } from '../domain/flight.ts'
import { seatMapVersion, type TakenSeats, takenSeats } from './show-seat-map.ts'
import type { Parts } from './parts.ts'

/** Twice a second: a change is seen within one, whichever replica made it and whether the broker is up or not, and also when a hold lapses without anybody doing anything. */
const LOOK_EVERY_MS = 500

export interface Watcher {
  changed(change: SeatChanges): void
  /** The service closes: the client may come back elsewhere. */
  ended(): void
}

interface Watched {
  watchers: Set<Watcher>
  taken: TakenSeats
  version: string
  /** A look is at work: the next waits for it, so that they neither pile up on a slow database nor tell what an earlier one has seen. */
  isLooking: boolean
  timer: NodeJS.Timeout
}

/** Tells watchers of a flight what changes on its seat map. All watchers of a flight share one look at the database. */
export class SeatWatch {
  readonly #parts: Pick<Parts, 'claims' | 'db' | 'logger'>
  readonly #flights = new Map<string, Watched>()
  #isClosed = false

  constructor(parts: Pick<Parts, 'claims' | 'db' | 'logger'>, metrics: Registry) {
    this.#parts = parts
    const flights = this.#flights
    new Gauge({
      name: 'seat_map_watchers',
      help: 'Streams of seat maps that are open.',
      registers: [metrics],
      collect() {
        this.set([...flights.values()].reduce((sum, { watchers }) => sum + watchers.size, 0))
      },
    })
  }

  /** Every seat as a first change unless the client has seen the present version, then what changes. Returns how to stop. */
  async watch(
    flight: SellableFlight,
    { lastVersion, watcher }: { lastVersion: string | undefined; watcher: Watcher },
  ): Promise<() => void> {
    const flightId = flight.id
    const taken = await takenSeats(flightId, this.#parts)
    if (this.#isClosed) {
      watcher.ended()
      return () => undefined
    }
    const watched = this.#flights.get(flightId) ?? this.#start(flightId, taken)
    watched.watchers.add(watcher)
    if (lastVersion !== watched.version) watcher.changed({ version: watched.version, seats: allSeats(flight, watched.taken) })
    return () => this.#stop(flightId, watcher)
  }

  close(): void {
    this.#isClosed = true
    for (const { timer, watchers } of this.#flights.values()) {
      clearInterval(timer)
      for (const watcher of watchers) watcher.ended()
      watchers.clear()
    }
    this.#flights.clear()
  }

  #start(flightId: string, taken: TakenSeats): Watched {
    const watched: Watched = {
      watchers: new Set(),
      taken,
      version: seatMapVersion(taken),
      isLooking: false,
      timer: setInterval(() => {
        if (!watched.isLooking) void this.#look(flightId, watched)
      }, LOOK_EVERY_MS),
    }
    this.#flights.set(flightId, watched)
    return watched
  }

  #stop(flightId: string, watcher: Watcher): void {
    const watched = this.#flights.get(flightId)
    watched?.watchers.delete(watcher)
    if (!watched || watched.watchers.size > 0) return
    clearInterval(watched.timer)
    this.#flights.delete(flightId)
  }

  async #look(flightId: string, watched: Watched): Promise<void> {
    watched.isLooking = true
    try {
      const taken = await takenSeats(flightId, this.#parts)
      const version = seatMapVersion(taken)
      if (version === watched.version) return
      const seats = changes(watched.taken, taken)
      Object.assign(watched, { taken, version })
      for (const watcher of watched.watchers) watcher.changed({ version, seats })
    } catch (error) {
      // The next look tells all that this one would have.
      this.#parts.logger.warn({ err: error, flightId }, 'the seats could not be looked at')
    } finally {
      watched.isLooking = false
    }
  }
}

const allSeats = (flight: SellableFlight, taken: TakenSeats) =>
  [...flight.seats.keys()].map((designator) => ({ designator, status: taken.get(designator) ?? ('available' as const) }))

function changes(before: TakenSeats, after: TakenSeats): SeatChanges['seats'] {
  const designators = new Set([...before.keys(), ...after.keys()])
  return [...designators]
    .filter((designator) => before.get(designator) !== after.get(designator))
    .map((designator) => ({ designator, status: after.get(designator) ?? 'available' }))
}
