import { deadQueue, EXCHANGE, retryQueue, UNROUTED } from '@skyhold/contracts'
import type { Channel, MethodParams, Cmd } from 'rabbitmq-client'
import type { Topology } from './topology.ts'

export type QueueDeclaration = MethodParams[Cmd.QueueDeclare] & { queue: string }

/**
 * Deliveries that end without an answer (a killed consumer, a cut connection) before RabbitMQ gives a message up. Failures of a handler
 * are counted by our own header instead; RabbitMQ 4 would give up after 20, which a bad afternoon of restarts can reach.
 */
const DELIVERY_LIMIT = 100

/** A dead letter leaves its queue only when the next one has confirmed it. RabbitMQ grants that to quorum queues that reject on overflow. */
const HANDED_OVER_SAFELY = {
  'x-dead-letter-exchange': '',
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
} as const

const quorum = (queue: string, more: Record<string, unknown> = {}): QueueDeclaration => ({
  queue,
  durable: true,
  arguments: { 'x-queue-type': 'quorum', ...more },
})

export const mainQueue = (name: string): QueueDeclaration =>
  quorum(name, { 'x-delivery-limit': DELIVERY_LIMIT, ...HANDED_OVER_SAFELY, 'x-dead-letter-routing-key': deadQueue(name) })

/** Nothing follows a dead letter, so the broker must not give it up: RabbitMQ 4 would throw it away after 20 cut connections. */
const DEAD_LETTER_DELIVERY_LIMIT = 1_000_000

export const deadLetterQueue = (name: string): QueueDeclaration =>
  quorum(deadQueue(name), { 'x-delivery-limit': DEAD_LETTER_DELIVERY_LIMIT })

/** One queue per delay: messages leave a queue in order, so a long delay would hold back the short ones behind it. */
const waitingQueue = (name: string, n: number, delayMs: number): QueueDeclaration =>
  quorum(retryQueue(name, n), { 'x-message-ttl': delayMs, ...HANDED_OVER_SAFELY, 'x-dead-letter-routing-key': name })

/**
 * Declares the exchange and every queue of the installation, also those of consumers that never ran. Repeating it changes nothing; a queue
 * that exists with other settings makes RabbitMQ refuse (406), and the error says which.
 */
export async function declareTopology(channel: Channel, topology: Topology): Promise<void> {
  await channel.exchangeDeclare({ exchange: UNROUTED, type: 'fanout', durable: true })
  await channel.queueDeclare(quorum(UNROUTED))
  await channel.queueBind({ exchange: UNROUTED, queue: UNROUTED, routingKey: '' })
  await channel.exchangeDeclare({ exchange: EXCHANGE, type: 'topic', durable: true, arguments: { 'alternate-exchange': UNROUTED } })
  for (const { name, events } of topology.queues) {
    await channel.queueDeclare(deadLetterQueue(name))
    for (const [index, delayMs] of topology.retryDelaysMs.entries()) await channel.queueDeclare(waitingQueue(name, index + 1, delayMs))
    await channel.queueDeclare(mainQueue(name))
    for (const type of events) await channel.queueBind({ exchange: EXCHANGE, queue: name, routingKey: type })
  }
}
