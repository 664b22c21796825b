import net from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Faults {
  /** Added to each piece of data, each way. */
  latencyMs: number
  /** Up to this much more, at random. */
  jitterMs: number
  /** Connections stay open and nothing passes: what a firewall that lost its table does. What was sent arrives when it ends. */
  blackhole: boolean
}

const NONE: Faults = { latencyMs: 0, jitterMs: 0, blackhole: false }
const SLICE_MS = 10

interface Pair {
  client: net.Socket
  server: net.Socket
  /** Set when the answer to the request that was watched for must not arrive. */
  dropsAnswer: boolean
}

interface Watch {
  text: string
  /** true: the request arrives and its answer is lost. false: the request itself is lost. */
  arrives: boolean
  ends: (hasHappened: boolean) => void
}

/** A TCP proxy on 127.0.0.1 that breaks what passes through it. Its port stays the same when it refuses and accepts again. */
export class FaultProxy {
  readonly port: number
  #target: { host: string; port: number }
  readonly #pairs = new Set<Pair>()
  #listener: net.Server
  #faults: Faults = NONE
  #watch: Watch | null = null

  private constructor(target: { host: string; port: number }, listener: net.Server, port: number) {
    this.#target = target
    this.#listener = listener
    this.port = port
    listener.on('connection', (client: net.Socket) => this.#join(client))
  }

  static async open({ port, host = '127.0.0.1' }: { port: number; host?: string }): Promise<FaultProxy> {
    const listener = await listen(0)
    const address = listener.address()
    if (address === null || typeof address === 'string') throw new Error('A TCP listener has a port.')
    return new FaultProxy({ host, port }, listener, address.port)
  }

  /** The proxy in front of the server of a URL, and the URL that leads through it. */
  static async before(url: string): Promise<{ proxy: FaultProxy; url: string }> {
    const through = new URL(url)
    const proxy = await FaultProxy.open({ host: through.hostname, port: Number(through.port) })
    through.hostname = '127.0.0.1'
    through.port = String(proxy.port)
    return { proxy, url: through.href }
  }

  /** New connections lead to the server of this URL, as after a failover; the present ones stay. */
  redirect(url: string): void {
    const { hostname, port } = new URL(url)
    this.#target = { host: hostname, port: Number(port) }
  }

  get connections(): number {
    return this.#pairs.size
  }

  /** Replaces the faults; none given = all gone. Nothing is watched for any more. */
  set(faults: Partial<Faults> = {}): void {
    this.#faults = { ...NONE, ...faults }
    this.#endWatch(false)
  }

  /** Ends all connections in good order (FIN), as a server that is shut down does. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy()
      server.destroy()
    }
  }

  /** Breaks all connections (RST), as a machine that lost its power and came back does. */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }

  /** No new connections, and the present ones are broken: the server is down. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()))
    this.reset()
    await closed
  }

  async accept(): Promise<void> {
    if (this.#listener.listening) return
    this.#listener = await listen(this.port)
    this.#listener.on('connection', (client: net.Socket) => this.#join(client))
  }

  /**
   * Breaks the connection at the next request whose bytes hold this text, such as COMMIT. Resolves when that has happened, with true; with false when it has not within `forMs`, or was
   * called off by `set`, and then it does not happen any more. With `arrives` the server gets the request and the client never learns the answer.
   */
  breakAt(text: string, { arrives, forMs }: { arrives: boolean; forMs?: number }): Promise<boolean> {
    this.#endWatch(false)
    return new Promise((resolve) => {
      const timer = forMs === undefined ? undefined : setTimeout(() => this.#endWatch(false), forMs)
      const ends = (hasHappened: boolean) => {
        clearTimeout(timer)
        resolve(hasHappened)
      }
      this.#watch = { text, arrives, ends }
    })
  }

  #endWatch(hasHappened: boolean): void {
    const watch = this.#watch
    this.#watch = null
    watch?.ends(hasHappened)
  }

  async close(): Promise<void> {
    this.set()
    if (this.#listener.listening) await this.refuse()
    this.reset()
  }

  #join(client: net.Socket): void {
    const server = net.connect(this.#target)
    const pair: Pair = { client, server, dropsAnswer: false }
    this.#pairs.add(pair)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true)
      // A broken connection is what this class is for: 'close' follows, and it takes the other side along.
      socket.on('error', () => this.#pairs.delete(pair))
      socket.on('close', () => {
        this.#pairs.delete(pair)
        other.destroy()
      })
    }
    client.pipe(this.#lane((data) => this.#onRequest(data, pair))).pipe(server)
    server.pipe(this.#lane(() => this.#onAnswer(pair))).pipe(client)
  }

  /** @param passes whether the data goes on */
  #lane(passes: (data: Buffer) => boolean): Transform {
    const delay = () => this.#delay()
    return new Transform({
      transform(data: Buffer, _encoding, done: TransformCallback) {
        delay()
          .then(() => done(null, passes(data) ? data : undefined))
          .catch(done)
      },
    })
  }

  async #delay(): Promise<void> {
    const { latencyMs, jitterMs } = this.#faults
    if (latencyMs + jitterMs > 0) await sleep(latencyMs + Math.random() * jitterMs)
    while (this.#faults.blackhole) await sleep(SLICE_MS)
  }

  #onRequest(data: Buffer, pair: Pair): boolean {
    const watch = this.#watch
    if (!watch || !data.includes(watch.text)) return true
    if (watch.arrives) pair.dropsAnswer = true
    else this.#break(pair)
    this.#endWatch(true)
    return watch.arrives
  }

  #onAnswer(pair: Pair): boolean {
    if (!pair.dropsAnswer) return true
    this.#break(pair)
    return false
  }

  #break({ client, server }: Pair): void {
    client.resetAndDestroy()
    server.destroy()
  }
}

function listen(port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const listener = net.createServer()
    listener.once('error', reject)
    listener.listen(port, '127.0.0.1', () => resolve(listener))
  })
}
