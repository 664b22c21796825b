import type { Logger } from '@skyhold/platform/without-database'

/** A request does not wait longer for what gateways share: then it is served without. */
const ANSWER_MS = 100
const CONNECT_MS = 1_000
const PROBE_EVERY_MS = 1_000
/** A Redis that is lost again within so long was not worth having: it is tried half as often each time, down to this. */
const STEADY_MS = 10_000
const PROBE_EVERY_MAX_MS = 30_000
/** It has to do for us what calls ask of it: one that is full, or a copy, answers a PING and refuses to write. */
const PROBE_SCRIPT = `return redis.call('SET', KEYS[1], '1', 'PX', ${PROBE_EVERY_MS})`
const PROBE_KEY = 'skyhold:probe'

type Client = Awaited<ReturnType<typeof newClient>>

export interface RedisLinkOptions {
  url: string
  logger: Logger
}

/**
 * The way to the Redis (or Valkey) in which gateways share what they count. It is there or it is not, and `isReady` says so at once: the first answer that fails or is late
 * takes it away for everybody, so that one request waits for a dead server and not all of them. Every second it is tried anew, over a new connection;
 * more rarely if it keeps coming and going.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  #client: Client | null = null
  #state: 'new' | 'ready' | 'away' = 'new'
  #timer: NodeJS.Timeout | undefined
  #foundAtMs = 0
  #pauseMs = PROBE_EVERY_MS
  #isStopped = false

  constructor(options: RedisLinkOptions) {
    this.#options = options
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** Tries once, for a second at most, and goes on trying by itself. Without Redis the gateway starts all the same. */
  async start(): Promise<void> {
    await this.#connect()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#state = 'away'
    this.#drop()
  }

  /** Runs a script, atomic as every one. Rejects when the answer does not come in time. */
  async eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
    const client = this.#client
    if (!client || !this.isReady) throw new Error('Redis is out of reach.')
    try {
      return await withinMs(ANSWER_MS, client.eval(script, options))
    } catch (error) {
      this.#lose(client, error)
      throw error
    }
  }

  async #connect(): Promise<void> {
    const client = await newClient(this.#options.url)
    if (this.#isStopped) return
    this.#client = client
    client.on('error', (error: unknown) => this.#lose(client, error))
    try {
      await withinMs(CONNECT_MS, client.connect())
      await withinMs(ANSWER_MS, client.eval(PROBE_SCRIPT, { keys: [PROBE_KEY], arguments: [] }))
    } catch (error) {
      this.#lose(client, error)
      return
    }
    if (this.#client !== client) return
    this.#state = 'ready'
    this.#foundAtMs = performance.now()
    this.#options.logger.info({}, 'rate limits are counted in Redis, together with the other gateways')
  }

  #lose(client: Client, error: unknown): void {
    // An earlier connection of ours may say its last word late.
    if (client !== this.#client) return
    this.#drop()
    this.#tryLater()
    if (this.#state === 'away') return
    this.#state = 'away'
    this.#options.logger.warn({ err: error }, 'Redis is out of reach: rate limits are counted in memory, by each gateway for itself')
  }

  #tryLater(): void {
    if (this.#isStopped) return
    if (this.isReady) {
      const wasSteady = performance.now() - this.#foundAtMs > STEADY_MS
      this.#pauseMs = wasSteady ? PROBE_EVERY_MS : Math.min(2 * this.#pauseMs, PROBE_EVERY_MAX_MS)
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#connect(), this.#pauseMs).unref()
  }

  #drop(): void {
    const client = this.#client
    this.#client = null
    if (client?.isOpen) client.destroy()
  }
}

/** One connection, for as long as it lasts: what reconnects is the link, which knows when it has lost it. The library is as large as the gateway, and read by nobody who has no Redis. */
async function newClient(url: string) {
  const { createClient } = await import('@redis/client')
  return createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false } })
}

async function withinMs<T>(patienceMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`Redis did not answer within ${patienceMs} ms.`)), patienceMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
