import type { ConsumerQueue, EventEnvelope } from '@skyhold/contracts'

export interface Delivery {
  event: EventEnvelope
  /** 1 for the first time the handler sees this message. Kills and cut connections do not count. */
  attempt: number
  /** W3C trace context of the request that caused the event, if it had one. */
  traceparent: string | null
}

/** Resolves when the effect is committed; throws to have the message again after a while. */
export type Handler = (delivery: Delivery) => Promise<void>

export interface Subscription {
  /** Takes no more messages and waits for the handlers at work. */
  close(): Promise<void>
}

export interface PublishOptions {
  /** W3C trace context, carried beside the event. */
  traceparent?: string | null
}

/** Publish/subscribe. Two adapters, RabbitMQ and the local one, pass the same suite (test/integration/bus.suite.ts). */
export interface Bus {
  /** Connects and declares the whole topology. Throws when the broker cannot be reached. */
  connect(): Promise<void>
  /**
   * Resolves when the broker has the event safely in every queue bound to its type; throws otherwise. May be repeated: consumers deduplicate.
   * Throws `InvalidEvent` or `NoSubscriber` for an event that will never pass, `BusUnavailable` for one that may pass later.
   */
  publish(event: EventEnvelope, options?: PublishOptions): Promise<void>
  subscribe(queue: ConsumerQueue, handler: Handler): Promise<Subscription>
  /** What waits in a queue; for readiness, metrics and tests. Retry and dead letter queues have the names that contracts gives them. */
  depth(queueName: string): Promise<number>
  isConnected(): boolean
  /** Closes the subscriptions first, so it waits for the handlers at work. */
  close(): Promise<void>
}
