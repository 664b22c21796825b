import { setTimeout as sleep } from 'node:timers/promises'
import { EXCHANGE, type ConsumerQueue, type EventEnvelope } from '@skyhold/contracts'
import type { Logger } from 'pino'
import { ConsumerStatus, type AsyncMessage, type Consumer } from 'rabbitmq-client'
import { checkpoint } from '../checkpoint.ts'
import type { Bus, Handler, PublishOptions, Subscription } from './bus.ts'
import { BusUnavailable, NoSubscriber } from './errors.ts'
import type { BusMetrics, ConsumeOutcome } from './metrics.ts'
import { RabbitLink, within } from './rabbit-link.ts'
import { mainQueue } from './rabbit-topology.ts'
import { assertPublishable, readEvent } from './schemas.ts'
import type { NextStop, Topology } from './topology.ts'

const ATTEMPT = 'x-skyhold-attempt'
const REASON = 'x-skyhold-reason'
/** Long enough for an error message, short enough for a header. */
const REASON_LENGTH_MAX = 500
/** Before a message goes back because even its retry queue could not take it, so that it does not spin. */
const PAUSE_BEFORE_REQUEUE_MS = 1000

export interface RabbitBusOptions {
  url: string
  name: string
  topology: Topology
  logger: Logger
  metrics: BusMetrics
  timeoutMs?: number
  heartbeatSeconds?: number
}

/** The bus over RabbitMQ: quorum queues, confirms, own retry queues per delay, dead letters. */
export class RabbitBus implements Bus {
  readonly #options: Required<RabbitBusOptions>
  readonly #subscriptions = new Set<Subscription>()
  #link: RabbitLink | null = null

  constructor(options: RabbitBusOptions) {
    // Five seconds: a confirm takes some milliseconds, so past that the broker is in trouble and the relay should know.
    this.#options = { timeoutMs: 5000, heartbeatSeconds: 6, ...options }
  }

  async connect(): Promise<void> {
    this.#link ??= await RabbitLink.open(this.#options)
  }

  isConnected(): boolean {
    return this.#link?.isReady ?? false
  }

  async publish(event: EventEnvelope, { traceparent = null }: PublishOptions = {}): Promise<void> {
    assertPublishable(event)
    if (this.#options.topology.queuesOf(event.type).length === 0) throw new NoSubscriber(event.type)
    try {
      await this.#linked().publish(
        {
          exchange: EXCHANGE,
          routingKey: event.type,
          messageId: event.eventId,
          type: event.type,
          appId: event.producer,
          correlationId: event.correlationId,
          headers: traceparent === null ? {} : { traceparent },
        },
        Buffer.from(JSON.stringify(event)),
      )
      this.#options.metrics.published('confirmed')
    } catch (error) {
      this.#options.metrics.published('failed')
      throw error
    }
  }

  async subscribe(queue: ConsumerQueue, handler: Handler): Promise<Subscription> {
    this.#options.topology.assertKnown(queue.name)
    const atWork = new Set<Promise<unknown>>()
    const consumer = this.#linked().connection.createConsumer(
      {
        queue: queue.name,
        queueOptions: mainQueue(queue.name),
        qos: { prefetchCount: queue.prefetch },
        concurrency: queue.prefetch,
        requeue: true,
      },
      (message) => {
        const work = this.#work(queue.name, message, handler).finally(() => atWork.delete(work))
        atWork.add(work)
        return work
      },
    )
    await this.#started(consumer, queue.name)
    const subscription = { close: () => this.#stop(subscription, consumer, atWork) }
    this.#subscriptions.add(subscription)
    return subscription
  }

