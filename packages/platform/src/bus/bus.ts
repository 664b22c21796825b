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

/** A message that its handler could not use, whatever the number of tries. */
export interface DeadLetter {
  /** The consumer's queue that it came from. */
  queue: string
  /** As it came: mostly the JSON of an event, and of a poison message anything. */
  body: string
  /** Why it is here, for an operator. */
  reason: string
  /** How often it was tried. */
  attempts: number
  traceparent: string | null
  /** The id that it was replayed under; null for one that has never been. */
  replayOf: string | null
}

/** Resolves when the letter is kept safely; throws to have it again after a pause, without end. */
export type DeadLetterHandler = (letter: DeadLetter) => Promise<void>

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
  /** Takes what ends among the dead letters of a queue, poison too. It may come twice, as everything. */
  subscribeToDeadLetters(queue: ConsumerQueue, handler: DeadLetterHandler): Promise<Subscription>
  /**
   * Puts a dead letter back into its queue and no other one, as a first attempt. `replayOf` comes back with it if it dies again. Resolves when the
   * broker has it safely; throws `BusUnavailable`.
   */
  replay(letter: Pick<DeadLetter, 'queue' | 'body' | 'traceparent'> & { replayOf: string }): Promise<void>
  /** What waits in a queue; for readiness, metrics and tests. Retry and dead letter queues have the names that contracts gives them. */
  depth(queueName: string): Promise<number>
  isConnected(): boolean
  /** Closes the subscriptions first, so it waits for the handlers at work. */
  close(): Promise<void>
}
