import { setTimeout as sleep } from 'node:timers/promises'
import { deadQueue, type ConsumerQueue, type EventEnvelope } from '@skyhold/contracts'
import type { Logger } from 'pino'
import { lineOf } from '../database/quoted-values.ts'
import type { Bus, DeadLetterHandler, Delivery, Handler, PublishOptions, Subscription } from './bus.ts'
import { BusUnavailable, InvalidEvent, NoSubscriber } from './errors.ts'
import { enterHub, leaveHub, type LocalHub, type Work } from './local-hub.ts'
import type { StoredMessage } from './local-store.ts'
import type { BusMetrics } from './metrics.ts'
import { assertPublishable, parseEvent } from './schemas.ts'
import type { Topology } from './topology.ts'

/** A message whose end could not be written is left alone for so long, so that a full disk is not hammered. */
const PAUSE_AFTER_WRITE_ERROR_MS = 1000
/** They are few, and whoever keeps them writes to a database. */
const DEAD_LETTERS_AT_A_TIME = 10

interface LocalBusOptions {
  dataDir: string
  topology: Topology
  logger: Logger
  metrics: BusMetrics
}

/** The broker for one process: durable like RabbitMQ (bus.sqlite in the data folder), with the same retries and dead letters. */
export class LocalBus implements Bus {
  readonly #dataDir: string
  readonly #topology: Topology
  readonly #logger: Logger
  readonly #metrics: BusMetrics
  readonly #subscriptions = new Set<Subscription>()
  #hub: LocalHub | null = null

  constructor({ dataDir, topology, logger, metrics }: LocalBusOptions) {
    this.#dataDir = dataDir
    this.#topology = topology
    this.#logger = logger
    this.#metrics = metrics
  }

  async connect(): Promise<void> {
    this.#hub ??= enterHub(this.#dataDir, this.#logger)
  }

  isConnected(): boolean {
    return this.#hub !== null
  }

  async publish(event: EventEnvelope, { traceparent = null }: PublishOptions = {}): Promise<void> {
    const hub = this.#connected()
    assertPublishable(event)
    const queues = this.#topology.queuesOf(event.type)
    if (queues.length === 0) throw new NoSubscriber(event.type)
    try {
      await hub.store.append(queues, { body: JSON.stringify(event), traceparent })
    } catch (error) {
      this.#metrics.published('failed')
      throw new BusUnavailable('The local bus could not write the event.', { cause: error })
    }
    this.#metrics.published('confirmed')
    for (const queue of queues) hub.wake(queue)
  }

  async subscribe(queue: ConsumerQueue, handler: Handler): Promise<Subscription> {
    this.#topology.assertKnown(queue.name)
    const hub = this.#connected()
    return this.#consume(hub, queue.name, { prefetch: queue.prefetch, work: (message) => this.#work(hub, queue.name, message, handler) })
  }

  async subscribeToDeadLetters(queue: ConsumerQueue, handler: DeadLetterHandler): Promise<Subscription> {
    this.#topology.assertConsumed(queue.name)
    const hub = this.#connected()
    const work = (message: StoredMessage) => this.#handOver(hub, queue.name, message, handler)
    return this.#consume(hub, deadQueue(queue.name), { prefetch: DEAD_LETTERS_AT_A_TIME, work })
  }

  #consume(hub: LocalHub, queue: string, options: { prefetch: number; work: Work }): Subscription {
    const worker = hub.addWorker(queue, options)
    const subscription = {
      close: async () => {
        await worker.close()
        this.#subscriptions.delete(subscription)
      },
    }
    this.#subscriptions.add(subscription)
    return subscription
  }

  async #work(hub: LocalHub, queue: string, message: StoredMessage, handler: Handler): Promise<void> {
    try {
      const failure = await this.#handle(queue, message, handler)
      if (failure === null) await hub.store.remove(message.id)
      else await this.#putAway(hub, queue, message, failure)
    } catch (error) {
      // The message is still in the queue and comes again; its consumer has seen it by then and says so.
      this.#logger.error({ err: error, queue }, 'local bus: the end of a message could not be written')
      await sleep(PAUSE_AFTER_WRITE_ERROR_MS)
    }
  }

  async #handOver(hub: LocalHub, queue: string, message: StoredMessage, handler: DeadLetterHandler): Promise<void> {
    const { id, body, reason, attempt, traceparent, replayOf } = message
    try {
      // A letter's attempt is the one that would have come next.
      await handler({ queue, body, reason: reason ?? '', attempts: Math.max(1, attempt - 1), traceparent, replayOf })
      await hub.store.remove(id)
    } catch (error) {
      this.#logger.error({ err: error, queue }, 'a dead letter could not be kept: it stays where it is')
      await sleep(PAUSE_AFTER_WRITE_ERROR_MS)
    }
  }

  async replay({ queue, ...message }: Parameters<Bus['replay']>[0]): Promise<void> {
    this.#topology.assertConsumed(queue)
    const hub = this.#connected()
    try {
      await hub.store.append([queue], message)
    } catch (error) {
      throw new BusUnavailable('The local bus could not write the message.', { cause: error })
    }
    hub.wake(queue)
  }

  /** Null when the handler was content. */
  async #handle(queue: string, { body, attempt, traceparent }: StoredMessage, handler: Handler): Promise<Error | null> {
    let delivery: Delivery | null = null
    try {
      delivery = { event: parseEvent(body), attempt, traceparent }
      await handler(delivery)
      this.#metrics.consumed(queue, 'done')
      return null
    } catch (error) {
      const { eventId, type } = delivery?.event ?? {}
      this.#logger.warn({ err: error, queue, attempt, eventId, type }, 'event handler failed')
      // Thrown by the handler, InvalidEvent is its own affair: only a message that could not be read is poison.
      return delivery === null && error instanceof InvalidEvent ? error : new Error(lineOf(error), { cause: error })
    }
  }

  async #putAway(hub: LocalHub, queue: string, { id, attempt }: StoredMessage, failure: Error): Promise<void> {
    const isPoison = failure instanceof InvalidEvent
    const next = isPoison ? this.#topology.deadLetters(queue) : this.#topology.afterFailure(queue, attempt)
    const dueAtMs = next.delayMs === null ? null : Date.now() + next.delayMs
    await hub.store.move(id, {
      queue: next.queue,
      dueAtMs,
      dueQueue: dueAtMs === null ? null : queue,
      attempt: attempt + 1,
      reason: failure.message,
    })
    this.#metrics.consumed(queue, isPoison ? 'poison' : dueAtMs === null ? 'dead' : 'retried')
    if (dueAtMs !== null) return hub.wakeForDue()
    this.#logger.error({ queue: next.queue, attempt, reason: failure.message }, 'event put among the dead letters')
    hub.wake(next.queue)
  }

  async depth(queueName: string): Promise<number> {
    this.#topology.assertKnown(queueName)
    return this.#connected().depth(queueName)
  }

  #connected(): LocalHub {
    if (!this.#hub) throw new BusUnavailable('The local bus is not open.')
    return this.#hub
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    if (!this.#hub) return
    this.#hub = null
    leaveHub(this.#dataDir)
  }
}
