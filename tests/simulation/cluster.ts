import { inspect } from 'node:util'
import { errorKind, CommitUnknown, Refusal } from '@skyhold/platform'
import type { Answer } from '../../services/bookings/src/domain/idempotency.ts'
import { keepFlight } from '../../services/bookings/src/services/keep-flights.ts'
import type { FlightCopy } from '../../services/bookings/src/repositories/flights.ts'
import { takeProviderEvent } from '../../services/bookings/src/services/take-provider-event.ts'
import { Bank } from './bank.ts'
import { EventBus } from './event-bus.ts'
import { Replica, type Replace } from './replica.ts'
import type { Stage } from './stage.ts'
import type { World } from './world.ts'

/** What a client gets. `null`: nothing, because the process died, the network lost it or he waited for too long. */
export type Reply = (Pick<Answer, 'status' | 'body'> & { code: string | null; hasEnd: boolean }) | null

export interface ClusterOptions {
  world: World
  stage: Pick<Stage, 'nextMachine'>
  replace?: Replace | undefined
}

const REPLICAS = 2
const CLIENT_TIMEOUT_MS = 35_000
const PROVIDER_PATIENCE = 6

/** Replicas of the service that die and come back, and the world around them: the provider and the broker. */
export class Cluster {
  readonly world: World
  readonly bank: Bank
  readonly events: EventBus
  /** What a use case threw and should not have. */
  readonly unexpected: string[] = []
  readonly #options: ClusterOptions
  readonly #alive = new Set<Replica>()
  #started = 0

  constructor(options: ClusterOptions) {
    this.#options = options
    this.world = options.world
    this.bank = new Bank(this.world, (payload) => void this.#announce(payload, 0))
    this.events = new EventBus(this.world)
    for (let i = 0; i < REPLICAS; i += 1) this.#start()
  }

  close(): void {
    this.world.hasFaults = false
    for (const replica of this.#alive) replica.kill()
  }

  #start(): void {
    const { stage, replace } = this.#options
    const name = `p${(this.#started += 1)}`
    const replica = new Replica({
      name,
      world: this.world,
      bank: this.bank,
      events: this.events,
      machine: stage.nextMachine(),
      replace,
      died: () => {
        this.#alive.delete(replica)
        this.world.after(this.world.chance.between(100, 10_000), () => this.#start())
      },
      unexpected: (what, error) => this.#judge(what, error),
    })
    this.#alive.add(replica)
    replica.start()
  }

  /** A replica that lives; waits for one if there is none. */
  async #someReplica(): Promise<Replica> {
    while (this.#alive.size === 0) await this.world.sleep(500)
    return this.world.chance.pick([...this.#alive])
  }

  /** Sends a request to some replica over a network that may lose it or its answer. */
  async call(what: string, work: (replica: Replica) => Promise<Answer>): Promise<Reply> {
    const { world } = this
    await world.sleep(world.chance.between(1, 30))
    const replica = await this.#someReplica()
    world.note(`${replica.name} ← ${what}`)
    if (world.strikes(0.01)) return null
    const reply = await Promise.race([
      this.#answerOf(what, replica, work),
      replica.death.then(() => null),
      world.sleep(CLIENT_TIMEOUT_MS).then(() => null),
    ])
    const seen = world.strikes(0.02) ? null : reply
    world.note(`${replica.name} → ${what}: ${seen ? `${seen.status} ${seen.code ?? ''}` : 'nothing'}`)
    return seen
  }

  async #answerOf(what: string, replica: Replica, work: (replica: Replica) => Promise<Answer>): Promise<Reply> {
    try {
      const { status, body } = await work(replica)
      const code = typeof body.code === 'string' ? body.code : null
      return { status, body, code, hasEnd: status !== 202 }
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: {}, code: error.code, hasEnd: false }
      this.#judge(what, error)
      return { status: 500, body: {}, code: null, hasEnd: false }
    }
  }

  /** Errors of the connection come from the faults of the run; anything else is a defect. */
  #judge(what: string, error: unknown): void {
    if (error instanceof CommitUnknown || ['connection', 'deadlock', 'busy', 'lock_timeout'].includes(errorKind(error))) return
    if (error instanceof Refusal) return
    this.world.note(`UNEXPECTED ${what}: ${String(error)}`)
    this.unexpected.push(`${what}: ${inspect(error)}`)
  }

  /** A webhook, sent again while we do not answer it, but not for ever. */
  async #announce(payload: string, tries: number): Promise<void> {
    const requestId = `webhook-${tries}`
    const reply = await this.call('webhook', async ({ parts }) => {
      await takeProviderEvent({ payload, signature: '', requestId }, parts)
      return { status: 200, body: {}, isReplayed: false }
    })
    if (reply?.status !== 200 && tries < PROVIDER_PATIENCE) {
      await this.world.sleep(5_000 * 2 ** tries)
      await this.#announce(payload, tries + 1)
    }
  }

  /** An event of the flights service: it comes until it is taken, perhaps twice and after its successor. */
  async tellFlight(copy: FlightCopy): Promise<void> {
    const { chance } = this.world
    const copies = this.world.strikes(0.3) ? 2 : 1
    await Promise.all(
      Array.from({ length: copies }, async () => {
        await this.world.sleep(chance.between(1, this.world.hasFaults ? 30_000 : 100))
        for (let isTaken = false; !isTaken; ) {
          const reply = await this.call('flight event', async ({ parts }) => {
            await keepFlight(copy, parts)
            return { status: 200, body: {}, isReplayed: false }
          })
          isTaken = reply?.status === 200
        }
      }),
    )
  }
}