  async #started(consumer: Consumer, queue: string): Promise<void> {
    consumer.on('error', (error) => this.#options.logger.warn({ err: error, queue }, 'RabbitMQ consumer error'))
    const ready = new Promise<void>((resolve, reject) => {
      consumer.on('ready', resolve)
      consumer.on('error', reject)
    })
    try {
      await within(this.#options.timeoutMs, ready)
    } catch (error) {
      await consumer.close()
      throw new BusUnavailable(`RabbitMQ gives no messages of ${queue}.`, { cause: error })
    }
  }

  async #stop(subscription: Subscription, consumer: Consumer, atWork: Set<Promise<unknown>>): Promise<void> {
    this.#subscriptions.delete(subscription)
    try {
      await consumer.close()
    } catch (error) {
      // The connection broke while it was being told: the broker gives the messages to somebody else by itself.
      this.#options.logger.warn({ err: error }, 'RabbitMQ consumer closed the hard way')
    }
    await Promise.all(atWork)
  }

  async #work(queue: string, message: AsyncMessage, handler: Handler): Promise<ConsumerStatus> {
    const { logger, metrics, topology } = this.#options
    const attempt = attemptOf(message)
    let event: EventEnvelope
    try {
      event = readEvent(message.body)
    } catch (error) {
      return this.#putAway(queue, message, { attempt, error, next: topology.deadLetters(queue), outcome: 'poison' })
    }
    try {
      await handler({ event, attempt, traceparent: traceOf(message) })
      checkpoint('event.handled')
      metrics.consumed(queue, 'done')
      return ConsumerStatus.ACK
    } catch (error) {
      logger.warn({ err: error, queue, attempt, eventId: event.eventId, type: event.type }, 'event handler failed')
      const next = topology.afterFailure(queue, attempt)
      return this.#putAway(queue, message, { attempt, error, next, outcome: next.delayMs === null ? 'dead' : 'retried' })
    }
  }

  /** Publishes the message to its next stop and only then lets go of it here: killed in between it is there twice, never lost. */
  async #putAway(
    queue: string,
    message: AsyncMessage,
    { attempt, error, next, outcome }: { attempt: number; error: unknown; next: NextStop; outcome: ConsumeOutcome },
  ): Promise<ConsumerStatus> {
    const { logger, metrics } = this.#options
    const reason = String(error).slice(0, REASON_LENGTH_MAX)
    try {
      await this.#linked().publish(
        {
          exchange: '',
          routingKey: next.queue,
          messageId: message.messageId ?? '',
          type: message.type ?? '',
          appId: message.appId ?? '',
          correlationId: message.correlationId ?? '',
          headers: { ...keptHeaders(message), [ATTEMPT]: attempt + 1, [REASON]: reason },
        },
        bodyOf(message),
      )
    } catch (failure) {
      logger.error({ err: failure, queue, next: next.queue }, 'a failed message goes back to its queue: its next stop did not take it')
      await sleep(PAUSE_BEFORE_REQUEUE_MS)
      return ConsumerStatus.REQUEUE
    }
    metrics.consumed(queue, outcome)
    if (next.delayMs === null) logger.error({ queue: next.queue, attempt, reason }, 'event put among the dead letters')
    return ConsumerStatus.ACK
  }

  async depth(queueName: string): Promise<number> {
    this.#options.topology.assertKnown(queueName)
    return this.#linked().depth(queueName)
  }

  #linked(): RabbitLink {
    if (!this.#link) throw new BusUnavailable('RabbitMQ is not connected.')
    return this.#link
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    await this.#link?.close()
    this.#link = null
  }
}

function attemptOf(message: AsyncMessage): number {
  const attempt: unknown = message.headers?.[ATTEMPT]
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 1
}

function traceOf(message: AsyncMessage): string | null {
  const traceparent: unknown = message.headers?.traceparent
  return typeof traceparent === 'string' ? traceparent : null
}

/** Only headers of ours travel on: those that RabbitMQ adds on the way would grow with every round. */
function keptHeaders(message: AsyncMessage): Record<string, string> {
  const traceparent = traceOf(message)
  return traceparent === null ? {} : { traceparent }
}

/** The client has parsed the body where it could; what it could not parse is still a buffer. */
function bodyOf({ body }: AsyncMessage): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}
