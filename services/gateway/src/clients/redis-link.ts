import { createClient } from '@redis/client'
import type { Logger } from '@skyhold/platform'

/** A request does not wait longer for what gateways share: then it is served without. */
const ANSWER_MS = 100
const CONNECT_MS = 1_000
const PROBE_EVERY_MS = 1_000

type Client = ReturnType<typeof newClient>

export interface RedisLinkOptions {
  url: string
  logger: Logger
}

/**
 * The way to the Redis (or Valkey) in which gateways share what they count. It is there or it is not, and `isReady` says so at once: the first answer that fails or is late
 * takes it away for everybody, so that one request waits for a dead server and not all of them. Every second it is tried anew, over a new connection.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  #client: Client | null = null
  #state: 'new' | 'ready' | 'away' = 'new'
  #timer: NodeJS.Timeout | undefined
  #connecting: Promise<void> | null = null

  constructor(options: RedisLinkOptions) {
    this.#options = options
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** Tries once, for a second at most, and goes on trying by itself. Without Redis the gateway starts all the same. */
  async start(): Promise<void> {
    await this.#probe()
    this.#timer = setInterval(() => void this.#probe(), PROBE_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
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

  #probe(): Promise<void> {
    if (this.isReady) return Promise.resolve()
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null))
    return this.#connecting
  }

  async #connect(): Promise<void> {
    const client = newClient(this.#options.url)
    this.#client = client
    client.on('error', (error: unknown) => this.#lose(client, error))
    try {
      await withinMs(CONNECT_MS, client.connect())
      await withinMs(ANSWER_MS, client.ping())
    } catch (error) {
      this.#lose(client, error)
      return
    }
    if (this.#client !== client) return
    this.#state = 'ready'
    this.#options.logger.info({}, 'rate limits are counted in Redis, together with the other gateways')
  }

  #lose(client: Client, error: unknown): void {
    // An earlier connection of ours may say its last word late.
    if (client !== this.#client) return
    this.#drop()
    if (this.#state === 'away') return
    this.#state = 'away'
    this.#options.logger.warn({ err: error }, 'Redis is out of reach: rate limits are counted in memory, by each gateway for itself')
  }

  #drop(): void {
    const client = this.#client
    this.#client = null
    if (client?.isOpen) client.destroy()
  }
}

/** One connection, for as long as it lasts: what reconnects is the link, which knows when it has lost it. */
const newClient = (url: string) =>
  createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false } })

async function withinMs<T>(patienceMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`Redis did not answer within ${patienceMs} ms.`)), patienceMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
