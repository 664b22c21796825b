import type { EventEnvelope } from '@skyhold/contracts'
import { type Bus, BusUnavailable } from '@skyhold/platform'
import type { World } from './world.ts'
import type { Client } from './bank.ts'

/** The broker, with one consumer behind it that remembers what it was told. Events come late, twice and out of order; what was confirmed is never lost. */
export class EventBus {
  /** By id, as a consumer with an inbox sees them. */
  readonly delivered = new Map<string, EventEnvelope>()
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  publisherOf(client: Client): Bus {
    return { publish: (event: EventEnvelope) => this.#publish(client, event) } as Bus // The relay publishes and does nothing else with it.
  }

  async #publish(client: Client, event: EventEnvelope): Promise<void> {
    const world = this.#world
    await client.point(`→ bus ${event.type}`)
    if (world.strikes(0.05)) throw new BusUnavailable('the broker is away')
    this.#deliver(event)
    if (world.strikes(0.1)) this.#deliver(event)
    await client.point('← bus')
    if (world.strikes(0.03)) throw new BusUnavailable('the confirm was lost')
  }

  #deliver(event: EventEnvelope): void {
    this.#world.after(
      this.#world.chance.between(1, this.#world.hasFaults ? 20_000 : 100),
      () => void this.delivered.set(event.eventId, event),
    )
  }
}
