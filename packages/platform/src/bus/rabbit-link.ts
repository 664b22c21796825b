import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Connection, type Channel, type Envelope, type ReturnedMessage } from 'rabbitmq-client'
import { BusUnavailable } from './errors.ts'
import { declareTopology } from './rabbit-topology.ts'
import type { Topology } from './topology.ts'

/** After a channel error on a living connection, such as an exchange that somebody deleted, and after a try to open a channel that failed. */
const CHANNEL_RETRY_MS = 500

export interface RabbitLinkOptions {
  url: string
  name: string
  topology: Topology
  logger: Logger
  /** How long a publish may wait for its confirm, and connect() for its connection. */
  timeoutMs: number
  /** A peer silent for twice this long is taken for dead. */
  heartbeatSeconds: number
}

/**
 * One connection to RabbitMQ and its publishing channel. Reconnects by itself and declares the topology each time before it publishes, so
 * that a broker that came back empty has every queue again.
 */
export class RabbitLink {
  readonly connection: Connection
  readonly #options: RabbitLinkOptions
  readonly #waiting = new Map<string, { returned: ReturnedMessage | null }>()
  #channel: Channel | null = null
  #preparing: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null
  #sent = 0
  #isClosing = false

  private constructor(options: RabbitLinkOptions) {
    this.#options = options
    this.connection = new Connection({
      url: options.url,
      connectionName: options.name,
      acquireTimeout: options.timeoutMs,
      connectionTimeout: options.timeoutMs,
      heartbeat: options.heartbeatSeconds,
      noDelay: true,
      retryLow: 200,
      retryHigh: 3000,
    })
  }

  /** Throws `BusUnavailable` at the first failure: who starts a process decides how patient it is. */
  static async open(options: RabbitLinkOptions): Promise<RabbitLink> {
    const link = new RabbitLink(options)
    try {
      await within(options.timeoutMs, link.#firstReady())
    } catch (error) {
      link.#isClosing = true
      link.connection.unsafeDestroy()
      throw new BusUnavailable(`RabbitMQ at ${withoutPassword(options.url)} cannot be used: ${messageOf(error)}.`, { cause: error })
    }
    return link
  }

  #firstReady(): Promise<void> {
    const { logger } = this.#options
    return new Promise((resolve, reject) => {
      this.connection.on('error', (error) => {
        logger.warn({ err: error }, 'RabbitMQ connection error')
        reject(error instanceof Error ? error : new Error(String(error))) // Of no effect once resolved.
      })
      this.connection.on('connection.blocked', (reason) => logger.error({ reason }, 'RabbitMQ takes no messages'))
      this.connection.on('connection.unblocked', () => logger.info('RabbitMQ takes messages again'))
      this.connection.on('connection', () => void this.#prepare().then(resolve, reject))
    })
  }

  /**
   * Opens the publishing channel. Rejects when that fails, and has set the next try by then. A new connection and a lost channel may both ask for it:
   * there is one try at a time, because the channel of a second would stay open unseen.
   */
  #prepare(): Promise<void> {
    this.#preparing ??= this.#openChannel().finally(() => {
      this.#preparing = null
    })
    return this.#preparing
  }

  async #openChannel(): Promise<void> {
    const { logger, topology } = this.#options
    try {
      const channel = await this.connection.acquire()
      channel.once('close', () => this.#lost(channel))
      channel.on('basic.return', (message: ReturnedMessage) => {
        const publish = this.#waiting.get(String(message.headers?.['x-skyhold-publish']))
        if (publish) publish.returned = message
      })
      await declareTopology(channel, topology)
      await channel.confirmSelect()
      this.#channel = channel
      logger.info('RabbitMQ connected, topology declared')
    } catch (error) {
      if (!this.#isClosing) logger.error({ err: error }, 'RabbitMQ topology could not be declared')
      this.#tryAgainLater()
      throw error
    }
  }

  #lost(channel: Channel): void {
    if (this.#channel === channel) this.#channel = null
    this.#tryAgainLater()
  }

  /** When the whole connection is gone its own 'connection' event brings the channel back; this is for a channel that failed alone. */
  #tryAgainLater(): void {
    if (this.#retry !== null) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      if (!this.#isClosing && this.connection.ready && !this.isReady) this.#prepare().catch(() => this.#retry) // Logged there, and the next try is set.
    }, CHANNEL_RETRY_MS).unref()
  }

  /** Connected, not blocked, topology declared. */
  get isReady(): boolean {
    return this.connection.ready && this.#channel !== null && this.#channel.active
  }

  /** Resolves when the broker has confirmed the message and not returned it; otherwise throws `BusUnavailable` within the time limit. */
  async publish(envelope: Envelope, body: Buffer): Promise<void> {
    const channel = this.#channel
    if (!channel || !this.isReady) throw new BusUnavailable('RabbitMQ is not connected.')
    const tag = String(++this.#sent)
    const publish = { returned: null as ReturnedMessage | null }
    this.#waiting.set(tag, publish)
    try {
      const confirmed = channel.basicPublish(
        {
          ...envelope,
          durable: true,
          mandatory: true,
          contentType: 'application/json',
          headers: { ...envelope.headers, 'x-skyhold-publish': tag },
        },
        body,
      )
      await within(this.#options.timeoutMs, confirmed)
      // The return comes before the confirm but is announced a turn of the event loop later.
      await nextTurn()
    } catch (error) {
      throw new BusUnavailable(`RabbitMQ did not confirm the message: ${messageOf(error)}.`, { cause: error })
    } finally {
      this.#waiting.delete(tag)
    }
    if (publish.returned) throw new BusUnavailable(`RabbitMQ returned the message: ${publish.returned.replyText}.`)
  }

  /** Messages that are ready in a queue. Throws when the queue does not exist. */
  async depth(queue: string): Promise<number> {
    if (!this.isReady) throw new BusUnavailable('RabbitMQ is not connected.')
    const { messageCount } = await within(this.#options.timeoutMs, this.connection.queueDeclare({ queue, passive: true }))
    return messageCount
  }

  async close(): Promise<void> {
    this.#isClosing = true
    try {
      await within(this.#options.timeoutMs, this.#channel?.close() ?? Promise.resolve())
      await within(this.#options.timeoutMs, this.connection.close())
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'RabbitMQ connection closed the hard way')
      this.connection.unsafeDestroy()
    }
  }
}

/** Rejects when the promise takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
