import type { Readable } from 'node:stream'
import { type Dispatcher, Pool } from 'undici'
import { Breaker } from './breaker.ts'
import type { Call, CallHandler } from './upstream/call.ts'
import { Connections } from './upstream/connections.ts'

/** Plenty for what one gateway process can move; more would only queue in the service instead. */
const SOCKETS_PER_REPLICA = 512
/** So many more calls may wait for one of them: what a service does in a second or two. Whoever comes then is told at once. */
const WAITING_PER_REPLICA = 4_096
/** Each viewer of an event stream holds a socket for as long as he looks. */
const EVENT_STREAMS_PER_REPLICA = 10_000
const CONNECT_MS = 2_000
/** Shorter than a service keeps an idle connection, so that it is not closed in the moment it is used. */
const IDLE_MS = 30_000
const REST_MS = 1_000

export interface UpstreamCall extends Omit<Call, 'body'> {
  /** What has come whole, or still comes in pieces. */
  body: Buffer | Readable | null
  isEventStream: boolean
}

export class Replica {
  readonly url: string
  readonly #calls: Connections | null
  readonly #streams: Pool
  readonly #eventStreams: Pool
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
    // A service is plain HTTP. Where somebody has put TLS before one, undici speaks it.
    const isPlain = url.startsWith('http:')
    this.#calls = isPlain
      ? new Connections(url, { max: SOCKETS_PER_REPLICA, waitingMax: WAITING_PER_REPLICA, connectMs: CONNECT_MS, idleMs: IDLE_MS })
      : null
    this.#streams = new Pool(url, { ...options, connections: SOCKETS_PER_REPLICA })
    this.#eventStreams = new Pool(url, { ...options, connections: EVENT_STREAMS_PER_REPLICA })
  }

  /** Nearly every call is at hand when it is made, and goes the short way: a fifth of what the gateway costs. What comes in pieces, or never ends, undici carries. Where the call has to wait for a connection: what takes it out of the line. */
  dispatch(
    { body, isEventStream, timeoutMs, ...call }: UpstreamCall,
    handler: CallHandler & Dispatcher.DispatchHandler,
  ): (() => void) | null {
    if (this.#calls && !isEventStream && (body === null || body instanceof Buffer))
      return this.#calls.dispatch({ ...call, body, timeoutMs }, handler)
    const pool = isEventStream ? this.#eventStreams : this.#streams
    pool.dispatch(
      { ...call, headers: [...call.headers], body, headersTimeout: timeoutMs, bodyTimeout: isEventStream ? 0 : timeoutMs },
      handler,
    )
    return null
  }

  /** Event streams never end by themselves. */
  endEventStreams(): Promise<void> {
    return this.#eventStreams.destroy()
  }

  /** It could not be reached: for a second the others are asked first. */
  rest(): void {
    this.restsUntilMs = Date.now() + REST_MS
  }

  async close(): Promise<void> {
    this.#calls?.destroy()
    await Promise.all([this.#streams.destroy(), this.#eventStreams.destroy()])
  }
}

/** The replicas of one service, taken in turn. */
export class Replicas {
  readonly all: readonly Replica[]
  #turn = 0

  constructor(urls: readonly string[]) {
    this.all = urls.map((url) => new Replica(url))
  }

  /**
   * The next one to ask, of those not `tried` yet and not left alone by their breakers. Rather one that could not be reached lately than none. A replica that failed is probed with reads,
   * which can be asked again elsewhere; a write goes there only when no other is left, since nobody may send it twice.
   */
  next(tried: readonly Replica[], call: 'read' | 'write'): Replica | null {
    const now = Date.now()
    let resting: Replica | null = null
    let doubtful: Replica | null = null
    for (let i = 0; i < this.all.length; i++) {
      const replica = this.all[this.#turn++ % this.all.length]
      if (!replica || tried.includes(replica) || !replica.breaker.admits(now)) continue
      if (call === 'write' && replica.breaker.state !== 'closed') doubtful ??= replica
      else if (replica.restsUntilMs > now) resting ??= replica
      else {
        replica.breaker.begin(now)
        return replica
      }
    }
    const last = resting ?? doubtful
    last?.breaker.begin(now)
    return last
  }

  /** Whether this one has failed, and another one is there to ask instead. */
  isDoubtful({ breaker }: Replica): boolean {
    return breaker.state !== 'closed' && this.all.some((each) => each.breaker.state === 'closed')
  }

  /** Event streams never end by themselves; whoever closes the door ends them first, and their viewers come again elsewhere. */
  async endEventStreams(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.endEventStreams()))
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.close()))
  }
}
