import { setTimeout as sleep } from 'node:timers/promises'
import { EXCHANGE, type ConsumerQueue, type EventEnvelope } from '@skyhold/contracts'
import type { Logger } from 'pino'
import { ConsumerStatus, type AsyncMessage } from 'rabbitmq-client'
import { checkpoint } from '../checkpoint.ts'
import type { Bus, DeadLetterHandler, Handler, PublishOptions, Subscription } from './bus.ts'
import { BusUnavailable, NoSubscriber } from './errors.ts'
import type { BusMetrics, ConsumeOutcome } from './metrics.ts'
import { consume } from './rabbit-consumer.ts'
import { RabbitLink } from './rabbit-link.ts'
import { afterFailure, attemptOf, bodyOf, headersOf, letterOf, reasonOf, traceOf } from './rabbit-message.ts'
import { deadLetterQueue, mainQueue, type QueueDeclaration } from './rabbit-topology.ts'
import { assertPublishable, readEvent } from './schemas.ts'
import type { NextStop, Topology } from './topology.ts'

/** Before a message goes back because even its retry queue could not take it, so that it does not spin. */
const PAUSE_BEFORE_REQUEUE_MS = 1000
/** They are few, and whoever keeps them writes to a database. */
const DEAD_LETTERS_AT_A_TIME = 10

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
          headers: headersOf({ traceparent }),
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
    return this.#consume(mainQueue(queue.name), queue.prefetch, (message) => this.#work(queue.name, message, handler))
  }

  async subscribeToDeadLetters(queue: ConsumerQueue, handler: DeadLetterHandler): Promise<Subscription> {
    this.#options.topology.assertConsumed(queue.name)
    return this.#consume(deadLetterQueue(queue.name), DEAD_LETTERS_AT_A_TIME, (message) => this.#handOver(queue.name, message, handler))
  }

  async #consume(
    queue: QueueDeclaration,
    prefetch: number,
    work: (message: AsyncMessage) => Promise<ConsumerStatus>,
  ): Promise<Subscription> {
    const { timeoutMs, logger } = this.#options
    const consumption = await consume({ connection: this.#linked().connection, queue, prefetch, work, timeoutMs, logger })
    const subscription = {
      close: async () => {
        this.#subscriptions.delete(subscription)
        await consumption.close()
      },
    }
    this.#subscriptions.add(subscription)
    return subscription
  }

  async #handOver(queue: string, message: AsyncMessage, handler: DeadLetterHandler): Promise<ConsumerStatus> {
    try {
      await handler(letterOf(queue, message))
      return ConsumerStatus.ACK
    } catch (error) {
      this.#options.logger.error({ err: error, queue }, 'a dead letter could not be kept: it stays where it is')
      await sleep(PAUSE_BEFORE_REQUEUE_MS)
      return ConsumerStatus.REQUEUE
    }
  }

  async replay({ queue, body, traceparent, replayOf }: Parameters<Bus['replay']>[0]): Promise<void> {
    this.#options.topology.assertConsumed(queue)
    await this.#linked().publish({ exchange: '', routingKey: queue, headers: headersOf({ traceparent, replayOf }) }, Buffer.from(body))
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
    const reason = reasonOf(error)
    try {
      await this.#linked().publish({ exchange: '', routingKey: next.queue, ...afterFailure(message, { attempt, reason }) }, bodyOf(message))
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
