import { Pool } from 'undici'
import { Breaker } from './breaker.ts'

/** Plenty for what one gateway process can move; more would only queue in the service instead. */
const SOCKETS_PER_REPLICA = 512
/** Each viewer of an event stream holds a socket for as long as he looks. */
const EVENT_STREAMS_PER_REPLICA = 10_000
const CONNECT_MS = 2_000
/** Shorter than a service keeps an idle connection, so that it is not closed in the moment it is used. */
const IDLE_MS = 30_000
const REST_MS = 1_000

export class Replica {
  readonly url: string
  readonly calls: Pool
  readonly eventStreams: Pool
  readonly breaker = new Breaker()
  restsUntilMs = 0

  constructor(url: string) {
    this.url = url
    const options = {
      connect: { timeout: CONNECT_MS },
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      allowH2: false,
      pipelining: 1,
    } as const
    this.calls = new Pool(url, { ...options, connections: SOCKETS_PER_REPLICA })
    this.eventStreams = new Pool(url, { ...options, connections: EVENT_STREAMS_PER_REPLICA })
  }

  /** It could not be reached: for a second the others are asked first. */
  rest(): void {
    this.restsUntilMs = Date.now() + REST_MS
  }

  async close(): Promise<void> {
    await Promise.all([this.calls.destroy(), this.eventStreams.destroy()])
  }
}

/** The replicas of one service, taken in turn. */
export class Replicas {
  readonly all: readonly Replica[]
  #turn = 0

  constructor(urls: readonly string[]) {
    this.all = urls.map((url) => new Replica(url))
  }

  /** The next one to ask, of those not `tried` yet and not left alone by their breakers: first those that could be reached lately, but rather one that could not than none. */
  next(tried: readonly Replica[]): Replica | null {
    const now = Date.now()
    let resting: Replica | null = null
    for (let i = 0; i < this.all.length; i++) {
      const replica = this.all[this.#turn++ % this.all.length]
      if (!replica || tried.includes(replica) || !replica.breaker.admits(now)) continue
      if (replica.restsUntilMs > now) {
        resting ??= replica
        continue
      }
      replica.breaker.begin(now)
      return replica
    }
    resting?.breaker.begin(now)
    return resting
  }

  /** Event streams never end by themselves; whoever closes the door ends them first, and their viewers come again elsewhere. */
  async endEventStreams(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.eventStreams.destroy()))
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.close()))
  }
}
